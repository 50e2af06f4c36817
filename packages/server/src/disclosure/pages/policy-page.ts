import { html, type Markup } from '../../pages/markup.ts'
import { contactList, document } from '../../public-pages/layout.ts'
import { linkTo, linkToFile } from '../../public-pages/links.ts'
import type { Say } from '../../public-pages/say.ts'
import type { DisclosureSettings } from '../disclosure-settings.ts'
import {
  FORM_PATH,
  KEY_PATH,
  POLICY_PATH,
  SECURITY_TEXT_PATH,
  THANKS_PATH,
} from '../security-text.ts'

export function policyPage(
  say: Say,
  settings: DisclosureSettings,
  { canSubscribe }: { readonly canSubscribe: boolean },
): Markup {
  const { encryptionUrl, publicKey, languages, policyUrl, bounty } = settings
  const key = encryptionUrl.startsWith('https:') ? encryptionUrl : publicKey === '' ? '' : KEY_PATH
  const isHere = say.place === 'server'
  const names = new Intl.DisplayNames(say.language, { type: 'language' })
  const read = languages.map((tag) => names.of(tag) ?? tag)
  return document(say, {
    ...{ title: say('policy.title'), settings, path: POLICY_PATH },
    content: html`
<p>${say('policy.intro')}</p>
<section class="card" aria-labelledby="contact">
<h2 id="contact">${say('policy.contact')}</h2>
<p><a class="button first" href="${linkTo(say, FORM_PATH)}">${say('nav.report')}</a></p>
${isHere && html`<p>${say('policy.form')}</p>\n`}<p>${say('policy.person')}</p>
${contactList(settings)}
${key !== '' && html`<p><a href="${key === KEY_PATH ? linkToFile(say, key) : key}">${say('policy.key')}</a></p>`}
${read.length > 0 && html`<p>${say('policy.languages', { languages: listed(say, read) })}</p>`}
</section>
${
  canSubscribe &&
  isHere &&
  section(
    'news',
    say('policy.news'),
    html`<p><a href="${linkTo(say, '/subscribe')}">${say('subscribe.title')}</a></p>`,
  )
}
${section('scope', say('policy.scope'), html`<p>${say('policy.scopeText')}</p>`)}
${section(
  'promise',
  say('policy.promise'),
  html`<ul class="points">
<li>${say('policy.acknowledge', { time: say.hours(settings.acknowledgeHours) })}</li>
<li>${say('policy.assess', { time: say.hours(settings.assessHours) })}</li>
<li>${say('policy.inform')}</li>
<li>${say('policy.credit')}</li>
<li>${say(bounty ? 'policy.bountyYes' : 'policy.bountyNo')}</li>
</ul>`,
)}
${section(
  'ask',
  say('policy.ask'),
  html`<p>${say('policy.askText', { time: say('time.days', { count: settings.publishDays }) })}</p>`,
)}
${section('harbour', say('policy.harbour'), html`<p>${say('policy.harbourText')}</p>`)}
${section('after', say('policy.after'), html`<p>${say('policy.afterText')}</p>`)}
${policyUrl !== '' && html`<p><a href="${policyUrl}">${say('policy.more')}</a></p>`}
<p><a href="${linkToFile(say, SECURITY_TEXT_PATH)}">${say('policy.machine')}</a></p>`,
  })
}

export function thanksPage(
  say: Say,
  settings: DisclosureSettings,
  thanks: readonly { readonly name: string }[],
): Markup {
  const { acknowledgmentsUrl } = settings
  return document(say, {
    ...{ title: say('thanks.title'), settings, path: THANKS_PATH },
    content: html`<section class="card">
${
  thanks.length === 0
    ? html`<p>${say('thanks.none')}</p>`
    : html`<p>${say('thanks.intro')}</p><ul class="points">${thanks.map(({ name }) => html`<li>${name}</li>`)}</ul>`
}
${acknowledgmentsUrl !== '' && html`<p><a href="${acknowledgmentsUrl}">${acknowledgmentsUrl}</a></p>`}
</section>`,
  })
}

function section(id: string, title: string, content: Markup): Markup {
  return html`<section class="card" aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
${content}
</section>`
}

function listed(say: Say, words: readonly string[]): string {
  return new Intl.ListFormat(say.language, { type: 'conjunction' }).format(words)
}
