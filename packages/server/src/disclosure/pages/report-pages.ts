/** The form, the answer to it, and the page on which a reporter reads how it stands. */
import { html, type Markup, type Part } from '../../pages/markup.ts'
import { contactList, document, field } from '../../public-pages/layout.ts'
import { linkTo } from '../../public-pages/links.ts'
import type { Say } from '../../public-pages/say.ts'
import type { DisclosureSettings } from '../disclosure-settings.ts'
import { REPORT_STATES, type ReportEntry } from '../report.ts'
import { FOLLOW_PATH, FORM_PATH } from '../security-text.ts'
import {
  type FollowedReport,
  LINE_MAX_CHARACTERS,
  MESSAGE_MAX_CHARACTERS,
  type TakenReport,
  TEXT_MAX_CHARACTERS,
} from '../take-report.ts'

/** What was typed before, to be mended. */
export type Typed = Readonly<Record<string, string | undefined>>

export interface Sent {
  readonly typed: Typed
  /** Names of the fields that were not taken. */
  readonly refused: ReadonlySet<string>
}

type ToMend = Partial<Sent> & {
  readonly problem?: Part
  /** Whether this server sends mails. */
  readonly canMail?: boolean
}

export function reportPage(
  say: Say,
  settings: DisclosureSettings,
  { typed = {}, refused, problem, canMail = false }: ToMend = {},
): Markup {
  if (say.place !== 'server') return contactPage(say, settings)
  const line = (name: string, label: string, more: object = {}) =>
    field(say, name, label, {
      ...{ value: typed[name] ?? '', maxLength: LINE_MAX_CHARACTERS },
      isRefused: refused?.has(name),
      ...more,
    })
  return document(say, {
    ...{ title: say('report.title'), settings, path: FORM_PATH, problem },
    content: html`
<p>${say('report.intro')}</p>
<form method="post" action="${linkTo(say, FORM_PATH)}">
<fieldset class="card">
<legend>${say('report.what')}</legend>
${line('title', say('report.titleField'), { isRequired: true })}
${field(say, 'text', say('report.text'), {
  ...{ value: typed.text ?? '', maxLength: TEXT_MAX_CHARACTERS, isRequired: true, rows: 12 },
  hint: textHint(say, settings),
  isRefused: refused?.has('text'),
})}
${line('affected', say('report.affected'))}
${line('version', say('report.version'))}
</fieldset>
<fieldset class="card">
<legend>${say('report.you')}</legend>
${line('reporter', say('report.reporter'), { autocomplete: 'name' })}
${line('contact', say('report.contact'), { autocomplete: 'email' })}
${canMail && mailChoice(say, typed.mail === 'yes')}
${line('creditName', say('report.creditName'), { hint: say('report.creditHint') })}
</fieldset>
<button class="first">${say('report.submit')}</button>
</form>`,
  })
}

/** On a site elsewhere nobody takes a form. */
function contactPage(say: Say, settings: DisclosureSettings): Markup {
  return document(say, {
    ...{ title: say('report.title'), settings, path: FORM_PATH },
    content: html`<section class="card"><p>${say('static.report')}</p>
${contactList(settings)}</section>`,
  })
}

function mailChoice(say: Say, isChosen: boolean): Markup {
  return html`<div class="field">
<label class="choice"><input type="checkbox" name="mail" value="yes" aria-describedby="mail-hint"${isChosen && html` checked`}> ${say('report.mail')}</label>
<p class="hint" id="mail-hint">${say('report.mailHint')}</p>
</div>`
}

function textHint(say: Say, { publicKey, encryptionUrl }: DisclosureSettings): string {
  const max = new Intl.NumberFormat(say.language).format(TEXT_MAX_CHARACTERS)
  const hint = say('report.textHint', { max })
  return publicKey === '' && encryptionUrl === '' ? hint : `${hint} ${say('report.encrypted')}`
}

export function sentPage(
  say: Say,
  settings: DisclosureSettings,
  { taken, acknowledgeBy }: { readonly taken: TakenReport; readonly acknowledgeBy: number },
): Markup {
  return document(say, {
    ...{ title: say('sent.title'), settings, path: FORM_PATH, isShownOnce: true },
    content: html`<section class="card notice" role="status">
<dl>
<dt>${say('sent.reference')}</dt><dd><code>${taken.id}</code></dd>
<dt>${say('sent.code')}</dt><dd><code id="code">${taken.code}</code></dd>
</dl>
<p><strong>${say('sent.codeHint')}</strong></p>
<p>${say('sent.next', { when: say.when(acknowledgeBy) })}</p>
<p>${say('sent.reload')}</p>
<p><a href="${linkTo(say, FOLLOW_PATH)}">${say('follow.title')}</a></p>
</section>`,
  })
}

export function followPage(
  say: Say,
  settings: DisclosureSettings,
  { refused, problem }: ToMend = {},
): Markup {
  return document(say, {
    ...{ title: say('follow.title'), settings, path: FOLLOW_PATH, problem },
    content: html`<form class="card" method="post" action="${linkTo(say, FOLLOW_PATH)}">
<p>${say('follow.intro')}</p>
${field(say, 'code', say('sent.code'), {
  ...{ value: '', maxLength: 100, isRequired: true, isRefused: refused?.has('code') },
})}
<button class="first">${say('follow.submit')}</button>
</form>`,
  })
}

export function followedPage(
  say: Say,
  settings: DisclosureSettings,
  { report, entries }: FollowedReport,
  { code, isSent }: { readonly code: string; readonly isSent: boolean },
): Markup {
  return document(say, {
    ...{ title: say('follow.title'), settings, path: FOLLOW_PATH, isShownOnce: true },
    problem: isSent && html`<p class="card notice" role="status">${say('follow.sent')}</p>`,
    content: html`<section class="card">
<h2>${report.title}</h2>
<dl>
<dt>${say('sent.reference')}</dt><dd><code>${report.id}</code></dd>
<dt>${say('follow.state')}</dt><dd>${say(`state.${report.state}`)}</dd>
</dl>
</section>
<section class="card" aria-labelledby="history">
<h2 id="history">${say('follow.history')}</h2>
<ol class="list">${entries.map((entry) => entryItem(say, entry))}</ol>
</section>
<form class="card" method="post" action="${linkTo(say, FOLLOW_PATH)}">
<input type="hidden" name="code" value="${code}">
${field(say, 'text', say('follow.add'), {
  ...{ value: '', maxLength: MESSAGE_MAX_CHARACTERS, isRequired: true, rows: 6 },
})}
<button class="first">${say('follow.send')}</button>
</form>
${report.mailLanguage !== undefined && endMailsForm(say, code)}`,
  })
}

function endMailsForm(say: Say, code: string): Markup {
  return html`<form class="card" method="post" action="${linkTo(say, FOLLOW_PATH)}">
<p>${say('follow.mails')}</p>
<input type="hidden" name="code" value="${code}">
<input type="hidden" name="mail" value="no">
<button>${say('follow.endMails')}</button>
</form>`
}

function entryItem(say: Say, { at, kind, text }: ReportEntry): Markup {
  const who = say(kind === 'reporter' ? 'follow.you' : 'follow.by')
  const isState = kind === 'state'
  return html`<li><p class="hint">${say.when(at)} · ${isState ? say('follow.state') : who}</p>
<p class="said-text">${isState ? stateWords(say, text) : text}</p></li>`
}

function stateWords(say: Say, state: string): string {
  const known = REPORT_STATES.find((each) => each === state)
  return known === undefined ? state : say(`state.${known}`)
}
