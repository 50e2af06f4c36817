import { html, type Markup } from '../../pages/markup.ts'
import { PASSWORD_MAX_CHARACTERS, PASSWORD_MIN_CHARACTERS } from '../password/password-rules.ts'
import { field } from './layout.ts'
import { qrPicture } from './qr-picture.ts'
import type { Say } from './say.ts'

/** Of the authenticator app that is being set up: shown to its owner alone. */
export interface NewPassword {
  /** In groups of four, as it is typed. */
  readonly key: string
  readonly uri: string
  /** For the browser's password manager. */
  readonly login: string
}

export function newPasswordForm(
  say: Say,
  action: string,
  { key, uri, login }: NewPassword,
): Markup {
  return html`<form method="post" action="${action}">
<input type="text" name="username" value="${login}" autocomplete="username" hidden>
<p>${say('newPassword.app')}</p>
${qrPicture(uri, say('newPassword.qr'))}
<p>${say('newPassword.key')}: <code id="key">${key}</code></p>
<p><a href="${uri}">${say('newPassword.open')}</a></p>
${field('password', say('newPassword.password'), {
  ...{ type: 'password', autocomplete: 'new-password', maxLength: PASSWORD_MAX_CHARACTERS },
  hint: say('newPassword.passwordHint', { min: PASSWORD_MIN_CHARACTERS }),
})}
${field('again', say('newPassword.again'), {
  ...{ type: 'password', autocomplete: 'new-password', maxLength: PASSWORD_MAX_CHARACTERS },
})}
${field('code', say('newPassword.code'), {
  ...{ autocomplete: 'one-time-code', maxLength: 16, isCode: true },
})}
<button>${say('newPassword.submit')}</button>
</form>`
}
