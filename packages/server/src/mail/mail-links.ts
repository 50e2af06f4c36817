/**
 * Links in mails to subscribers: `<subscription>.<proof>`, the proof an HMAC (RFC 2104) under a key that the database
 * holds sealed. No token is stored anywhere, not even as a digest; it is written into a mail when that goes out.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Seal } from '../secrets/seal.ts'
import type { Database } from '../stores.ts'

export const MAIL_KEY_PURPOSE = 'mail-links'
export const CONFIRM_MARK = '[[confirm]]'
export const UNSUBSCRIBE_MARK = '[[unsubscribe]]'
const KEY_BYTES = 32
const TOKEN = /^([0-9a-f]{16})\.([A-Za-z0-9_-]{43})$/

/** What a link may do; the one to confirm is of one asking, so that an older one is worth nothing. */
export type LinkUse =
  | { readonly as: 'confirm'; readonly askedAt: number }
  | { readonly as: 'unsubscribe' }

export class MailLinks {
  readonly #key: () => Promise<Uint8Array>

  constructor({ mails }: Pick<Database, 'mails'>, seal: Seal) {
    let known: Promise<Uint8Array> | undefined
    this.#key = () => {
      known ??= openKey(mails, seal).catch((error: unknown) => {
        known = undefined
        throw error
      })
      return known
    }
  }

  /** Makes the key where there is none. */
  async ready(): Promise<void> {
    await this.#key()
  }

  async tokenFor(subscription: string, use: LinkUse): Promise<string> {
    return `${subscription}.${(await this.#proof(subscription, use)).toString('base64url')}`
  }

  /** Takes the same time whatever differs. */
  async fits(token: string, use: LinkUse): Promise<boolean> {
    const [, subscription = '', proof = ''] = TOKEN.exec(token) ?? []
    const expected = await this.#proof(subscription, use)
    const given = Buffer.from(proof, 'base64url')
    return given.length === expected.length && timingSafeEqual(given, expected)
  }

  async #proof(subscription: string, use: LinkUse): Promise<Buffer> {
    const what = use.as === 'confirm' ? `confirm ${use.askedAt}` : 'unsubscribe'
    return createHmac('sha256', await this.#key())
      .update(`${what} ${subscription}`)
      .digest()
  }
}

/** Of which subscription the token says it is; undefined for what is none. */
export function subscriptionOf(token: string): string | undefined {
  return TOKEN.exec(token)?.[1]
}

async function openKey(mails: Database['mails'], seal: Seal): Promise<Uint8Array> {
  const sealed =
    (await mails.key()) ??
    (await mails.keepKey(await seal.seal(MAIL_KEY_PURPOSE, randomBytes(KEY_BYTES))))
  return seal.open(MAIL_KEY_PURPOSE, sealed)
}
