/** What both passkey pages need: the button, and asking the server. Texts come from the page. */
import './webauthn.js'

/** A refusal of the server: the page is opened again and says it. */
class Refused extends Error {
  constructor(code) {
    super(code)
    this.code = code
  }
}

/** @param {string} path @param {object} body */
export async function askServer(path, body) {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-fleetward': '1' },
    body: JSON.stringify(body),
  })
  if (answer.ok) return answer.status === 204 ? undefined : answer.json()
  const { code } = await answer.json().catch(() => ({ code: 'INTERNAL' }))
  throw new Refused(code)
}

/** To who listens and to who looks. */
export function tell(sentence) {
  document.getElementById('said').textContent = sentence
}

/** @param {(button: HTMLButtonElement) => Promise<void>} work */
export function startPasskeyButton(work) {
  const button = document.getElementById('passkey')
  if (button === null) return
  if (!globalThis.SimpleWebAuthnBrowser.browserSupportsWebAuthn()) {
    tell(button.dataset.unsupported)
    return
  }
  button.hidden = false
  button.addEventListener('click', async () => {
    // Still there for who has the focus on it; a second click does nothing.
    if (button.getAttribute('aria-disabled') === 'true') return
    button.setAttribute('aria-disabled', 'true')
    tell(button.dataset.busy)
    try {
      await work(button)
    } catch (error) {
      if (error instanceof Refused) showRefusal(error.code)
      else tell(button.dataset.cancelled)
    } finally {
      button.removeAttribute('aria-disabled')
    }
  })
}

function showRefusal(code) {
  const here = new URL(location.href)
  if (code === 'STEP_UP_REQUIRED') {
    location.assign(`/step-up?${new URLSearchParams({ next: here.pathname })}`)
    return
  }
  here.searchParams.set('problem', code)
  location.assign(here)
}
