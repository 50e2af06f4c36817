/**
 * Secrets at rest: AES-256-GCM with a random nonce (NIST SP 800-38D §8.2.2; a key seals some thousand
 * secrets, far below its 2^32). Purpose and key id are authenticated with the secret, so whoever
 * can write into the database cannot put one sealed secret in the place of another.
 *
 *   fws1.<key id>.<base64url of nonce, ciphertext and tag>
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { SealingKey, SealingKeys } from './sealing-key.ts'

export interface Seal {
  /** `purpose` says what it is and whose, for example `totp/<account>`: it is asked for again on opening. */
  seal(purpose: string, plain: Uint8Array): Promise<string>
  /** Rejects with {@link SealBrokenError} whatever was not sealed for exactly this purpose. */
  open(purpose: string, sealed: string): Promise<Uint8Array>
}

export type SealBreach = 'SEAL_FORM_UNKNOWN' | 'SEAL_KEY_UNKNOWN' | 'SEAL_BROKEN'

export class SealBrokenError extends Error {
  override readonly name = 'SealBrokenError'
  readonly code: SealBreach

  constructor(code: SealBreach, purpose: string, sentence: string) {
    super(`The sealed secret "${purpose}" cannot be opened: ${sentence}`)
    this.code = code
  }
}

const ALGORITHM = 'aes-256-gcm'
const VERSION = 'fws1'
const NONCE_BYTES = 12
const TAG_BYTES = 16
const SEALED = /^fws1\.([0-9a-f]{16})\.([A-Za-z0-9_-]+)$/

export function sealUnder(keys: SealingKeys): Seal {
  return {
    seal: async (purpose, plain) => sealNow(await keys.current(), purpose, plain),
    open: async (purpose, sealed) => {
      const { keyId, body } = parseSealed(purpose, sealed)
      const key = await keys.find(keyId)
      if (key === undefined) {
        throw new SealBrokenError(
          'SEAL_KEY_UNKNOWN',
          purpose,
          `it is sealed under the key ${keyId}, which this server does not have.`,
        )
      }
      return openNow(key, purpose, body)
    },
  }
}

/** Under which key; undefined for what is no sealed text. */
export function sealedUnder(sealed: string): string | undefined {
  return SEALED.exec(sealed)?.[1]
}

function sealNow(key: SealingKey, purpose: string, plain: Uint8Array): string {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(ALGORITHM, key.key, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(associated(key.id, purpose))
  const body = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  return `${VERSION}.${key.id}.${body.toString('base64url')}`
}

function openNow(key: SealingKey, purpose: string, body: Buffer): Uint8Array {
  const nonce = body.subarray(0, NONCE_BYTES)
  const decipher = createDecipheriv(ALGORITHM, key.key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(associated(key.id, purpose))
  decipher.setAuthTag(body.subarray(-TAG_BYTES))
  try {
    const plain = decipher.update(body.subarray(NONCE_BYTES, -TAG_BYTES))
    return new Uint8Array(Buffer.concat([plain, decipher.final()]))
  } catch {
    throw new SealBrokenError(
      'SEAL_BROKEN',
      purpose,
      'it was changed, or sealed for something else. Restore it from a backup.',
    )
  }
}

function parseSealed(purpose: string, sealed: string): { keyId: string; body: Buffer } {
  const [, keyId, text] = SEALED.exec(sealed) ?? []
  const body = Buffer.from(text ?? '', 'base64url')
  if (keyId === undefined || body.length < NONCE_BYTES + TAG_BYTES) {
    throw new SealBrokenError('SEAL_FORM_UNKNOWN', purpose, 'this is no sealed text.')
  }
  return { keyId, body }
}

/** A line each: neither a version nor a key id contains a line break, and the purpose comes last. */
function associated(keyId: string, purpose: string): Buffer {
  return Buffer.from(`${VERSION}\n${keyId}\n${purpose}`)
}
