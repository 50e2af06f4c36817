import type { DisclosureSettings } from '../disclosure/disclosure-settings.ts'
import type { Problem } from '../http/problem.ts'
import { html, type Markup } from '../pages/markup.ts'
import { contactList, document, START_PATH } from './layout.ts'
import { linkTo } from './links.ts'
import { onServer, type Say } from './say.ts'

/** Has the focus when the page opens, so that it is the first thing that is read out. */
export function banner(say: Say, settings: DisclosureSettings, { code, facts }: Problem): Markup {
  const { contacts } = settings
  const wait = typeof facts?.waitSeconds === 'number' ? facts.waitSeconds : undefined
  const isMendable = code === 'REQUEST_INVALID' || code === 'REPORT_CODE_WRONG'
  return html`<div class="problem" role="alert" tabindex="-1" autofocus>
<p>${say.problem(code)}</p>
${wait !== undefined && html`<p>${say('error.wait', { count: Math.ceil(wait / 60) })}</p>`}
${wait === undefined && contacts.length > 0 && !isMendable && html`<p>${say('error.elsewhere')}</p>`}
${contacts.length > 0 && !isMendable && contactList(settings)}
<p class="hint">${say('error.code', { code })}</p>
</div>`
}

export function problemPage(
  say: Say,
  settings: DisclosureSettings,
  { problem, path }: { readonly problem: Problem; readonly path: string | undefined },
): Markup {
  const isNothingHere = problem.code === 'NOT_FOUND'
  // A site elsewhere has no such page: its links are this server's, whatever the address asks for.
  const here = onServer(say)
  return document(here, {
    ...{ title: say('error.title'), settings, path: path ?? '' },
    content: isNothingHere && wayToStart(here),
    isShownOnce: path === undefined,
    problem: banner(say, settings, problem),
  })
}

function wayToStart(say: Say): Markup {
  return html`<p><a class="button" href="${linkTo(say, START_PATH)}">${say('error.toStart')}</a></p>`
}
