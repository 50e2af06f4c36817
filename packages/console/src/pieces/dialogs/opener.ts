/**
 * Where the focus goes back to when a dialog closes. A button that is busy is disabled, and a browser takes the focus
 * away from what is disabled: so what had it last is remembered, and gets it back when it can have it again. What goes
 * with the focus on it, as the last row of a list does, leaves it near, and not at the beginning of the page.
 */
let last: HTMLElement | undefined
/** Dialogs that closed, and whose openers are still to get the focus. */
let returningCount = 0

document.addEventListener('focusin', ({ target }) => {
  if (target instanceof HTMLElement) last = target
})

new MutationObserver(() => {
  if (last?.isConnected === false && returningCount === 0 && !hasFocus()) focusAround()
}).observe(document, { childList: true, subtree: true })

export function openerNow(): HTMLElement | undefined {
  const now = document.activeElement
  return now instanceof HTMLElement && now !== document.body ? now : last
}

export function contentNow(): HTMLElement | undefined {
  return document.getElementById('content') ?? undefined
}

/** What closed with the dialog is drawn first: then a button is no longer busy, or it is gone with what it was for. */
export function focusAgain(opener: HTMLElement | undefined): void {
  opener?.focus()
  returningCount++
  requestAnimationFrame(() => {
    returningCount--
    if (hasFocus()) return
    opener?.focus()
    if (hasFocus()) return
    // Out of a menu that closed; in a dialog that goes on; or from the beginning of the content.
    opener?.closest('details')?.querySelector('summary')?.focus()
    if (!hasFocus()) focusAround()
  })
}

function focusAround(): void {
  const dialogs = document.querySelectorAll<HTMLElement>('dialog[open]')
  const around = [...dialogs].at(-1) ?? contentNow()
  around?.focus({ preventScroll: true })
}

function hasFocus(): boolean {
  return document.activeElement !== null && document.activeElement !== document.body
}
