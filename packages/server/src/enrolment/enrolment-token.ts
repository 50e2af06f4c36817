/**
 * One-time enrolment tokens (protocol §10): `<id>.<secret>`. The id finds the record, the secret, 256
 * bits of chance, proves the right to use it. Only the secret's SHA-256 is stored: a copy of the database enrols nobody.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

const TOKEN = /^([0-9a-f]{16})\.([A-Za-z0-9_-]{43})$/

export interface EnrolmentToken {
  readonly id: string
  /** SHA-256 of the secret, hex. */
  readonly secretSha256: string
  readonly product: string
  /** The cohort the device starts in. */
  readonly cohort: string
  /** The only device that may use it; undefined means any that is new. */
  readonly device: string | undefined
  /** Seconds since 1970. */
  readonly expiresAt: number
  readonly use: TokenUse | undefined
}

/** The one use of a token; a repeat of exactly this use gets the same answer. */
export interface TokenUse {
  readonly device: string
  /** SHA-256 of the public key's SPKI, hex. */
  readonly publicKeySha256: string
}

export function newEnrolmentToken(): { token: string; id: string; secretSha256: string } {
  const id = randomBytes(8).toString('hex')
  const secret = randomBytes(32).toString('base64url')
  return { token: `${id}.${secret}`, id, secretSha256: sha256(secret) }
}

export function parseEnrolmentToken(text: string): { id: string; secret: string } | undefined {
  const [, id, secret] = TOKEN.exec(text) ?? []
  return id === undefined || secret === undefined ? undefined : { id, secret }
}

/** Takes the same time whether the record exists or not, and whatever differs. */
export function secretMatches(secret: string, record: EnrolmentToken | undefined): boolean {
  const expected = Buffer.from(record?.secretSha256 ?? '0'.repeat(64), 'hex')
  const equal = timingSafeEqual(createHash('sha256').update(secret).digest(), expected)
  return equal && record !== undefined
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
