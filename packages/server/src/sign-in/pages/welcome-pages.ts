/** By a one-time link: its code, who the first administrator is, and how somebody is going to sign in. */
import { LOGIN_MAX_CHARACTERS, NAME_MAX_CHARACTERS } from '../../accounts/account.ts'
import { html, type Markup } from '../../pages/markup.ts'
import { PASSKEY_NAME_MAX_CHARACTERS } from '../ways-in.ts'
import { document, field, type ShownProblem, spoken } from './layout.ts'
import { type NewPassword, newPasswordForm } from './new-password-form.ts'
import { passkeyButton } from './passkey-button.ts'
import type { Say } from './say.ts'
import type { Company } from './sign-in-page.ts'

export function welcomePage(say: Say, problem: ShownProblem | undefined): Markup {
  return document(say, {
    ...{ title: say('welcome.title'), problem, scripts: ['welcome.js'] },
    content: html`
<form class="card" method="post" action="/welcome">
<p>${say('welcome.intro')}</p>
${field('code', say('welcome.code'), {
  ...{ autocomplete: 'off', hint: say('welcome.codeHint'), maxLength: 200, isCode: true },
})}
<button class="first">${say('welcome.submit')}</button>
</form>`,
  })
}

export interface YouPage {
  readonly name: string
  readonly login: string
  readonly problem: ShownProblem | undefined
}

export function youPage(say: Say, { name, login, problem }: YouPage): Markup {
  return document(say, {
    ...{ title: say('you.title'), problem },
    content: html`
<form class="card" method="post" action="/welcome/you">
<p>${say('you.intro')}</p>
${field('name', say('you.name'), {
  ...{ autocomplete: 'name', hint: say('you.nameHint'), value: name },
  ...{ maxLength: NAME_MAX_CHARACTERS, autofocus: problem === undefined },
})}
${field('login', say('you.login'), {
  ...{ autocomplete: 'username', hint: say('you.loginHint'), value: login },
  ...{ maxLength: LOGIN_MAX_CHARACTERS, isCode: true },
})}
<button class="first">${say('you.submit')}</button>
</form>`,
  })
}

export interface WayPage {
  readonly name: string
  readonly newPassword: NewPassword
  readonly passkeys: boolean
  readonly companies: readonly Company[]
  readonly problem: ShownProblem | undefined
}

export function wayPage(say: Say, page: WayPage): Markup {
  const { name, newPassword, companies, problem } = page
  return document(say, {
    ...{ title: say('way.title', { name }), problem, scripts: ['passkey-make.js'] },
    content: html`
<section class="card" aria-labelledby="by-passkey">
<h2 id="by-passkey">${say('way.passkeyTitle')}</h2>
<p>${say('way.passkeyIntro')}</p>
${page.passkeys && passkeyName(say)}
${passkeyButton(say, page.passkeys, {
  ...{ label: say('way.passkeySubmit'), next: '/account/codes' },
  ...{ options: '/welcome/passkey/options', answer: '/welcome/passkey' },
})}
${spoken(say)}
</section>
${
  companies.length > 0 &&
  html`<section class="card" aria-labelledby="by-company">
<h2 id="by-company">${say('way.companyTitle')}</h2>
${companies.map(
  ({ id, name: company }) =>
    html`<a class="button" href="/welcome/company/${id}">${say('signIn.company', { company })}</a>`,
)}
</section>`
}
<section class="card" aria-labelledby="by-password">
<h2 id="by-password">${say('way.passwordTitle')}</h2>
${newPasswordForm(say, '/welcome/password', newPassword)}
</section>`,
  })
}

export function passkeyName(say: Say): Markup {
  return field('passkey-name', say('passkeyName.label'), {
    ...{ autocomplete: 'off', hint: say('passkeyName.hint'), value: say('passkeyName.default') },
    maxLength: PASSKEY_NAME_MAX_CHARACTERS,
  })
}
