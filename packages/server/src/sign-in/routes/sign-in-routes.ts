/** Signing in and out. */
import { z } from 'zod'
import { LOGIN_MAX_CHARACTERS } from '../../accounts/account.ts'
import { sessionActor } from '../../accounts/sessions.ts'
import { endedSessionCookie } from '../../http/door/session-cookie.ts'
import { ownPath } from '../own-path.ts'
import type { ShownProblem } from '../pages/layout.ts'
import { problemByCode } from '../pages/problem-words.ts'
import { signInPage } from '../pages/sign-in-page.ts'
import { askForPasskey, signInWithPasskey } from '../passkeys/passkey-sign-in.ts'
import { PASSWORD_MAX_CHARACTERS } from '../password/password-rules.ts'
import { signInWithPassword } from '../password/password-sign-in.ts'
import type { SignedInPerson } from '../signed-in.ts'
import { companiesOf } from './companies.ts'
import type { PageRequest, PageRoute } from './page-route.ts'

export const passkeyAnswer = { attempt: z.string().max(64), response: z.unknown() }
export const typedProof = {
  password: z.string().max(PASSWORD_MAX_CHARACTERS * 2),
  code: z.string().max(64),
}
const next = z.string().max(1000).default('')
const signInForm = z.strictObject({
  ...{ login: z.string().max(LOGIN_MAX_CHARACTERS), ...typedProof, next },
})

export const signInRoutes: readonly PageRoute[] = [
  {
    ...{ method: 'GET', path: '/', who: 'anybody' },
    handle: async (page) => page.go(page.isSignedIn ? '/account' : '/sign-in'),
  },
  {
    ...{ method: 'GET', path: '/sign-in', who: 'anybody' },
    handle: async (page) => {
      const { say, query } = page
      const wish = ownPath(query.get('next') ?? undefined)
      if (page.isSignedIn) return page.go(wish)
      page.show(doorPage(page, wish, '', problemByCode(say, query.get('problem') ?? '')))
    },
  },
  {
    ...{ method: 'POST', path: '/sign-in', who: 'anybody' },
    handle: async (page) => {
      const { next: wish, ...typed } = await page.form(signInForm)
      const person = await signInWithPassword(page.parts, page.visitor, typed)
      page.setCookies(person.cookies)
      page.go(await firstPage(page, person, wish))
    },
    refused: async (page, problem) => {
      const { next: wish, login = '' } = page.typed
      return doorPage(page, ownPath(wish), login, problem)
    },
  },
  {
    ...{ method: 'POST', path: '/sign-in/passkey/options', who: 'anybody' },
    handle: async (page) => {
      await page.json(z.strictObject({}))
      page.answer(await askForPasskey(page.parts, page.visitor))
    },
  },
  {
    ...{ method: 'POST', path: '/sign-in/passkey', who: 'anybody' },
    handle: async (page) => {
      const { next: wish, ...answer } = await page.json(z.strictObject({ ...passkeyAnswer, next }))
      const person = await signInWithPasskey(page.parts, page.visitor, answer)
      page.setCookies(person.cookies)
      page.answer({ next: await firstPage(page, person, wish) })
    },
  },
  {
    ...{ method: 'POST', path: '/sign-out', who: 'signedIn' },
    handle: async (page) => {
      const { sessions } = page.parts
      const { account, session } = page.open
      const actor = { ...sessionActor(page.open), address: page.visitor.address }
      await sessions.end(account.id, session.id, actor)
      page.setCookies([endedSessionCookie(sessions)])
      page.go('/sign-in')
    },
  },
]

/** Was this you? It is asked there and nowhere else. */
const NOTES_PAGE = '/account'

/** Who has something to look at sees it before anything else. */
export async function firstPage(
  { parts }: PageRequest,
  { account, session }: SignedInPerson,
  wish: string,
): Promise<string> {
  const notes = await parts.database.signIn.history.notes(account.id, session)
  return notes.length > 0 ? NOTES_PAGE : ownPath(wish)
}

function doorPage(
  page: PageRequest,
  wish: string,
  login: string,
  problem: ShownProblem | undefined,
) {
  const companies = companiesOf(page.parts)
  return signInPage(page.say, { companies, passkeys: page.passkeys, next: wish, login, problem })
}
