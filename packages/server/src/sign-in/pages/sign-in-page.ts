import { html, type Markup } from '../../pages/markup.ts'
import { document, field, type ShownProblem, spoken } from './layout.ts'
import { passkeyButton } from './passkey-button.ts'
import type { Say } from './say.ts'

export interface Company {
  readonly id: string
  readonly name: string
}

export interface SignInPage {
  readonly companies: readonly Company[]
  readonly passkeys: boolean
  readonly next: string
  readonly login: string
  readonly problem: ShownProblem | undefined
}

export function signInPage(say: Say, page: SignInPage): Markup {
  const { companies, next, login, problem } = page
  return document(say, {
    ...{ title: say('signIn.title'), problem, scripts: ['passkey-ask.js'] },
    content: html`
<section class="card">
${passkeyButton(say, page.passkeys, {
  ...{ label: say('signIn.passkey'), next },
  ...{ options: '/sign-in/passkey/options', answer: '/sign-in/passkey' },
})}
${companies.map(
  ({ id, name }) =>
    html`<a class="button" href="/sign-in/company/${id}?${new URLSearchParams({ next }).toString()}">${say('signIn.company', { company: name })}</a>`,
)}
${spoken(say)}
</section>
<section class="card" aria-labelledby="with-password">
<h2 id="with-password">${say('signIn.password')}</h2>
<form method="post" action="/sign-in">
<input type="hidden" name="next" value="${next}">
${field('login', say('signIn.login'), { autocomplete: 'username', value: login, maxLength: 254 })}
${field('password', say('signIn.passwordField'), {
  ...{ type: 'password', autocomplete: 'current-password', maxLength: 256, optional: true },
})}
${field('code', say('signIn.code'), {
  ...{ autocomplete: 'one-time-code', hint: say('signIn.codeHint'), maxLength: 64, isCode: true },
})}
<button>${say('signIn.submit')}</button>
<p class="hint">${say('signIn.lostHint')}</p>
</form>
</section>`,
  })
}
