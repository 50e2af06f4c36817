/**
 * Secrets that open something: `<prefix>_<id>_<secret>`. The id finds the record, the secret, 256 bits of chance,
 * proves the right to use it. Only its SHA-256 is stored: enough, because nobody chose it.
 */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto'

/**
 * `fwc` sessions' cookies, `fwt` API tokens, `fwi` one-time links (sign-in/), `fwb` the break-glass code, `fwr` the
 * follow-up code of a report (disclosure/). Prefixes let
 * scanners find what leaked.
 */
export type SecretPrefix = 'fwc' | 'fwt' | 'fwi' | 'fwb' | 'fwr'

const SECRET_TOKEN = /^(fwc|fwt|fwi|fwb|fwr)_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/

export interface NewSecret {
  readonly text: string
  readonly id: string
  /** Hex. */
  readonly sha256: string
}

export function newSecretToken(prefix: SecretPrefix): NewSecret {
  const id = randomBytes(8).toString('hex')
  const secret = randomBytes(32).toString('base64url')
  return { text: `${prefix}_${id}_${secret}`, id, sha256: sha256(secret).toString('hex') }
}

export function parseSecretToken(
  prefix: SecretPrefix,
  text: string,
): { readonly id: string; readonly secret: string } | undefined {
  const [, found, id, secret] = SECRET_TOKEN.exec(text) ?? []
  return found !== prefix || id === undefined || secret === undefined ? undefined : { id, secret }
}

/** Takes the same time whether there is a record or not, and whatever differs. */
export function secretFits(secret: string, recordSha256: string | undefined): boolean {
  const expected = Buffer.from(recordSha256 ?? '0'.repeat(64), 'hex')
  return timingSafeEqual(sha256(secret), expected) && recordSha256 !== undefined
}

function sha256(text: string): Buffer {
  return hash('sha256', text, 'buffer')
}
