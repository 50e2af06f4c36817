/**
 * WebCrypto without its threads, which end when they like: an accident has to find the same step at the
 * same place each time. Only what the agent's messages need, by the same OpenSSL.
 */
import { createPrivateKey, createPublicKey, KeyObject, sign, verify } from 'node:crypto'

const { subtle } = crypto
/** What a key of WebCrypto was made of. */
const origins = new WeakMap<object, KeyObject>()

const { toCryptoKey } = KeyObject.prototype
KeyObject.prototype.toCryptoKey = function (...words) {
  const made = toCryptoKey.apply(this, words)
  origins.set(made, this)
  return made
}

Object.defineProperties(subtle, {
  importKey: {
    value: async (...[format, data, ...words]: Parameters<typeof subtle.importKey>) => {
      const made =
        format === 'pkcs8'
          ? createPrivateKey({ key: Buffer.from(data as ArrayBuffer), format: 'der', type: format })
          : createPublicKey({ key: data as never, format: 'jwk' })
      return made.toCryptoKey(...(words as Parameters<typeof toCryptoKey>))
    },
  },
  sign: {
    value: async (_: unknown, key: CryptoKey, data: Uint8Array) =>
      sign('sha256', data, { key: originOf(key), dsaEncoding: 'ieee-p1363' }),
  },
  verify: {
    value: async (_: unknown, key: CryptoKey, signature: Uint8Array, data: Uint8Array) =>
      verify(null, data, originOf(key), signature),
  },
})

function originOf(key: object): KeyObject {
  const origin = origins.get(key)
  if (origin === undefined) throw new Error('a key that came another way')
  return origin
}
