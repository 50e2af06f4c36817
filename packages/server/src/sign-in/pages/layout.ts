/** What every page has around its content. */
import { html, type Markup, type Part } from '../../pages/markup.ts'
import type { Say } from './say.ts'

export const SITE = '/sign-in/site'

/** What went wrong, in words; `code` for whoever asks for help. */
export interface ShownProblem {
  readonly sentences: readonly string[]
  readonly code: string
}

export interface Page {
  readonly title: string
  readonly content: Part
  readonly problem?: ShownProblem | undefined
  /** Modules of {@link SITE}. */
  readonly scripts?: readonly string[]
  readonly signedIn?: boolean
  /** Where the browser goes on by itself, a path of ours. */
  readonly goOn?: string
}

export function document(say: Say, page: Page): Markup {
  const { title, content, problem, scripts = [], signedIn = false, goOn } = page
  return html`<!doctype html>
<html lang="${say.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${goOn !== undefined && html`<meta http-equiv="refresh" content="0; url=${goOn}">`}
<title>${say('page.title', { title })}</title>
<link rel="stylesheet" href="${SITE}/sign-in.css">
${scripts.map((name) => html`<script type="module" src="${SITE}/${name}"></script>`)}
</head>
<body>
<a class="skip" href="#content">${say('page.skip')}</a>
<header>
<p class="brand">Fleetward</p>
${signedIn && navigation(say)}
</header>
<main id="content" tabindex="-1">
<h1>${title}</h1>
${problem && banner(say, problem)}
${content}
</main>
</body>
</html>
`
}

function navigation(say: Say): Markup {
  return html`<nav aria-label="${say('nav.label')}">
<a href="/console/">${say('nav.console')}</a>
<a href="/account">${say('nav.account')}</a>
<a href="/account/sessions">${say('nav.sessions')}</a>
<form method="post" action="/sign-out"><button class="plain">${say('nav.signOut')}</button></form>
</nav>`
}

/** Has the focus when the page opens, so that it is the first thing that is read out. */
function banner(say: Say, { sentences, code }: ShownProblem): Markup {
  return html`<div class="problem" role="alert" tabindex="-1" autofocus>
${sentences.map((sentence) => html`<p>${sentence}</p>`)}
<p class="hint">${say('error.code', { code })}</p>
</div>`
}

/** Where scripts say what happens; and what stands there for who has none. */
export function spoken(say: Say): Markup {
  return html`<p id="said" class="said" role="status"></p>
<noscript><p class="hint">${say('page.noScript')}</p></noscript>`
}

export interface FieldOptions {
  readonly type?: 'text' | 'password'
  readonly autocomplete: string
  readonly hint?: string
  readonly value?: string
  readonly maxLength: number
  readonly optional?: boolean
  readonly autofocus?: boolean
  /** Codes are typed as they are shown. */
  readonly isCode?: boolean
}

export function field(name: string, label: string, options: FieldOptions): Markup {
  const { type = 'text', hint, isCode = false, autofocus = false } = options
  const hintId = `${name}-hint`
  return html`<div class="field">
<label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${type}" value="${options.value ?? ''}" autocomplete="${options.autocomplete}"
 maxlength="${options.maxLength}"${hint !== undefined && html` aria-describedby="${hintId}"`}${!options.optional && html` required`}${isCode && html` class="code" autocapitalize="off" spellcheck="false"`}${autofocus && html` autofocus`}>
${hint !== undefined && html`<p class="hint" id="${hintId}">${hint}</p>`}
</div>`
}
