/**
 * One-time links: for the first administrator, and for everybody who is invited or has lost every way in. What opens
 * stands behind the # of the address, which no browser sends and no log of a server or proxy ever sees.
 */
import { newSecretToken, parseSecretToken, secretFits } from '../accounts/secret-token.ts'
import { HttpError } from '../http/problem.ts'
import type { OneTimeLink } from './link-store.ts'
import type { SignInStores } from './sign-in-stores.ts'

export const WELCOME = '/welcome'
/** Over a weekend. */
export const INVITATION_SECONDS = 3 * 86_400
/** Whoever starts a server for the first time stands before it. */
export const FIRST_START_SECONDS = 86_400

export interface NewLink {
  /** Behind the server's address. A secret: for the person alone, and never into a log. */
  readonly path: string
  readonly expiresAt: number
}

type Links = { readonly signIn: Pick<SignInStores, 'links'> }

/**
 * A way in for this account, in the transaction that made it; the ones made for it before open nothing any more.
 */
export async function invite(stores: Links, account: string, now: number): Promise<NewLink> {
  await stores.signIn.links.removeFor(account)
  return makeLink(stores, account, now + INVITATION_SECONDS)
}

/** Beside those of other servers of this database, which start at the same time. */
export function linkForFirst(stores: Links, now: number): Promise<NewLink> {
  return makeLink(stores, undefined, now + FIRST_START_SECONDS)
}

async function makeLink(
  { signIn: { links } }: Links,
  account: string | undefined,
  expiresAt: number,
): Promise<NewLink> {
  const { text, id, sha256 } = newSecretToken('fwi')
  await links.add({ id, sha256, account, expiresAt })
  return { path: `${WELCOME}#${text}`, expiresAt }
}

/** The link whose code this is. Throws one and the same for all that open nothing. */
export async function openLink(stores: Links, code: string, now: number): Promise<OneTimeLink> {
  const parsed = parseSecretToken('fwi', code.trim().slice(0, 200))
  const link = parsed === undefined ? undefined : await stores.signIn.links.find(parsed.id)
  const fits = secretFits(parsed?.secret ?? '', link?.sha256)
  if (link === undefined || !fits || now >= link.expiresAt) throw linkOpensNothing()
  return link
}

export function linkOpensNothing(): HttpError {
  return new HttpError(
    403,
    'LINK_INVALID',
    'This link opens nothing: it was used, its time is over, or it is not complete. Ask for a new one',
  )
}
