/** Signing in, and proving again that it is you, with a passkey. Guessed passwords never slow this down. */
import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server'
import { z } from 'zod'
import type { Account } from '../../accounts/account.ts'
import { strangerActor } from '../../accounts/actor.ts'
import type { OpenSession } from '../../accounts/sessions.ts'
import { HttpError } from '../../http/problem.ts'
import { beginChallenge, type Place, takeChallenge } from '../challenges.ts'
import { alreadyNoted } from '../noted-refusal.ts'
import { nowSeconds, type SignInParts } from '../sign-in-parts.ts'
import { type SignedInPerson, signIn } from '../signed-in.ts'
import type { Visitor } from '../visitor.ts'
import { parseShown, requestOptions, type Shown, verifyShown } from './passkey-ceremony.ts'
import type { Passkey } from './passkey-store.ts'

const stateSchema = z.strictObject({ challenge: z.string() })

export interface PasskeyQuestion {
  /** Comes back with the answer. */
  readonly attempt: string
  readonly options: PublicKeyCredentialRequestOptionsJSON
}

export interface PasskeyAnswer {
  readonly attempt: string
  readonly response: unknown
}

export async function askForPasskey(
  parts: SignInParts,
  visitor: Visitor,
): Promise<PasskeyQuestion> {
  return ask(parts, 'passkey-sign-in', { visitor, session: undefined }, [])
}

export async function signInWithPasskey(
  parts: SignInParts,
  visitor: Visitor,
  answer: PasskeyAnswer,
): Promise<SignedInPerson> {
  const place = { visitor, session: undefined }
  const { passkey, shown } = await check(parts, 'passkey-sign-in', place, answer)
  const account = await parts.database.accounts.find(passkey.account)
  // A disabled account's passkey answers like one that nobody has.
  if (account === undefined || account.disabledAt !== undefined) throw unknownPasskey()
  if (shown.mayBeCopied) throw await copied(parts, account, passkey, visitor)
  const used = { counter: shown.counter, backedUp: shown.backedUp, at: nowSeconds(parts) }
  return signIn(parts, { account, factors: ['passkey'], visitor }, ({ signIn: { passkeys } }) =>
    passkeys.used(passkey.id, used),
  )
}

export async function askForPasskeyAgain(
  parts: SignInParts,
  visitor: Visitor,
  { session, account }: OpenSession,
): Promise<PasskeyQuestion> {
  const passkeys = await parts.database.signIn.passkeys.ofAccount(account.id)
  return ask(parts, 'passkey-step-up', { visitor, session: session.id }, passkeys)
}

export async function stepUpWithPasskey(
  parts: SignInParts,
  visitor: Visitor,
  open: OpenSession,
  answer: PasskeyAnswer,
): Promise<void> {
  const { session, account } = open
  const place = { visitor, session: session.id }
  const { passkey, shown } = await check(parts, 'passkey-step-up', place, answer)
  if (passkey.account !== account.id) throw unknownPasskey()
  if (shown.mayBeCopied) throw await copied(parts, account, passkey, visitor)
  const used = { counter: shown.counter, backedUp: shown.backedUp, at: nowSeconds(parts) }
  await parts.database.signIn.passkeys.used(passkey.id, used)
  await parts.sessions.proved(open)
}

async function ask(
  parts: SignInParts,
  purpose: 'passkey-sign-in' | 'passkey-step-up',
  place: Place,
  allowed: readonly Passkey[],
): Promise<PasskeyQuestion> {
  const options = await requestOptions(parts.party, allowed)
  const state = { challenge: options.challenge }
  const attempt = await beginChallenge(
    parts.database.signIn.challenges,
    { purpose, place, state },
    nowSeconds(parts),
  )
  return { attempt, options }
}

async function check(
  parts: SignInParts,
  purpose: 'passkey-sign-in' | 'passkey-step-up',
  place: Place,
  { attempt, response }: PasskeyAnswer,
): Promise<{ passkey: Passkey; shown: Shown }> {
  const { challenges, passkeys } = parts.database.signIn
  const wanted = { purpose, place, state: stateSchema }
  const { challenge } = await takeChallenge(challenges, attempt, wanted, nowSeconds(parts))
  const answer = parseShown(response)
  const passkey = await passkeys.find(answer.id)
  if (passkey === undefined) throw unknownPasskey()
  return { passkey, shown: await verifyShown(parts.party, answer, { challenge, passkey }) }
}

/** Refused, and told to everybody whom it concerns. The counter stays, so that the other one still gets in. */
async function copied(
  parts: SignInParts,
  account: Account,
  passkey: Passkey,
  visitor: Visitor,
): Promise<HttpError> {
  const at = nowSeconds(parts)
  await parts.database.transaction(async (stores) => {
    const facts = { passkey: passkey.name, address: visitor.address }
    const note = { at, session: undefined, what: 'passkeyCopied' as const, facts }
    await stores.signIn.history.addNote(account.id, note)
    await stores.audit.append({
      ...{ at, actor: strangerActor(visitor.address), action: 'sign-in.refused' },
      ...{ subject: `account/${account.id}`, outcome: 'refused', code: 'PASSKEY_COPIED' },
    })
    await stores.events.add({
      ...{ at, type: 'security.sign-in-suspicious' },
      data: { account: account.id, name: account.name, way: 'passkey', reasons: ['passkeyCopied'] },
    })
  })
  const refusal = new HttpError(
    401,
    'PASSKEY_COPIED',
    'This passkey seems to exist twice and was refused. Sign in another way and remove it',
  )
  return alreadyNoted(refusal)
}

function unknownPasskey(): HttpError {
  return new HttpError(
    401,
    'PASSKEY_UNKNOWN',
    'This server does not know this passkey. Choose another one, or sign in with your password',
  )
}
