/**
 * Verifies signatures with what a browser has: Ed25519 by @noble/ed25519 in @fleetward/shared, P-256 and RSA by
 * WebCrypto. WebCrypto answers later and the verifier of `shared` asks at once, so a step that meets an open question
 * stops, waits for the answer and runs again: steps adopt all or nothing, so running one twice is running it once.
 */
import {
  DER_TAG,
  DerReader,
  keyIdOf,
  nobleEd25519Verifier,
  type PublicKey,
  type SignatureVerifier,
  sha256Hex,
  tufKeyOf,
} from '@fleetward/shared'

/** One a signature and key: more than a role may have is a step that never ends. */
const QUESTIONS_MAX_COUNT = 256
const P256_BYTES = 32
/** RFC 8017 §9.1.1: a salt that fills the block leaves 2 bytes and the digest. */
const PSS_OVERHEAD_BYTES = 34

export class BrowserVerifier implements SignatureVerifier {
  readonly #answers = new Map<string, boolean>()
  #signers = new Map<string, string>()

  verify(key: PublicKey, message: Uint8Array, signature: Uint8Array): boolean {
    const isGood =
      key.kind === 'ed25519'
        ? nobleEd25519Verifier.verify(key, message, signature)
        : this.#answered(key, message, signature)
    if (isGood) this.#signers.set(key.identity, keyIdOf(tufKeyOf(key)))
    return isGood
  }

  /** Runs a step until nothing in it is open; says by key id who signed what it verified. */
  async settle<Value>(
    step: () => Value,
  ): Promise<{ readonly value: Value; readonly signers: readonly string[] }> {
    for (let asked = 0; asked <= QUESTIONS_MAX_COUNT; asked += 1) {
      this.#signers = new Map()
      try {
        return { value: step(), signers: [...this.#signers.values()] }
      } catch (error) {
        if (!(error instanceof OpenQuestion)) throw error
        this.#answers.set(error.name, await error.ask())
      }
    }
    throw new Error(`more than ${QUESTIONS_MAX_COUNT} signatures in one step`)
  }

  #answered(key: PublicKey, message: Uint8Array, signature: Uint8Array): boolean {
    const name = `${key.identity} ${sha256Hex(message)} ${signature.toHex()}`
    const answer = this.#answers.get(name)
    if (answer !== undefined) return answer
    throw new OpenQuestion(name, () => askWebCrypto(key, bytesOf(message), signature))
  }
}

class OpenQuestion extends Error {
  override readonly name: string
  readonly ask: () => Promise<boolean>

  constructor(name: string, ask: () => Promise<boolean>) {
    super('a signature is being verified')
    this.name = name
    this.ask = ask
  }
}

async function askWebCrypto(
  key: PublicKey,
  message: Uint8Array<ArrayBuffer>,
  signature: Uint8Array,
): Promise<boolean> {
  const { subtle } = crypto
  if (key.kind === 'ecdsa-p256') {
    const raw = rawOf(signature)
    if (raw === undefined) return false
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
    const imported = await subtle.importKey('raw', bytesOf(key.bytes), algorithm, false, ['verify'])
    return subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, imported, raw, message)
  }
  const algorithm = { name: 'RSA-PSS', hash: 'SHA-256' }
  const imported = await subtle.importKey('spki', bytesOf(key.bytes), algorithm, false, ['verify'])
  // securesystemslib has used both the digest's length and the longest.
  for (const saltLength of [32, signature.length - PSS_OVERHEAD_BYTES]) {
    if (saltLength < 0) continue
    const how = { name: 'RSA-PSS', saltLength }
    if (await subtle.verify(how, imported, bytesOf(signature), message)) return true
  }
  return false
}

/** DER's two integers as WebCrypto wants them: r and s, 32 bytes each. Undefined: malformed. */
function rawOf(der: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  try {
    const outer = new DerReader(der, (expected) => new Error(expected))
    const inner = outer.into(DER_TAG.sequence)
    outer.end()
    const numbers = [inner.positiveInteger(), inner.positiveInteger()]
    inner.end()
    const hex = numbers.map((number) => number.toString(16).padStart(P256_BYTES * 2, '0'))
    if (hex.some(({ length }) => length > P256_BYTES * 2)) return undefined
    return Uint8Array.fromHex(hex.join(''))
  } catch {
    return undefined
  }
}

/** A copy that shares memory with nothing, as WebCrypto asks. */
function bytesOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}
