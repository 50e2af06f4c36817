/** Signing in, or proving again that it is you, with a passkey. */
import { askServer, startPasskeyButton, tell } from './passkey.js'

startPasskeyButton(async (button) => {
  const { attempt, options } = await askServer(button.dataset.options, {})
  const response = await globalThis.SimpleWebAuthnBrowser.startAuthentication({
    optionsJSON: options,
  })
  const { next } = await askServer(button.dataset.answer, {
    attempt,
    response,
    next: button.dataset.next,
  })
  tell('')
  location.assign(next)
})
