/** What every public page has around its content. None has a script, and none sets a cookie. */

import { ADVISORIES_PATH } from '../advisories/publisher.ts'
import type { DisclosureSettings } from '../disclosure/disclosure-settings.ts'
import {
  FOLLOW_PATH,
  FORM_PATH,
  POLICY_PATH,
  STYLE_PATH,
  THANKS_PATH,
} from '../disclosure/security-text.ts'
import { html, type Markup, type Part } from '../pages/markup.ts'
import { LANGUAGE_NAMES, type Say } from './say.ts'

export interface PublicPage {
  readonly title: string
  readonly settings: DisclosureSettings
  /** Where this page is, for the links to its other languages. */
  readonly path: string
  readonly content: Part
  readonly problem?: Part
  /** It answered a form, and what it shows is not shown again: no link to another language leads away from it. */
  readonly isShownOnce?: boolean
  /** Nobody has said where reports go: there are no pages of disclosure to lead to. */
  readonly hasNoDisclosure?: boolean
  /** In the head, beside what every page has there. */
  readonly head?: Part
  /** Its title is written in English, whatever the page's language. */
  readonly isContentEnglish?: boolean
  /** On a site elsewhere: none of this server's other pages, and no other language, is there. */
  readonly isAlone?: boolean
}

const PAGES = [
  [POLICY_PATH, 'nav.policy'],
  [ADVISORIES_PATH, 'nav.advisories'],
  [FORM_PATH, 'nav.report'],
  [FOLLOW_PATH, 'nav.follow'],
  [THANKS_PATH, 'nav.thanks'],
] as const

/** Goes on in the language that was chosen. */
export function linkTo(say: Say, path: string): string {
  return say.isChosen ? `${path}?lang=${say.language}` : path
}

export function document(say: Say, page: PublicPage): Markup {
  const { title, settings, path, content, problem, head } = page
  const { isShownOnce = false, isContentEnglish = false, isAlone = false } = page
  const { hasNoDisclosure = false } = page
  const organisation = settings.organisation || say('page.nobody')
  return html`<!doctype html>
<html lang="${say.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${say('page.title', { title, organisation })}</title>
<link rel="stylesheet" href="${STYLE_PATH}">
${head}
</head>
<body>
<a class="skip" href="#content">${say('page.skip')}</a>
<header>
<p class="brand">${organisation}</p>
${!hasNoDisclosure && navigation(say, path, isAlone)}
</header>
<main id="content" tabindex="-1">
<h1${isContentEnglish && html` lang="en"`}>${title}</h1>
${problem}
${content}
</main>
${!isShownOnce && !isAlone && languageLinks(say, path)}
</body>
</html>
`
}

function navigation(say: Say, path: string, isAlone: boolean): Markup {
  return html`<nav aria-label="${say('page.nav')}">
${PAGES.filter(([to]) => !isAlone || to === ADVISORIES_PATH).map(
  ([to, words]) =>
    html`<a href="${linkTo(say, to)}"${to === path && html` aria-current="page"`}>${say(words)}</a>`,
)}
</nav>`
}

function languageLinks(say: Say, path: string): Markup {
  return html`<footer>
<nav aria-label="${say('page.language')}">
${LANGUAGE_NAMES.map(
  ([language, name]) =>
    html`<a href="${path}?lang=${language}" lang="${language}" hreflang="${language}"${language === say.language && html` aria-current="true"`}>${name}</a>`,
)}
</nav>
</footer>`
}

/** Only `https:`, `mailto:` and `tel:` come this far. */
export function contactList({ contacts }: DisclosureSettings): Markup {
  return html`<ul class="list plain-list">${contacts.map(
    (contact) => html`<li><a href="${contact}">${contact.replace(/^(mailto|tel):/, '')}</a></li>`,
  )}</ul>`
}

export interface FieldOptions {
  readonly value: string
  readonly maxLength: number
  readonly isRequired?: boolean
  /** What was sent in it was not taken. */
  readonly isRefused?: boolean | undefined
  readonly hint?: string
  readonly autocomplete?: string
  /** How many lines; one without. */
  readonly rows?: number
}

export function field(say: Say, name: string, label: string, options: FieldOptions): Markup {
  const { value, maxLength, isRequired = false, hint, autocomplete = 'off', rows } = options
  const { isRefused = false } = options
  const mistake = isRefused ? fieldMistake(say, name, options) : undefined
  const described = [
    ...(mistake === undefined ? [] : [`${name}-mistake`]),
    ...(hint === undefined ? [] : [`${name}-hint`]),
  ].join(' ')
  const attributes = html`id="${name}" name="${name}" maxlength="${maxLength}" autocomplete="${autocomplete}"${described !== '' && html` aria-describedby="${described}"`}${isRefused && html` aria-invalid="true"`}${isRequired && html` required`}`
  return html`<div class="field">
<label for="${name}">${label}${isRequired && html` <span class="tag">${say('report.required')}</span>`}</label>
${
  rows === undefined
    ? html`<input type="text" ${attributes} value="${value}">`
    : // The first line break behind the tag is the parser's.
      html`<textarea ${attributes} rows="${rows}">
${value}</textarea>`
}
${mistake !== undefined && html`<p class="mistake" id="${name}-mistake">${mistake}</p>`}
${hint !== undefined && html`<p class="hint" id="${name}-hint">${hint}</p>`}
</div>`
}

/** What was typed says which of the two it is; a code is not shown again, and was wrong. */
function fieldMistake(say: Say, name: string, { value, maxLength }: FieldOptions): string {
  if (name === 'code') return say('field.code')
  const isAddress = name === 'address' || (name === 'contact' && value.length <= maxLength)
  if (isAddress && value !== '') return say('field.address')
  if ((name === 'product' || name === 'device') && value.trim() !== '') return say('field.name')
  const max = new Intl.NumberFormat(say.language).format(maxLength)
  return value.length > maxLength ? say('field.tooLong', { max }) : say('field.empty')
}
