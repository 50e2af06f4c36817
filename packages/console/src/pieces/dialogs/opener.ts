/**
 * Where the focus goes back to when a dialog closes. A button that is busy is disabled, and a browser takes the focus
 * away from what is disabled: so what had it last is remembered, and gets it back when it can have it again.
 */
let last: HTMLElement | undefined

document.addEventListener('focusin', ({ target }) => {
  if (target instanceof HTMLElement) last = target
})

export function openerNow(): HTMLElement | undefined {
  const now = document.activeElement
  return now instanceof HTMLElement && now !== document.body ? now : last
}

/** What closed with the dialog is drawn first: then a button is no longer busy, or it is gone with what it was for. */
export function focusAgain(opener: HTMLElement | undefined): void {
  opener?.focus()
  requestAnimationFrame(() => {
    if (hasFocus()) return
    opener?.focus()
    if (hasFocus()) return
    // Out of a menu that closed; in a dialog that goes on; or from the beginning of the content.
    opener?.closest('details')?.querySelector('summary')?.focus()
    if (hasFocus()) return
    const around = opener?.closest('dialog') ?? document.getElementById('content')
    around?.focus()
  })
}

function hasFocus(): boolean {
  return document.activeElement !== null && document.activeElement !== document.body
}
