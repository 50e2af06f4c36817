/**
 * How an age file's key is wrapped: to a passphrase (scrypt) or to a recipient (X25519), as
 * https://age-encryption.org/v1 says. The work of a passphrase is bounded, because whoever made the
 * file chose it.
 */
import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
  scrypt,
} from 'node:crypto'
import { RequestError } from '@fleetward/shared'
import { decodeBech32 } from './bech32.ts'

export interface Stanza {
  readonly words: readonly string[]
  readonly body: Buffer
}

/** Who can open what we write. */
export type Recipient = { readonly passphrase: string } | { readonly recipient: string }
/** With what we open: a passphrase, or `AGE-SECRET-KEY-1…`. */
export type Opener = { readonly passphrase: string } | { readonly identity: string }

const FILE_KEY_BYTES = 16
const TAG_BYTES = 16
const SALT_BYTES = 16
/** 64 MiB for a moment, half a second on a small processor: what a device can spare. */
const SCRYPT_LOG_N = 16
/** What `age -p` of a computer chooses (256 MiB); more is a way to stop the device. */
const SCRYPT_LOG_N_MAX = 18
const SCRYPT_BLOCK = 8
const SCRYPT_LABEL = 'age-encryption.org/v1/scrypt'
const X25519_LABEL = 'age-encryption.org/v1/X25519'
const RAW_BYTES = 32
/** RFC 8410: what stands before the 32 bytes of a key. */
const SPKI_PREFIX = Buffer.from('302a300506032b656e032100', 'hex')
const PKCS8_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex')

export function isRecipient(text: string): boolean {
  return text === text.toLowerCase() && decodeBech32(text, 'age')?.length === RAW_BYTES
}

export async function wrap(fileKey: Buffer, to: Recipient): Promise<Stanza> {
  if ('passphrase' in to) {
    const salt = randomBytes(SALT_BYTES)
    const key = await passphraseKey(to.passphrase, salt, SCRYPT_LOG_N)
    return { words: ['scrypt', base64(salt), String(SCRYPT_LOG_N)], body: seal(key, fileKey) }
  }
  const theirs = decodeBech32(to.recipient, 'age')
  if (theirs?.length !== RAW_BYTES) {
    throw new RequestError('REQUEST_INVALID', { field: 'recipient', expected: 'age1…' })
  }
  const ephemeral = generateKeyPairSync('x25519')
  const share = rawPublic(ephemeral.publicKey)
  const shared = agreed(ephemeral.privateKey, theirs)
  const key = hkdf(shared, Buffer.concat([share, theirs]), X25519_LABEL)
  return { words: ['X25519', base64(share)], body: seal(key, fileKey) }
}

/** The file's key from the stanza that is ours. PASSPHRASE_WRONG when none opens. */
export async function unwrap(stanzas: readonly Stanza[], by: Opener): Promise<Buffer> {
  const scrypts = stanzas.filter(({ words }) => words[0] === 'scrypt')
  // The specification: a passphrase stands alone, or somebody else wrapped the key as well.
  if (scrypts.length > 0 && stanzas.length > 1) throw invalid('a passphrase among recipients')
  for (const stanza of stanzas) {
    const key = 'passphrase' in by ? await byPassphrase(stanza, by) : byIdentity(stanza, by)
    const fileKey = key && open(key, stanza.body)
    if (fileKey !== undefined) return fileKey
  }
  throw new RequestError('PASSPHRASE_WRONG', {})
}

async function byPassphrase({ words }: Stanza, by: { passphrase: string }) {
  const [type, salt, logN] = words
  if (type !== 'scrypt') return undefined
  const bytes = salt === undefined ? undefined : fromBase64(salt)
  if (words.length !== 3 || bytes?.length !== SALT_BYTES || !/^[1-9]\d?$/.test(logN ?? '')) {
    throw invalid('scrypt')
  }
  if (Number(logN) > SCRYPT_LOG_N_MAX) throw invalid('a passphrase that takes too much work')
  return passphraseKey(by.passphrase, bytes, Number(logN))
}

function byIdentity({ words }: Stanza, by: { identity: string }): Buffer | undefined {
  const [type, share] = words
  if (type !== 'X25519') return undefined
  const theirs = share === undefined ? undefined : fromBase64(share)
  if (words.length !== 2 || theirs?.length !== RAW_BYTES) throw invalid('X25519')
  const secret = decodeBech32(by.identity, 'age-secret-key-')
  if (secret?.length !== RAW_BYTES) throw new RequestError('PASSPHRASE_WRONG', {})
  const der = Buffer.concat([PKCS8_PREFIX, secret])
  const ours = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const salt = Buffer.concat([theirs, rawPublic(createPublicKey(ours))])
  return hkdf(agreed(ours, theirs), salt, X25519_LABEL)
}

/** Throws on a point of small order, whose agreement would be known to everybody (RFC 7748 §6.1). */
function agreed(ours: KeyObject, theirs: Buffer): Buffer {
  const der = Buffer.concat([SPKI_PREFIX, theirs])
  try {
    const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' })
    return diffieHellman({ privateKey: ours, publicKey })
  } catch (cause) {
    throw new RequestError('ARCHIVE_INVALID', { reason: 'X25519' }, { cause })
  }
}

function rawPublic(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length)
}

function passphraseKey(passphrase: string, salt: Buffer, logN: number): Promise<Buffer> {
  const N = 2 ** logN
  const labelled = Buffer.concat([Buffer.from(SCRYPT_LABEL), salt])
  // scrypt takes 128 · N · r bytes; node refuses more than maxmem.
  const cost = { N, r: SCRYPT_BLOCK, p: 1, maxmem: 129 * N * SCRYPT_BLOCK + 1024 * 1024 }
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFC'), labelled, RAW_BYTES, cost, (error, key) => {
      if (error === null) resolve(key)
      else reject(error)
    })
  })
}

export function hkdf(secret: Uint8Array, salt: Uint8Array, label: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, label, RAW_BYTES))
}

/** Each key is used once, so the nonce may be zero. */
function seal(key: Buffer, fileKey: Buffer): Buffer {
  const cipher = createCipheriv('chacha20-poly1305', key, Buffer.alloc(12), {
    authTagLength: TAG_BYTES,
  })
  return Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()])
}

function open(key: Buffer, body: Buffer): Buffer | undefined {
  // The length first: an attacker must not get an answer about keys from bodies of other lengths.
  if (body.length !== FILE_KEY_BYTES + TAG_BYTES) throw invalid('stanza body')
  const cipher = createDecipheriv('chacha20-poly1305', key, Buffer.alloc(12), {
    authTagLength: TAG_BYTES,
  })
  cipher.setAuthTag(body.subarray(FILE_KEY_BYTES))
  try {
    return Buffer.concat([cipher.update(body.subarray(0, FILE_KEY_BYTES)), cipher.final()])
  } catch {
    return undefined
  }
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '')
}

/** Without padding, in its one spelling; undefined for anything else. */
export function fromBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return base64(bytes) === text ? bytes : undefined
}

export function invalid(reason: string): RequestError {
  return new RequestError('ARCHIVE_INVALID', { reason })
}
