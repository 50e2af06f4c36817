/** Somebody who is signed in changes his own ways in. Whoever else is signed in as him is out by that. */

import { createHash } from 'node:crypto'
import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/server'
import { z } from 'zod'
import { type OpenSession, sessionActor } from '../accounts/sessions.ts'
import { beginChallenge, seeChallenge, takeChallenge } from './challenges.ts'
import { creationOptions, verifyMade } from './passkeys/passkey-ceremony.ts'
import { newPasswordWay, newSealedSeed } from './password/new-password.ts'
import { nowSeconds, type SignInParts } from './sign-in-parts.ts'
import type { Visitor } from './visitor.ts'
import { addPasskey, type Change, setPassword } from './ways-in.ts'

export interface Own {
  readonly visitor: Visitor
  readonly open: OpenSession
}

/** In one transaction. `endsOthers`: what somebody else may have used to get in is replaced or gone. */
export async function changeWays<Result>(
  { database, sessions, ...parts }: SignInParts,
  { open, visitor }: Own,
  work: (change: Change) => Promise<Result>,
  { endsOthers }: { readonly endsOthers: boolean },
): Promise<Result> {
  const { account, session } = open
  const actor = { ...sessionActor(open), address: visitor.address }
  return database.transaction(async (stores) => {
    const result = await work({ stores, account: account.id, actor, now: nowSeconds(parts) })
    if (endsOthers) await sessions.endAllWithin(stores, account.id, actor, session.id)
    return result
  })
}

const passkeyState = z.strictObject({ challenge: z.string() })

export async function askForAnotherPasskey(
  parts: SignInParts,
  { open: { account, session }, visitor }: Own,
): Promise<{ attempt: string; options: PublicKeyCredentialCreationOptionsJSON }> {
  const { challenges, passkeys } = parts.database.signIn
  const who = { account: account.id, signInName: account.login ?? '', name: account.name }
  const options = await creationOptions(parts.party, who, await passkeys.ofAccount(account.id))
  const place = { visitor, session: session.id }
  const state = { challenge: options.challenge }
  const begun = { purpose: 'passkey-new' as const, place, state }
  return { attempt: await beginChallenge(challenges, begun, nowSeconds(parts)), options }
}

export async function takeAnotherPasskey(
  parts: SignInParts,
  own: Own,
  made: { readonly attempt: string; readonly response: unknown; readonly name: string },
): Promise<void> {
  const place = { visitor: own.visitor, session: own.open.session.id }
  const wanted = { purpose: 'passkey-new' as const, place, state: passkeyState }
  const { challenges } = parts.database.signIn
  const { challenge } = await takeChallenge(challenges, made.attempt, wanted, nowSeconds(parts))
  const passkey = await verifyMade(parts.party, made.response, challenge)
  await changeWays(parts, own, (change) => addPasskey(change, passkey, made.name), {
    endsOthers: false,
  })
}

const seedState = z.strictObject({ sealedSeed: z.string() })

/** The seed of an authenticator app that is being set up, sealed; a new one with every visit of the page. */
export async function newAuthenticator(parts: SignInParts, own: Own): Promise<string> {
  const sealedSeed = await newSealedSeed(parts, own.open.account.id)
  await parts.database.transaction(async ({ signIn: { challenges } }) => {
    await challenges.take(seedId(own))
    const place = { visitor: own.visitor, session: own.open.session.id }
    const begun = { id: seedId(own), purpose: 'authenticator-new' as const, place }
    await beginChallenge(challenges, { ...begun, state: { sealedSeed } }, nowSeconds(parts))
  })
  return sealedSeed
}

export async function shownAuthenticator(parts: SignInParts, own: Own): Promise<string> {
  const place = { visitor: own.visitor, session: own.open.session.id }
  const wanted = { purpose: 'authenticator-new' as const, place, state: seedState }
  const { challenges } = parts.database.signIn
  return (await seeChallenge(challenges, seedId(own), wanted, nowSeconds(parts))).sealedSeed
}

export async function replacePassword(
  parts: SignInParts,
  own: Own,
  typed: { readonly password: string; readonly code: string },
): Promise<void> {
  const sealedSeed = await shownAuthenticator(parts, own)
  const way = await newPasswordWay(parts, own.open.account, { ...typed, sealedSeed })
  await changeWays(
    parts,
    own,
    async (change) => {
      await change.stores.signIn.challenges.take(seedId(own))
      await setPassword(change, way)
    },
    { endsOthers: true },
  )
}

/** One at a time in a session; it needs no other name. */
function seedId({ open: { session } }: Own): string {
  return createHash('sha256').update(`authenticator ${session.id}`).digest('base64url')
}
