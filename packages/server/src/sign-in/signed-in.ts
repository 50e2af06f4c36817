/**
 * What follows once somebody has proved who he is, by whatever way: a session, an entry in the account's history, and,
 * where something is unusual, a note for the owner of the account and an event for whoever watches. All or nothing.
 */
import type { Account } from '../accounts/account.ts'
import type { Factor } from '../accounts/session.ts'
import { sessionActor } from '../accounts/sessions.ts'
import type { Database, Stores } from '../stores.ts'
import { providerOf } from './company/network.ts'
import type { SignInWay } from './guessing/history-store.ts'
import { suspicionsOf } from './guessing/suspicion.ts'
import { failuresOf } from './guessing/tries.ts'
import { nowSeconds, type SignInParts } from './sign-in-parts.ts'
import { renamed, type Visitor } from './visitor.ts'

/** How long a browser is known after it was last signed in with, and past sign-ins are kept. */
export const REMEMBERED_SECONDS = 180 * 86_400

export interface Proved {
  readonly account: Account
  readonly factors: readonly Factor[]
  readonly visitor: Visitor
  /** When, if not now: in seconds. */
  readonly provedAt?: number
}

export interface SignedInPerson {
  readonly account: Account
  readonly session: string
  /** Values for Set-Cookie. */
  readonly cookies: readonly string[]
}

/** `before` runs in the same transaction: what is used up by this, or made with it. */
export async function signIn(
  parts: Pick<SignInParts, 'database' | 'sessions' | 'clock'>,
  { account, factors, visitor, provedAt = nowSeconds(parts) }: Proved,
  before: (stores: Stores) => Promise<void> = async () => {},
): Promise<SignedInPerson> {
  const { database, sessions } = parts
  const now = nowSeconds(parts)
  const failures = await failuresOf(database, account.login ?? '', now)
  return database.transaction(async (stores) => {
    await before(stores)
    const { history } = stores.signIn
    const since = now - REMEMBERED_SECONDS
    // A browser that nobody has signed in with gets a new name: its old one may have been planted.
    const isKnown = await history.isUsedBrowser(visitor.browser, since)
    const named = isKnown ? { visitor } : renamed(visitor, sessions)
    const { address, browser, userAgent } = named.visitor

    const place = { at: now, provider: providerOf(address), browser }
    const past = await history.recent(account.id, since)
    const suspicions = [
      ...suspicionsOf(place, past, failures),
      ...(factors.includes('recoveryCode') ? ['recoveryCode' as const] : []),
    ]
    const way = wayOf(factors)
    await history.add({ ...place, account: account.id, way }, since)

    const opened = await sessions.openWithin(stores, account, {
      ...{ factors, address, userAgent, provedAt },
    })
    if (suspicions.length > 0) {
      const session = opened.session.id
      const facts = { way, reasons: suspicions.join(' '), address }
      await history.addNote(account.id, { at: now, session, what: 'signInSuspicious', facts })
      await stores.audit.append({
        ...{ at: now, actor: sessionActor(opened), action: 'sign-in.suspicious' },
        ...{ subject: `account/${account.id}`, outcome: 'done' },
        after: { reasons: suspicions, way },
      })
      // Without the address: events go out to other people's machines.
      await stores.events.add({
        ...{ at: now, type: 'security.sign-in-suspicious' },
        data: { account: account.id, name: account.name, session, way, reasons: suspicions },
      })
    }
    const cookies = [opened.cookie, ...('cookie' in named ? [named.cookie] : [])]
    return { account, session: opened.session.id, cookies }
  })
}

/** Whether this browser signed in to the account before, and not too long ago. */
export function isKnownBrowser(
  { signIn: { history } }: Pick<Database, 'signIn'>,
  account: string,
  { browser }: Visitor,
  now: number,
): Promise<boolean> {
  return history.isKnownBrowser(account, browser, now - REMEMBERED_SECONDS)
}

function wayOf(factors: readonly Factor[]): SignInWay {
  if (factors.includes('passkey')) return 'passkey'
  if (factors.includes('oidc')) return 'company'
  return factors.includes('recoveryCode') ? 'recoveryCode' : 'password'
}
