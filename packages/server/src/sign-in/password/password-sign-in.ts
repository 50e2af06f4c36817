/** Signing in, and proving again that it is you, with what one types. */
import { strangerActor } from '../../accounts/actor.ts'
import { type OpenSession, sessionActor } from '../../accounts/sessions.ts'
import { HttpError } from '../../http/problem.ts'
import { sidesOf, tryOnce } from '../guessing/tries.ts'
import { alreadyNoted } from '../noted-refusal.ts'
import { nowSeconds, type SignInParts } from '../sign-in-parts.ts'
import { isKnownBrowser, type SignedInPerson, signIn } from '../signed-in.ts'
import type { Visitor } from '../visitor.ts'
import { provePassword, type TypedProof } from './password-proof.ts'

export async function signInWithPassword(
  parts: SignInParts,
  visitor: Visitor,
  typed: TypedProof & { readonly login: string },
): Promise<SignedInPerson> {
  const { database } = parts
  const now = nowSeconds(parts)
  const login = typed.login.trim().toLowerCase()
  const found = await database.accounts.findByLogin(login)
  const account = found?.disabledAt === undefined ? found : undefined
  const isKnown = await isKnownBrowser(database, found?.id ?? '', visitor, now)
  const sides = sidesOf(login, visitor, isKnown ? found : undefined)
  const factors = await tryOnce(database, sides, now, () => provePassword(parts, account, typed))
  if (account === undefined || factors === undefined) {
    // Of names that nobody has, the audit log keeps as much as of other strangers' tries, and never the name: people
    // type their password there.
    if (found === undefined) throw refused()
    await database.audit.append({
      ...{ at: now, actor: strangerActor(visitor.address), action: 'sign-in.refused' },
      ...{ subject: `account/${found.id}`, outcome: 'refused', code: 'SIGN_IN_REFUSED' },
    })
    throw alreadyNoted(refused())
  }
  return signIn(parts, { account, factors, visitor })
}

/** Raises the session's proof, at the session's own pace: somebody else may have it by now. */
export async function stepUpWithPassword(
  parts: SignInParts,
  visitor: Visitor,
  open: OpenSession,
  typed: TypedProof,
): Promise<void> {
  const { database } = parts
  const now = nowSeconds(parts)
  const { account } = open
  const sides = { ...sidesOf(account.login ?? '', visitor), browser: `session ${open.session.id}` }
  const factors = await tryOnce(database, sides, now, () => provePassword(parts, account, typed))
  if (factors === undefined) {
    await database.audit.append({
      ...{ at: now, actor: sessionActor(open), action: 'session.proof-refused' },
      ...{ subject: `session/${open.session.id}`, outcome: 'refused', code: 'SIGN_IN_REFUSED' },
    })
    throw alreadyNoted(refused())
  }
  await parts.sessions.proved(open)
}

function refused(): HttpError {
  return new HttpError(
    401,
    'SIGN_IN_REFUSED',
    'Name, password or code is wrong, or the account has another way of signing in',
  )
}
