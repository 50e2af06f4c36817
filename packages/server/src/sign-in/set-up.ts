/**
 * Setting up an account by a one-time link: the first administrator's, or the way in of somebody who was invited. It
 * goes over several pages of one browser; nothing of it counts before the last step, which uses the link up.
 */
import { createHash } from 'node:crypto'
import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/server'
import { z } from 'zod'
import { type Account, isLogin, NAME_MAX_CHARACTERS, newAccountId } from '../accounts/account.ts'
import type { Actor } from '../accounts/actor.ts'
import { EVERYWHERE } from '../accounts/rights.ts'
import type { Factor } from '../accounts/session.ts'
import { HttpError } from '../http/problem.ts'
import type { Database, Stores } from '../stores.ts'
import { beginChallenge, challengeInvalid, seeChallenge } from './challenges.ts'
import { linkOpensNothing, openLink } from './one-time-link.ts'
import { creationOptions, verifyMade } from './passkeys/passkey-ceremony.ts'
import { newPasswordWay, newSealedSeed } from './password/new-password.ts'
import { nowSeconds, type SignInParts } from './sign-in-parts.ts'
import { type SignedInPerson, signIn } from './signed-in.ts'
import type { Visitor } from './visitor.ts'
import { addPasskey, type Change, linkCompany, setPassword } from './ways-in.ts'

/** To find a phone, install an app and read. */
const SET_UP_SECONDS = 3600

const setUpSchema = z.strictObject({
  link: z.string(),
  /** The id that the first administrator is going to have, or whoever was invited has. */
  account: z.string(),
  isFirst: z.boolean(),
  name: z.string(),
  login: z.string(),
  /** Of the authenticator app, sealed; '' before it was asked for. */
  seed: z.string(),
  /** '' while none is out. */
  passkeyChallenge: z.string(),
})
export type SetUp = z.output<typeof setUpSchema>

/** Who has the code of a link begins; a link begun elsewhere stays good until it is used. */
export async function beginSetUp(
  parts: SignInParts,
  visitor: Visitor,
  code: string,
): Promise<SetUp> {
  const { database } = parts
  const link = await openLink(database, code, nowSeconds(parts))
  const begun = {
    link: link.id,
    isFirst: link.account === undefined,
    seed: '',
    passkeyChallenge: '',
  }
  if (link.account === undefined) {
    await requireNoAdministrator(database)
    const blank = { account: newAccountId(), name: '', login: '' }
    return keep(parts, visitor, { ...begun, ...blank })
  }
  const { id, name, login = '' } = await invited(database, link.account)
  return keep(parts, visitor, { ...begun, account: id, name, login })
}

/** What was begun in this browser. Throws CHALLENGE_INVALID when nothing was. */
export function setUpOf({ database, ...parts }: SignInParts, visitor: Visitor): Promise<SetUp> {
  const wanted = {
    ...{ purpose: 'set-up' as const, place: { visitor, session: undefined } },
    state: setUpSchema,
  }
  const { challenges } = database.signIn
  return seeChallenge(challenges, setUpId(visitor), wanted, nowSeconds(parts))
}

/** The first administrator says who he is. */
export async function nameFirst(
  parts: SignInParts,
  visitor: Visitor,
  typed: { readonly name: string; readonly login: string },
): Promise<void> {
  const setUp = await setUpOf(parts, visitor)
  const name = typed.name.trim()
  const login = typed.login.trim().toLowerCase()
  if (!setUp.isFirst) throw linkOpensNothing()
  if (name === '' || [...name].length > NAME_MAX_CHARACTERS || !isLogin(login)) {
    throw new HttpError(
      422,
      'NAME_REFUSED',
      'Type your name, and a name for signing in: a short word or your mail address, without spaces',
    )
  }
  await keep(parts, visitor, { ...setUp, name, login, seed: '' })
}

export async function askForNewPasskey(
  parts: SignInParts,
  visitor: Visitor,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const setUp = await setUpOf(parts, visitor)
  const { account, login: signInName, name } = setUp
  const existing = await parts.database.signIn.passkeys.ofAccount(account)
  const options = await creationOptions(parts.party, { account, signInName, name }, existing)
  await keep(parts, visitor, { ...setUp, passkeyChallenge: options.challenge })
  return options
}

export async function finishWithPasskey(
  parts: SignInParts,
  visitor: Visitor,
  { response, name }: { readonly response: unknown; readonly name: string },
): Promise<SignedInPerson> {
  const setUp = await setUpOf(parts, visitor)
  const { passkeyChallenge: challenge } = setUp
  if (challenge === '') throw challengeInvalid()
  // Shown once, whatever it brings.
  await keep(parts, visitor, { ...setUp, passkeyChallenge: '' })
  const made = await verifyMade(parts.party, response, challenge)
  return finish(parts, visitor, setUp, ['passkey'], (change) => addPasskey(change, made, name))
}

/** The seed for the authenticator app, sealed: the same one as long as this goes on. */
export async function seedOfSetUp(parts: SignInParts, visitor: Visitor): Promise<string> {
  const setUp = await setUpOf(parts, visitor)
  if (setUp.seed !== '') return setUp.seed
  const seed = await newSealedSeed(parts, setUp.account)
  await keep(parts, visitor, { ...setUp, seed })
  return seed
}

export async function finishWithPassword(
  parts: SignInParts,
  visitor: Visitor,
  { password, code }: { readonly password: string; readonly code: string },
): Promise<SignedInPerson> {
  const setUp = await setUpOf(parts, visitor)
  const { account: id, name, login } = setUp
  const sealedSeed = await seedOfSetUp(parts, visitor)
  const way = await newPasswordWay(parts, { id, name, login }, { password, code, sealedSeed })
  return finish(parts, visitor, setUp, ['password', 'totp'], (change) => setPassword(change, way))
}

/** A company says who it is: only where somebody was invited. */
export async function finishWithCompany(
  parts: SignInParts,
  visitor: Visitor,
  identity: { readonly issuer: string; readonly subject: string },
): Promise<SignedInPerson> {
  const setUp = await setUpOf(parts, visitor)
  return finish(parts, visitor, setUp, ['oidc'], (change) => linkCompany(change, identity))
}

/** One transaction: the link is used, the account is there, its way in too, and its owner is signed in. */
async function finish(
  parts: SignInParts,
  visitor: Visitor,
  setUp: SetUp,
  factors: readonly Factor[],
  makeWayIn: (change: Change) => Promise<void>,
): Promise<SignedInPerson> {
  const now = nowSeconds(parts)
  const { database } = parts
  const account = setUp.isFirst ? firstAccount(setUp, now) : await invited(database, setUp.account)
  const actor: Actor = {
    ...{ kind: 'person', id: account.id, name: account.name, person: account.id },
    ...{ via: 'none', address: visitor.address },
  }
  const person = await signIn(parts, { account, factors, visitor }, async (stores) => {
    const { links, challenges } = stores.signIn
    const link = await links.find(setUp.link)
    if (link === undefined || now >= link.expiresAt) throw linkOpensNothing()
    if (setUp.isFirst) await addFirst(stores, account, actor, now)
    await links.removeFor(setUp.isFirst ? undefined : account.id)
    await challenges.take(setUpId(visitor))
    await makeWayIn({ stores, account: account.id, actor, now })
  })
  if (setUp.isFirst) await parts.forgetFirstLink()
  return person
}

function firstAccount({ account: id, name, login }: SetUp, now: number): Account {
  if (login === '') throw linkOpensNothing()
  return {
    ...{ id, kind: 'person', login, name, owner: undefined, breakGlass: false },
    ...{ createdAt: now, disabledAt: undefined, revision: 1 },
  }
}

async function addFirst(
  stores: Stores,
  account: Account,
  actor: Actor,
  now: number,
): Promise<void> {
  await requireNoAdministrator(stores)
  if (!(await stores.accounts.add(account))) {
    throw new HttpError(409, 'LOGIN_TAKEN', 'Somebody else signs in with this name')
  }
  await stores.accounts.grant({
    ...{ account: account.id, role: 'administrator', product: EVERYWHERE },
    ...{ grantedAt: now, grantedBy: 'server' },
  })
  await stores.audit.append({
    ...{ at: now, actor, action: 'account.created', subject: `account/${account.id}` },
    after: { kind: 'person', name: account.name, grants: [`administrator@${EVERYWHERE}`] },
    outcome: 'done',
  })
}

async function invited(stores: Pick<Stores, 'accounts'>, id: string): Promise<Account> {
  const account = await stores.accounts.find(id)
  if (account?.kind !== 'person' || account.disabledAt !== undefined) throw linkOpensNothing()
  return account
}

async function requireNoAdministrator({ accounts }: Pick<Stores, 'accounts'>): Promise<void> {
  if ((await accounts.administrators()).length > 0) throw linkOpensNothing()
}

async function keep(
  parts: Pick<SignInParts, 'clock'> & { readonly database: Pick<Database, 'transaction'> },
  visitor: Visitor,
  setUp: SetUp,
): Promise<SetUp> {
  const id = setUpId(visitor)
  const place = { visitor, session: undefined }
  await parts.database.transaction(async ({ signIn: { challenges } }) => {
    await challenges.take(id)
    const begun = { id, purpose: 'set-up' as const, place, state: setUp }
    await beginChallenge(challenges, begun, nowSeconds(parts), SET_UP_SECONDS)
  })
  return setUp
}

/** One at a time in a browser; it needs no other name. */
function setUpId({ browser }: Visitor): string {
  return createHash('sha256').update(`set-up ${browser}`).digest('base64url')
}
