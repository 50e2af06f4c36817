/** Somebody's own account: what he should look at, and his ways in. */
import { z } from 'zod'
import {
  askForAnotherPasskey,
  changeWays,
  newAuthenticator,
  replacePassword,
  shownAuthenticator,
  takeAnotherPasskey,
} from '../own-ways.ts'
import { accountPage } from '../pages/account-page.ts'
import { codesOfferPage, codesPage, passwordPage } from '../pages/account-step-pages.ts'
import type { ShownProblem } from '../pages/layout.ts'
import { problemByCode } from '../pages/problem-words.ts'
import type { SignInParts } from '../sign-in-parts.ts'
import {
  type Change,
  removePasskey,
  removePassword,
  renamePasskey,
  renewRecoveryCodes,
  unlinkCompany,
  waysIn,
} from '../ways-in.ts'
import { companiesOf } from './companies.ts'
import { madePasskey, newPasswordForm, passkeyName, requireSame, shownSeed } from './new-way.ts'
import type { PageRequest, PageRoute } from './page-route.ts'

const nothing = z.strictObject({})
const renameForm = z.strictObject({ name: passkeyName })
const notesForm = z.strictObject({ upTo: z.coerce.number().int().min(0) })
const identityForm = z.strictObject({
  issuer: z.string().max(500),
  subject: z.string().max(300),
})

const refused: NonNullable<PageRoute['refused']> = (page, problem) => ownPage(page, problem)

export const accountRoutes: readonly PageRoute[] = [
  {
    ...{ method: 'GET', path: '/account', who: 'signedIn' },
    handle: async (page) => {
      page.show(await ownPage(page, problemByCode(page.say, page.query.get('problem') ?? '')))
    },
  },
  {
    ...{ method: 'POST', path: '/account/notes', who: 'signedIn', refused },
    handle: async (page) => {
      const { upTo } = await page.form(notesForm)
      const { account, session } = page.open
      await page.parts.database.signIn.history.removeNotes(account.id, session.id, upTo)
      page.go('/account')
    },
  },
  {
    ...{ method: 'POST', path: '/account/passkeys/options', who: 'proved' },
    handle: async (page) => {
      await page.json(nothing)
      page.answer(await askForAnotherPasskey(page.parts, page))
    },
  },
  {
    ...{ method: 'POST', path: '/account/passkeys', who: 'proved' },
    handle: async (page) => {
      const made = await page.json(madePasskey.extend({ attempt: z.string().max(64) }))
      await takeAnotherPasskey(page.parts, page, made)
      page.answer({ next: '/account' })
    },
  },
  {
    ...{ method: 'POST', path: '/account/passkeys/:passkey/name', who: 'signedIn', refused },
    handle: async (page) => {
      const { name } = await page.form(renameForm)
      const { passkey = '' } = page.params
      await change(page, (it) => renamePasskey(it, passkey, name), { endsOthers: false })
    },
  },
  {
    ...{ method: 'POST', path: '/account/passkeys/:passkey/removal', who: 'proved', refused },
    handle: async (page) => {
      await page.form(nothing)
      const { passkey = '' } = page.params
      await change(page, (it) => removePasskey(it, passkey), { endsOthers: true })
    },
  },
  {
    ...{ method: 'GET', path: '/account/password', who: 'proved' },
    handle: async (page) => {
      const sealedSeed = await newAuthenticator(page.parts, page)
      page.show(await seedPage(page, sealedSeed, undefined))
    },
  },
  {
    ...{ method: 'POST', path: '/account/password', who: 'proved' },
    handle: async (page) => {
      const typed = await page.form(newPasswordForm)
      requireSame(typed)
      await replacePassword(page.parts, page, typed)
      page.go('/account')
    },
    refused: async (page, problem) => {
      const isOver = problem.code === 'CHALLENGE_INVALID' || !page.isSignedIn
      if (isOver) return ownPage(page, problem)
      return seedPage(page, await shownAuthenticator(page.parts, page), problem)
    },
  },
  {
    ...{ method: 'POST', path: '/account/password/removal', who: 'proved', refused },
    handle: async (page) => {
      await page.form(nothing)
      await change(page, removePassword, { endsOthers: true })
    },
  },
  {
    ...{ method: 'GET', path: '/account/codes', who: 'signedIn' },
    handle: async (page) => page.show(codesOfferPage(page.say)),
  },
  {
    ...{ method: 'POST', path: '/account/codes', who: 'proved', refused },
    handle: async (page) => {
      await page.form(nothing)
      const codes = await changeWays(page.parts, page, renewRecoveryCodes, { endsOthers: false })
      page.show(codesPage(page.say, codes))
    },
  },
  {
    ...{ method: 'POST', path: '/account/company/removal', who: 'proved', refused },
    handle: async (page) => {
      const identity = await page.form(identityForm)
      await change(page, (it) => unlinkCompany(it, identity), { endsOthers: true })
    },
  },
]

async function change(
  page: PageRequest,
  work: (change: Change) => Promise<void>,
  options: { readonly endsOthers: boolean },
): Promise<void> {
  await changeWays(page.parts, page, work, options)
  page.go('/account')
}

async function ownPage(page: PageRequest, problem: ShownProblem | undefined) {
  const { parts, say, passkeys, open } = page
  const { account, session } = open
  return accountPage(say, {
    ...{ account, passkeys, problem, companies: companiesOf(parts) },
    ways: await waysIn(parts.database, account.id),
    notes: await parts.database.signIn.history.notes(account.id, session.id),
  })
}

async function seedPage(page: PageRequest, sealedSeed: string, problem: ShownProblem | undefined) {
  const parts: SignInParts = page.parts
  const { id: account, login = '' } = page.open.account
  const newPassword = await shownSeed(parts, { account, login }, sealedSeed)
  return passwordPage(page.say, { newPassword, problem })
}
