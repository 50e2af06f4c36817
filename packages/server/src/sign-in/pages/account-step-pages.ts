/** What leads away from somebody's account page, a step each: a new password, recovery codes, a fresh proof. */

import { html, type Markup } from '../../pages/markup.ts'
import { document, field, type ShownProblem, spoken } from './layout.ts'
import { type NewPassword, newPasswordForm } from './new-password-form.ts'
import { passkeyButton } from './passkey-button.ts'
import type { Say } from './say.ts'
import type { Company } from './sign-in-page.ts'

export function passwordPage(
  say: Say,
  { newPassword, problem }: { newPassword: NewPassword; problem: ShownProblem | undefined },
): Markup {
  return document(say, {
    ...{ title: say('password.pageTitle'), problem, signedIn: true },
    content: html`<section class="card">${newPasswordForm(say, '/account/password', newPassword)}</section>
<p><a href="/account">${say('page.back')}</a></p>`,
  })
}

/** Before they are made: nobody finds codes on a page that he did not ask for. */
export function codesOfferPage(say: Say): Markup {
  return document(say, {
    ...{ title: say('codes.title'), signedIn: true },
    content: html`<section class="card">
<p>${say('account.codesMissing')}</p>
<form method="post" action="/account/codes"><button class="first" autofocus>${say('codes.make')}</button></form>
<p><a href="/console/first-steps">${say('nav.console')}</a> · <a href="/account">${say('nav.account')}</a></p>
</section>`,
  })
}

export function codesPage(say: Say, codes: readonly string[]): Markup {
  return document(say, {
    ...{ title: say('codes.shownTitle'), signedIn: true },
    content: html`<section class="card">
<p>${say('codes.shownIntro')}</p>
<ol class="codes">${codes.map((code) => html`<li><code>${code}</code></li>`)}</ol>
<p><a class="button" href="/console/first-steps">${say('codes.done')}</a></p>
</section>`,
  })
}

export interface StepUpPage {
  readonly next: string
  readonly hasPasskey: boolean
  readonly hasPassword: boolean
  readonly companies: readonly Company[]
  readonly problem: ShownProblem | undefined
}

export function stepUpPage(say: Say, page: StepUpPage): Markup {
  const { next, problem } = page
  return document(say, {
    ...{ title: say('stepUp.title'), problem, scripts: ['passkey-ask.js'], signedIn: true },
    content: html`
<section class="card">
<p>${say('stepUp.intro')}</p>
${
  page.hasPasskey &&
  passkeyButton(say, true, {
    ...{ label: say('stepUp.passkey'), next },
    ...{ options: '/step-up/passkey/options', answer: '/step-up/passkey' },
  })
}
${page.companies.map(
  ({ id, name }) =>
    html`<a class="button" href="/step-up/company/${id}?${new URLSearchParams({ next }).toString()}">${say('signIn.company', { company: name })}</a>`,
)}
${spoken(say)}
</section>
${
  page.hasPassword &&
  html`<section class="card"><form method="post" action="/step-up">
<input type="hidden" name="next" value="${next}">
${field('password', say('signIn.passwordField'), {
  ...{ type: 'password', autocomplete: 'current-password', maxLength: 256 },
})}
${field('code', say('signIn.code'), {
  ...{ autocomplete: 'one-time-code', hint: say('signIn.codeHint'), maxLength: 64, isCode: true },
})}
<button>${say('stepUp.submit')}</button>
</form></section>`
}
<p><a href="/account">${say('page.back')}</a></p>`,
  })
}
