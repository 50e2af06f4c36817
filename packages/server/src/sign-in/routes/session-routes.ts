/** Where somebody is signed in, and ending that. */
import { z } from 'zod'
import { sessionActor } from '../../accounts/sessions.ts'
import { sessionsPage } from '../pages/sessions-page.ts'
import { nowSeconds } from '../sign-in-parts.ts'
import { REMEMBERED_SECONDS } from '../signed-in.ts'
import type { PageRequest, PageRoute } from './page-route.ts'

const nothing = z.strictObject({})
const PAST_MAX_COUNT = 20

export const sessionRoutes: readonly PageRoute[] = [
  {
    ...{ method: 'GET', path: '/account/sessions', who: 'signedIn' },
    handle: async (page) => {
      const { account, session } = page.open
      const { sessions, database } = page.parts
      const since = nowSeconds(page.parts) - REMEMBERED_SECONDS
      const past = await database.signIn.history.recent(account.id, since)
      page.show(
        sessionsPage(page.say, {
          sessions: await sessions.ofAccount(account.id),
          ...{ current: session.id, past: past.slice(0, PAST_MAX_COUNT) },
        }),
      )
    },
  },
  {
    ...{ method: 'POST', path: '/account/sessions/others/end', who: 'signedIn' },
    handle: async (page) => {
      await page.form(nothing)
      const { account, session } = page.open
      await page.parts.sessions.endAll(account.id, actorOf(page), session.id)
      page.go('/account/sessions')
    },
  },
  {
    ...{ method: 'POST', path: '/account/sessions/:session/end', who: 'signedIn' },
    handle: async (page) => {
      await page.form(nothing)
      // One that is over already is as it should be.
      await page.parts.sessions.end(page.open.account.id, page.params.session ?? '', actorOf(page))
      page.go('/account/sessions')
    },
  },
]

function actorOf({ open, visitor }: PageRequest) {
  return { ...sessionActor(open), address: visitor.address }
}
