import { html, type Markup } from '../../pages/markup.ts'
import { document, type ShownProblem } from './layout.ts'
import type { Say } from './say.ts'

export function errorPage(say: Say, problem: ShownProblem): Markup {
  return document(say, {
    ...{ title: say('error.title'), problem },
    content: html`<p><a class="button" href="/sign-in">${say('error.toSignIn')}</a></p>`,
  })
}

/** Whoever has no session yet is led from the console to the sign-in page. */
export function unknownAddressPage(say: Say, problem: ShownProblem): Markup {
  return document(say, {
    ...{ title: say('error.title'), problem },
    content: html`<p><a class="button" href="/console/">${say('error.toConsole')}</a></p>`,
  })
}

/**
 * After coming back from a company's provider: the session's cookie is Strict, so a redirect, which still counts as the
 * provider's, would arrive without it. A page of ours goes on by itself.
 */
export function goOnPage(say: Say, next: string): Markup {
  return document(say, {
    ...{ title: say('goOn.title'), goOn: next },
    content: html`<p><a class="button" href="${next}">${say('goOn.link')}</a></p>`,
  })
}
