/** The outer key as files and environments hold it: 32 bytes in base64 (`openssl rand -base64 32`) or hex. */

import { sealedUnder, sealUnder } from './seal.ts'
import { onlyKey, SEALING_KEY_BYTES, type SealingKey, sealingKey } from './sealing-key.ts'
import { SealingKeyError, type Wrapping } from './wrapping.ts'

const HEX = /^[0-9a-f]{64}$/i
const BASE64 = /^(?:[A-Za-z0-9+/]{43}=?|[A-Za-z0-9_-]{43})$/

export function formatKeyText(bytes: Uint8Array): string {
  return `${Buffer.from(bytes).toString('base64')}\n`
}

/** `place` is named in the error; what stands there is not. */
export function parseKeyText(text: string, place: string): SealingKey {
  const word = text.trim()
  const bytes = HEX.test(word)
    ? Buffer.from(word, 'hex')
    : BASE64.test(word)
      ? Buffer.from(word, 'base64')
      : undefined
  if (bytes?.length !== SEALING_KEY_BYTES) {
    throw new SealingKeyError(
      `${place} holds no key: it takes ${SEALING_KEY_BYTES} bytes in base64 or hex, as \`openssl rand -base64 32\` makes them.`,
    )
  }
  if (new Set(bytes).size < 8) {
    throw new SealingKeyError(
      `${place} holds no key but a placeholder. Make one: openssl rand -base64 32`,
    )
  }
  return sealingKey(new Uint8Array(bytes))
}

export function wrappingOf(key: SealingKey, place: string): Wrapping {
  const seal = sealUnder(onlyKey(key))
  return {
    name: `${place} (${key.id})`,
    wrap: (dataKey) => seal.seal(PURPOSE, dataKey),
    claims: (wrapped) => sealedUnder(wrapped) === key.id,
    unwrap: (wrapped) => seal.open(PURPOSE, wrapped),
  }
}

const PURPOSE = 'data-key'
