import { html, type Markup } from '../../pages/markup.ts'
import type { Say } from './say.ts'

export interface PasskeyButton {
  readonly label: string
  /** Where the script asks what to sign, and where it brings the answer. */
  readonly options: string
  readonly answer: string
  readonly next: string
}

/** Hidden until the script has seen that the browser knows passkeys. `possible`: whether this address may have any. */
export function passkeyButton(say: Say, possible: boolean, button: PasskeyButton): Markup {
  if (!possible) return html`<p class="hint">${say('passkey.needsName')}</p>`
  const { label, options, answer, next } = button
  return html`<button type="button" id="passkey" class="first" hidden data-options="${options}" data-answer="${answer}"
 data-next="${next}" data-busy="${say('passkey.busy')}" data-cancelled="${say('passkey.cancelled')}"
 data-unsupported="${say('passkey.unsupported')}">${label}</button>`
}
