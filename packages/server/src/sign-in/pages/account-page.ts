/** Somebody's own account: what he should look at, and his ways in. */
import type { Account } from '../../accounts/account.ts'
import { html, type Markup } from '../../pages/markup.ts'
import type { CompanyIdentity } from '../company/identity-store.ts'
import type { AccountNote } from '../guessing/history-store.ts'
import type { Passkey } from '../passkeys/passkey-store.ts'
import { PASSKEY_NAME_MAX_CHARACTERS, type WaysIn } from '../ways-in.ts'
import { document, type ShownProblem, spoken } from './layout.ts'
import { passkeyButton } from './passkey-button.ts'
import { reasonWords, wayWords } from './past-words.ts'
import type { Say } from './say.ts'
import type { Company } from './sign-in-page.ts'
import { passkeyName } from './welcome-pages.ts'

export interface AccountPage {
  readonly account: Account
  readonly ways: WaysIn
  readonly notes: readonly AccountNote[]
  readonly companies: readonly (Company & { readonly issuer: string })[]
  readonly passkeys: boolean
  readonly problem: ShownProblem | undefined
}

export function accountPage(say: Say, page: AccountPage): Markup {
  const { account, ways, problem } = page
  return document(say, {
    title: say('account.title', { name: account.name }),
    ...{ problem, scripts: ['passkey-make.js'], signedIn: true },
    content: html`
<p class="quiet">${say('account.intro', { login: account.login ?? '' })}</p>
${notesCard(say, page)}
${adviceCard(say, ways)}
<section class="card" aria-labelledby="passkeys">
<h2 id="passkeys">${say('passkeys.title')}</h2>
${
  ways.passkeys.length === 0
    ? html`<p class="quiet">${say('passkeys.none')}</p>`
    : html`<ul class="list">${ways.passkeys.map((passkey) => passkeyItem(say, passkey))}</ul>`
}
<details${ways.passkeys.length === 0 && html` open`}><summary>${say('passkeys.add')}</summary>
<div class="stack">
${page.passkeys && passkeyName(say)}
${passkeyButton(say, page.passkeys, {
  ...{ label: say('way.passkeySubmit'), next: '/account' },
  ...{ options: '/account/passkeys/options', answer: '/account/passkeys' },
})}
${spoken(say)}
</div></details>
</section>
${passwordCard(say, ways)}
${codesCard(say, ways)}
${companiesCard(say, page)}`,
  })
}

function notesCard(say: Say, { notes }: AccountPage): Markup | undefined {
  const [newest] = notes
  if (newest === undefined) return undefined
  return html`<section class="card warning" aria-labelledby="notes">
<h2 id="notes">${say('account.notes')}</h2>
<ul class="list">${notes.map((note) => html`<li>${noteWords(say, note)}</li>`)}</ul>
<p>${say('account.notMe')} <a href="/account/sessions">${say('nav.sessions')}</a></p>
<form method="post" action="/account/notes">
<input type="hidden" name="upTo" value="${newest.at}">
<button>${say('account.wasMe')}</button>
</form>
</section>`
}

function noteWords(say: Say, { at, what, facts }: AccountNote): string {
  const when = say.when(at)
  const { passkey = '', address = '', way = '', reasons = '' } = facts
  if (what === 'passkeyCopied') return say('account.noteCopied', { when, passkey: String(passkey) })
  return say('account.noteSignIn', {
    ...{ when, way: wayWords(say, String(way)), address: String(address) },
    reasons: reasonWords(say, String(reasons).split(' ')),
  })
}

function adviceCard(say: Say, { passkeys, passwordSince, identities, recoveryCodes }: WaysIn) {
  const waysCount = passkeys.length + identities.length + (passwordSince === undefined ? 0 : 1)
  // A company sees to its people itself.
  if (identities.length > 0) return undefined
  const advice = [
    ...(recoveryCodes === 0 ? [say('account.codesMissing')] : []),
    ...(waysCount === 1 ? [say('account.onlyOne')] : []),
  ]
  return advice.length === 0
    ? undefined
    : html`<section class="card notice">${advice.map((each) => html`<p>${each}</p>`)}</section>`
}

function passkeyItem(say: Say, { id, name, ...passkey }: Passkey): Markup {
  const facts = [
    say('passkeys.made', { when: say.when(passkey.createdAt) }),
    passkey.lastUsedAt === undefined
      ? say('passkeys.neverUsed')
      : say('passkeys.used', { when: say.when(passkey.lastUsedAt) }),
    ...(passkey.backedUp ? [say('passkeys.synced')] : []),
  ]
  return html`<li>
<h3>${name}</h3>
<p class="hint">${facts.join(' · ')}</p>
<div class="row">
<details><summary>${say('passkeys.rename', { passkey: name })}</summary>
<form method="post" action="/account/passkeys/${id}/name" class="row">
<input name="name" value="${name}" required maxlength="${PASSKEY_NAME_MAX_CHARACTERS}" aria-label="${say('passkeys.newName', { passkey: name })}" autocomplete="off">
<button>${say('passkeys.save')}</button>
</form></details>
<form method="post" action="/account/passkeys/${id}/removal"><button class="danger">${say('passkeys.remove', { passkey: name })}</button></form>
</div>
</li>`
}

function passwordCard(say: Say, { passwordSince: since }: WaysIn): Markup {
  return html`<section class="card" aria-labelledby="password">
<h2 id="password">${say('password.title')}</h2>
<p>${since === undefined ? say('password.none') : say('password.since', { when: say.when(since) })}</p>
<div class="row">
<a class="button" href="/account/password">${say(since === undefined ? 'password.set' : 'password.change')}</a>
${since !== undefined && html`<form method="post" action="/account/password/removal"><button class="danger">${say('password.remove')}</button></form>`}
</div>
</section>`
}

function codesCard(say: Say, { recoveryCodes: count }: WaysIn): Markup {
  return html`<section class="card" aria-labelledby="codes">
<h2 id="codes">${say('codes.title')}</h2>
<p>${count === 0 ? say('codes.none') : say('codes.left', { count })}</p>
<form method="post" action="/account/codes"><button>${say('codes.make')}</button></form>
${count > 0 && html`<p class="hint">${say('codes.makeHint')}</p>`}
</section>`
}

function companiesCard(say: Say, { ways, companies }: AccountPage): Markup | undefined {
  if (companies.length === 0 && ways.identities.length === 0) return undefined
  const nameOf = ({ issuer }: CompanyIdentity) =>
    companies.find((company) => company.issuer === issuer)?.name ?? issuer
  const unlinked = companies.filter(
    ({ issuer }) => !ways.identities.some((identity) => identity.issuer === issuer),
  )
  return html`<section class="card" aria-labelledby="companies">
<h2 id="companies">${say('company.title')}</h2>
<ul class="list">
${ways.identities.map(
  (identity) => html`<li>
<p>${say('company.linked', { company: nameOf(identity), when: say.when(identity.linkedAt) })}</p>
<form method="post" action="/account/company/removal">
<input type="hidden" name="issuer" value="${identity.issuer}"><input type="hidden" name="subject" value="${identity.subject}">
<button class="danger">${say('company.remove', { company: nameOf(identity) })}</button>
</form></li>`,
)}
${unlinked.map(
  ({ id, name }) =>
    html`<li><a class="button" href="/account/company/${id}">${say('company.add', { company: name })}</a></li>`,
)}
</ul>
</section>`
}
