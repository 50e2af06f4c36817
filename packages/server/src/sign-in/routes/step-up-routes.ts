/** Proving again that it is you. */
import { z } from 'zod'
import { ownPath } from '../own-path.ts'
import { stepUpPage } from '../pages/account-step-pages.ts'
import type { ShownProblem } from '../pages/layout.ts'
import { problemByCode } from '../pages/problem-words.ts'
import { askForPasskeyAgain, stepUpWithPasskey } from '../passkeys/passkey-sign-in.ts'
import { stepUpWithPassword } from '../password/password-sign-in.ts'
import { waysIn } from '../ways-in.ts'
import { companiesOf } from './companies.ts'
import type { PageRequest, PageRoute } from './page-route.ts'
import { passkeyAnswer, typedProof } from './sign-in-routes.ts'

const next = z.string().max(1000).default('')

export const stepUpRoutes: readonly PageRoute[] = [
  {
    ...{ method: 'GET', path: '/step-up', who: 'signedIn' },
    handle: async (page) => {
      const problem = problemByCode(page.say, page.query.get('problem') ?? '')
      page.show(await proofPage(page, page.query.get('next') ?? undefined, problem))
    },
  },
  {
    ...{ method: 'POST', path: '/step-up', who: 'signedIn' },
    handle: async (page) => {
      const { next: wish, ...typed } = await page.form(z.strictObject({ ...typedProof, next }))
      await stepUpWithPassword(page.parts, page.visitor, page.open, typed)
      page.go(ownPath(wish))
    },
    refused: (page, problem) => proofPage(page, page.typed.next, problem),
  },
  {
    ...{ method: 'POST', path: '/step-up/passkey/options', who: 'signedIn' },
    handle: async (page) => {
      await page.json(z.strictObject({}))
      page.answer(await askForPasskeyAgain(page.parts, page.visitor, page.open))
    },
  },
  {
    ...{ method: 'POST', path: '/step-up/passkey', who: 'signedIn' },
    handle: async (page) => {
      const { next: wish, ...answer } = await page.json(z.strictObject({ ...passkeyAnswer, next }))
      await stepUpWithPasskey(page.parts, page.visitor, page.open, answer)
      page.answer({ next: ownPath(wish) })
    },
  },
]

async function proofPage(
  page: PageRequest,
  wish: string | undefined,
  problem: ShownProblem | undefined,
) {
  const { passkeys, passwordSince, identities } = await waysIn(
    page.parts.database,
    page.open.account.id,
  )
  return stepUpPage(page.say, {
    ...{ next: ownPath(wish), problem },
    hasPasskey: passkeys.length > 0 && page.passkeys,
    hasPassword: passwordSince !== undefined,
    companies: companiesOf(page.parts).filter(({ issuer }) =>
      identities.some((identity) => identity.issuer === issuer),
    ),
  })
}
