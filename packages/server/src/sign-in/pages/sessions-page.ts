import type { Session } from '../../accounts/session.ts'
import { html, type Markup } from '../../pages/markup.ts'
import type { PastSignIn } from '../guessing/history-store.ts'
import { browserName } from './browser-name.ts'
import { document } from './layout.ts'
import { wayWords } from './past-words.ts'
import type { Say } from './say.ts'

export interface SessionsPage {
  readonly sessions: readonly Session[]
  readonly current: string
  /** Newest first. */
  readonly past: readonly PastSignIn[]
}

export function sessionsPage(say: Say, { sessions, current, past }: SessionsPage): Markup {
  return document(say, {
    ...{ title: say('sessions.title'), signedIn: true },
    content: html`
<section class="card">
<p class="quiet">${say('sessions.intro')}</p>
<ul class="list">${sessions.map((session) => sessionItem(say, session, current))}</ul>
${sessions.length > 1 && html`<form method="post" action="/account/sessions/others/end"><button class="danger">${say('sessions.endOthers')}</button></form>`}
</section>
<section class="card" aria-labelledby="past">
<h2 id="past">${say('sessions.past')}</h2>
<ul class="list plain-list">${past.map(
      ({ at, way, provider }) =>
        html`<li>${say('sessions.pastEntry', { when: say.when(at), way: wayWords(say, way), provider })}</li>`,
    )}</ul>
</section>`,
  })
}

function sessionItem(say: Say, session: Session, current: string): Markup {
  const browser = browserName(session.userAgent) ?? say('sessions.unknownBrowser')
  const when = say.when(session.openedAt)
  const place = { address: session.address ?? '?', when, seen: say.when(session.seenAt) }
  return html`<li>
<h2 id="session-${session.id}">${browser}${session.id === current && html` <span class="tag">${say('sessions.this')}</span>`}</h2>
<p class="hint">${say('sessions.from', place)}</p>
${
  session.id !== current &&
  html`<form method="post" action="/account/sessions/${session.id}/end"><button class="danger" aria-describedby="session-${session.id}">${say('sessions.end')}</button></form>`
}
</li>`
}
