/**
 * Going to a company's provider and coming back. An account is found by issuer and subject alone; whoever has none is
 * linked to one by an invitation, by his own hand while signed in, or, where the settings allow it, by a mail address
 * that the provider has verified.
 */
import { z } from 'zod'
import type { Account } from '../../accounts/account.ts'
import type { Actor } from '../../accounts/actor.ts'
import { EVERYWHERE } from '../../accounts/rights.ts'
import { type OpenSession, sessionActor } from '../../accounts/sessions.ts'
import { HttpError, nothingHere } from '../../http/problem.ts'
import type { Stores } from '../../stores.ts'
import { beginChallenge, challengeInvalid, takeChallenge } from '../challenges.ts'
import { finishWithCompany } from '../set-up.ts'
import { nowSeconds, type SignInParts } from '../sign-in-parts.ts'
import { type SignedInPerson, signIn } from '../signed-in.ts'
import type { Visitor } from '../visitor.ts'
import { linkCompany } from '../ways-in.ts'
import type { CompanyPerson, CompanyProvider } from './company-provider.ts'
import { givenBy, grantChanges } from './company-roles.ts'

/** What somebody leaves for. The last two only while signed in. */
const INTENTS = ['signIn', 'setUp', 'link', 'stepUp'] as const
export type CompanyIntent = (typeof INTENTS)[number]

const tripSchema = z.strictObject({
  ...{ state: z.string(), nonce: z.string(), verifier: z.string(), fresh: z.boolean() },
  company: z.string(),
  intent: z.enum(INTENTS),
  /** '' for who is not signed in. */
  session: z.string(),
  next: z.string(),
})

export interface Departure {
  readonly company: string
  readonly intent: CompanyIntent
  readonly session: string | undefined
  /** Where to go on afterwards, a path of ours. */
  readonly next: string
}

/** The address to send the browser to. */
export async function leaveForCompany(
  parts: SignInParts,
  visitor: Visitor,
  { company, intent, session = '', next }: Departure,
): Promise<URL> {
  const { url, trip } = await providerOf(parts, company).begin({ fresh: intent === 'stepUp' })
  // The session's cookie is not sent when another site sends the browser back; the one of the browser is.
  const place = { visitor, session: undefined }
  const state = { ...trip, company, intent, session, next }
  const begun = { id: trip.state, purpose: 'company-sign-in' as const, place, state }
  await beginChallenge(parts.database.signIn.challenges, begun, nowSeconds(parts))
  return url
}

export interface Return {
  readonly next: string
  /** Where a session was opened. */
  readonly person: SignedInPerson | undefined
}

export async function returnFromCompany(
  parts: SignInParts,
  visitor: Visitor,
  company: string,
  query: URLSearchParams,
): Promise<Return> {
  const provider = providerOf(parts, company)
  const place = { visitor, session: undefined }
  const wanted = { purpose: 'company-sign-in' as const, place, state: tripSchema }
  const { challenges } = parts.database.signIn
  const trip = await takeChallenge(challenges, query.get('state') ?? '', wanted, nowSeconds(parts))
  // Somebody who took over one provider must not speak for another (RFC 9700 §4.4).
  if (trip.company !== company) throw challengeInvalid()
  const person = await provider.end(query, trip)
  const { next, intent } = trip
  if (intent === 'signIn') return { next, person: await enter(parts, visitor, provider, person) }
  if (intent === 'setUp') return { next, person: await finishWithCompany(parts, visitor, person) }
  const open = await openSession(parts, trip.session)
  if (intent === 'link') await link(parts, visitor, open, person)
  else await stepUp(parts, provider, open, person)
  return { next, person: undefined }
}

async function enter(
  parts: SignInParts,
  visitor: Visitor,
  provider: CompanyProvider,
  person: CompanyPerson,
): Promise<SignedInPerson> {
  const { database } = parts
  const identity = await database.signIn.identities.find(person.issuer, person.subject)
  const account =
    identity === undefined
      ? await byVerifiedEmail(parts, provider, person)
      : await database.accounts.find(identity.account)
  if (account?.kind !== 'person' || account.disabledAt !== undefined) throw unknownPerson(provider)
  const now = nowSeconds(parts)
  // Whoever was signed in there already has proved nothing now.
  const provedAt = Math.min(person.provedAt ?? 0, now)
  return signIn(parts, { account, factors: ['oidc'], visitor, provedAt }, async (stores) => {
    const actor = companyActor(provider, visitor)
    if (identity === undefined) {
      await linkCompany({ stores, account: account.id, actor, now }, person)
    }
    await bringRoles(stores, { provider, person, account, actor, now })
  })
}

/** Only where the operator said that this provider's word on mail addresses counts. */
async function byVerifiedEmail(
  { database }: SignInParts,
  { settings }: CompanyProvider,
  { verifiedEmail, issuer }: CompanyPerson,
): Promise<Account | undefined> {
  if (!settings.linkByVerifiedEmail || verifiedEmail === undefined) return undefined
  const account = await database.accounts.findByLogin(verifiedEmail)
  if (account === undefined) return undefined
  const linked = await database.signIn.identities.ofAccount(account.id)
  // The address went to somebody else at the company; the account is still its first owner's.
  return linked.some((identity) => identity.issuer === issuer) ? undefined : account
}

interface Bringing {
  readonly provider: CompanyProvider
  readonly person: CompanyPerson
  readonly account: Account
  readonly actor: Actor
  readonly now: number
}

async function bringRoles(
  stores: Stores,
  { provider: { settings }, person, account, actor, now }: Bringing,
): Promise<void> {
  const { accounts, products } = stores
  const current = await accounts.grants(account.id)
  const { give, take } = grantChanges(settings, person.groups, current)
  const note = (action: string, role: string, product: string) =>
    stores.audit.append({
      ...{ at: now, actor, action, subject: `account/${account.id}`, outcome: 'done' },
      ...{ after: { grant: `${role}@${product}` } },
      product: product === EVERYWHERE ? undefined : product,
    })
  for (const { role, product } of give) {
    // Named in the settings, not made yet: it counts from the first sign-in after that.
    if (product !== EVERYWHERE && (await products.find(product)) === undefined) continue
    const given = { grantedAt: now, grantedBy: givenBy(settings.id) }
    await accounts.grant({ account: account.id, role, product, ...given })
    await note('account.granted', role, product)
  }
  for (const { role, product } of take) {
    const had = (await accounts.administrators()).length
    await accounts.withdrawGrant(account.id, role, product)
    if (had > 0 && (await accounts.administrators()).length === 0) {
      // Somebody has to be able to mend a group that was emptied by mistake.
      const given = { grantedAt: now, grantedBy: givenBy(settings.id) }
      await accounts.grant({ account: account.id, role, product, ...given })
      continue
    }
    await note('account.grant-withdrawn', role, product)
  }
}

async function link(
  { database, ...parts }: SignInParts,
  { address }: Visitor,
  open: OpenSession,
  person: CompanyPerson,
): Promise<void> {
  const actor = { ...sessionActor(open), address }
  const now = nowSeconds(parts)
  await database.transaction((stores) =>
    linkCompany({ stores, account: open.account.id, actor, now }, person),
  )
}

async function stepUp(
  { database, sessions }: SignInParts,
  provider: CompanyProvider,
  open: OpenSession,
  { issuer, subject }: CompanyPerson,
): Promise<void> {
  const identity = await database.signIn.identities.find(issuer, subject)
  if (identity?.account !== open.account.id) throw unknownPerson(provider)
  await sessions.proved(open)
}

/** The one that was open when its owner left, if it still is. */
async function openSession({ sessions }: SignInParts, id: string): Promise<OpenSession> {
  const found = await sessions.stillOpen(id)
  if (found === undefined) throw new HttpError(401, 'ACCESS_DENIED', 'Sign in first')
  return found
}

function providerOf({ providers }: SignInParts, company: string): CompanyProvider {
  const provider = providers.get(company)
  if (provider === undefined) {
    throw nothingHere()
  }
  return provider
}

function companyActor({ settings }: CompanyProvider, { address }: Visitor): Actor {
  return {
    ...{ kind: 'system', id: givenBy(settings.id), name: settings.name },
    ...{ person: undefined, via: 'server', address },
  }
}

function unknownPerson({ settings }: CompanyProvider): HttpError {
  return new HttpError(
    403,
    'COMPANY_ACCOUNT_UNKNOWN',
    `${settings.name} knows you, but no account here is linked to you. Ask an administrator for an invitation, and open it with this sign-in`,
  )
}
