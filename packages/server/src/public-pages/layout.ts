/** What every public page has around its content. None has a script, and none sets a cookie. */

import { ADVISORIES_PATH } from '../advisories/publisher.ts'
import { type DisclosureSettings, isSetUp } from '../disclosure/disclosure-settings.ts'
import {
  FOLLOW_PATH,
  FORM_PATH,
  POLICY_PATH,
  STYLE_PATH,
  THANKS_PATH,
} from '../disclosure/security-text.ts'
import { html, type Markup, type Part } from '../pages/markup.ts'
import { linkTo, linkToFile } from './links.ts'
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
  /** Who speaks on it, where the settings name nobody. */
  readonly organisation?: string | undefined
  /** In the head, beside what every page has there. */
  readonly head?: Part
  /** Its title is written in English, whatever the page's language. */
  readonly isContentEnglish?: boolean
  /** On a site elsewhere: none of this server's other pages, and no other language, is there. */
  readonly isAlone?: boolean
}

/** The products, and what there is of each. */
export const START_PATH = '/'

/** On a site elsewhere a page is asked for by its address alone; nothing is taken from a form. */
const CONTENT_POLICY = "default-src 'none'; style-src 'self' file:; base-uri 'none'"

export function document(say: Say, page: PublicPage): Markup {
  const { title, settings, path, content, problem, head } = page
  const { isShownOnce = false, isContentEnglish = false, isAlone = false } = page
  const organisation = settings.organisation || page.organisation || say('page.nobody')
  return html`<!doctype html>
<html lang="${say.language}">
<head>
<meta charset="utf-8">
${say.place !== 'server' && html`<meta http-equiv="Content-Security-Policy" content="${CONTENT_POLICY}">\n`}<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${say('page.title', { title, organisation })}</title>
<link rel="stylesheet" href="${linkToFile(say, STYLE_PATH)}">
${head}
</head>
<body>
<a class="skip" href="#content">${say('page.skip')}</a>
<header>
<p class="brand">${organisation}</p>
${navigation(say, page)}
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

function navigation(say: Say, { settings, path, isAlone = false }: PublicPage): Markup {
  const canReport = isSetUp(settings)
  const canPublish = canReport && settings.organisation.trim() !== ''
  const isHere = say.place === 'server'
  const pages = [
    [START_PATH, 'nav.products', !isAlone],
    [ADVISORIES_PATH, 'nav.advisories', isAlone || canPublish],
    [POLICY_PATH, 'nav.policy', !isAlone && canReport],
    [FORM_PATH, 'nav.report', !isAlone && canReport],
    [FOLLOW_PATH, 'nav.follow', !isAlone && canReport && isHere],
    [THANKS_PATH, 'nav.thanks', !isAlone && canReport],
  ] as const
  return html`<nav aria-label="${say('page.nav')}">
${pages
  .filter(([, , isThere]) => isThere)
  .map(
    ([to, words]) =>
      html`<a href="${linkTo(say, to)}"${to === path && html` aria-current="page"`}>${say(words)}</a>\n`,
  )}</nav>`
}

function languageLinks(say: Say, path: string): Markup {
  return html`<footer>
<nav aria-label="${say('page.language')}">
${LANGUAGE_NAMES.map(
  ([language, name]) =>
    html`<a href="${say.place === 'server' ? `${path}?lang=${language}` : linkTo(say, path, language)}" lang="${language}" hreflang="${language}"${language === say.language && html` aria-current="true"`}>${name}</a>`,
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
