/**
 * By what somebody gets in: passkeys, a password with its authenticator app, a company's sign-in. Recovery codes are no
 * way of their own. Each change is noted; the last way in is never taken away.
 */
import type { Actor } from '../accounts/actor.ts'
import { HttpError } from '../http/problem.ts'
import type { Stores } from '../stores.ts'
import type { CompanyIdentity } from './company/identity-store.ts'
import type { MadePasskey } from './passkeys/passkey-ceremony.ts'
import type { Passkey } from './passkeys/passkey-store.ts'
import type { PasswordWay } from './password/password-store.ts'
import { newRecoveryCodes, recoveryDigest } from './password/recovery-code.ts'

export const PASSKEYS_MAX_COUNT = 20
export const PASSKEY_NAME_MAX_CHARACTERS = 60

export interface WaysIn {
  readonly passkeys: readonly Passkey[]
  /** When it was set; undefined for none. */
  readonly passwordSince: number | undefined
  readonly identities: readonly CompanyIdentity[]
  readonly recoveryCodes: number
}

/** A way in of `account` changes, and who changes it. */
export interface Change {
  readonly stores: Stores
  readonly account: string
  readonly actor: Actor
  readonly now: number
}

export async function waysIn({ signIn }: Pick<Stores, 'signIn'>, account: string): Promise<WaysIn> {
  return {
    passkeys: await signIn.passkeys.ofAccount(account),
    passwordSince: (await signIn.passwords.find(account))?.changedAt,
    identities: await signIn.identities.ofAccount(account),
    recoveryCodes: await signIn.recoveryCodes.count(account),
  }
}

export async function addPasskey(change: Change, made: MadePasskey, name: string): Promise<void> {
  const { stores, account, now } = change
  const { passkeys } = stores.signIn
  if ((await passkeys.ofAccount(account)).length >= PASSKEYS_MAX_COUNT) {
    throw new HttpError(409, 'TOO_MANY_PASSKEYS', 'Remove a passkey that you do not use any more', {
      facts: { limit: PASSKEYS_MAX_COUNT },
    })
  }
  const passkey = { ...made, account, name, createdAt: now, lastUsedAt: undefined }
  if (!(await passkeys.add(passkey))) {
    throw new HttpError(409, 'PASSKEY_EXISTS', 'This passkey is registered already')
  }
  await note(change, 'passkey-added', { passkey: name })
}

export async function renamePasskey(change: Change, id: string, name: string): Promise<void> {
  const found = await change.stores.signIn.passkeys.find(id)
  if (!(await change.stores.signIn.passkeys.rename(change.account, id, name))) throw noSuchWay()
  await note(change, 'passkey-renamed', { passkey: name, before: found?.name ?? '' })
}

export async function removePasskey(change: Change, id: string): Promise<void> {
  const { signIn } = change.stores
  const found = await signIn.passkeys.find(id)
  if (!(await signIn.passkeys.remove(change.account, id))) throw noSuchWay()
  await requireWayLeft(change)
  await note(change, 'passkey-removed', { passkey: found?.name ?? '' })
}

export async function setPassword(change: Change, way: PasswordWay): Promise<void> {
  await change.stores.signIn.passwords.save(way)
  await note(change, 'password-set', {})
}

export async function removePassword(change: Change): Promise<void> {
  if (!(await change.stores.signIn.passwords.remove(change.account))) throw noSuchWay()
  await requireWayLeft(change)
  await note(change, 'password-removed', {})
}

export async function linkCompany(
  change: Change,
  { issuer, subject }: { readonly issuer: string; readonly subject: string },
): Promise<void> {
  const { identities } = change.stores.signIn
  const { account, now } = change
  if (!(await identities.add({ issuer, subject, account, linkedAt: now }))) {
    throw new HttpError(
      409,
      'COMPANY_IDENTITY_TAKEN',
      'This company account belongs to another account here',
    )
  }
  await note(change, 'company-linked', { issuer })
}

export async function unlinkCompany(
  change: Change,
  { issuer, subject }: { readonly issuer: string; readonly subject: string },
): Promise<void> {
  if (!(await change.stores.signIn.identities.remove(change.account, issuer, subject))) {
    throw noSuchWay()
  }
  await requireWayLeft(change)
  await note(change, 'company-unlinked', { issuer })
}

/** In place of all that were there. To be shown once. */
export async function renewRecoveryCodes(change: Change): Promise<readonly string[]> {
  const codes = newRecoveryCodes()
  const digests = codes.map((code) => recoveryDigest(code) ?? '')
  await change.stores.signIn.recoveryCodes.replace(change.account, digests)
  await note(change, 'recovery-codes-made', { count: codes.length })
  return codes
}

/** After something was taken away, in the same transaction. */
async function requireWayLeft({ stores, account }: Change): Promise<void> {
  const { passkeys, passwordSince, identities } = await waysIn(stores, account)
  if (passkeys.length > 0 || passwordSince !== undefined || identities.length > 0) return
  throw new HttpError(
    409,
    'LAST_WAY_IN',
    'This is your last way in. Add another one first, then remove it',
  )
}

async function note(
  { stores, account, actor, now }: Change,
  what: string,
  after: Readonly<Record<string, string | number>>,
): Promise<void> {
  await stores.audit.append({
    ...{ at: now, actor, action: `account.${what}`, subject: `account/${account}` },
    ...{ after, outcome: 'done' },
  })
}

function noSuchWay(): HttpError {
  return new HttpError(404, 'NO_SUCH_WAY_IN', 'The account has no such way in; look at the list')
}
