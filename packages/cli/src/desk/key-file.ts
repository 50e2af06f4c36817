/**
 * The manufacturer's keys: encrypted PKCS#8 with a passphrase, mode 0600, and beside each its
 * public half as TUF writes it. Names are for people; metadata knows keys by their key id.
 */
import { readFile, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import {
  generateKey,
  loadPrivateKey,
  makeDirectory,
  PrivateKeyUnreadableError,
  type SigningKey,
  writeFileDurably,
} from '@fleetward/platform'
import {
  type Json,
  keyIdOf,
  type PublicKey,
  parseJson,
  parseTufKey,
  tufKeyOf,
} from '@fleetward/shared'
import { Refusal } from '../refusal.ts'
import { type DeskFolder, isMissing, namesIn } from './desk-folder.ts'

const PUBLIC_KEY_FILE_MAX_BYTES = 8192
/** PKCS#8 as OpenSSL writes it stretches little (2,048 rounds), so length has to do the work. */
const PASSPHRASE_MIN_LENGTH = 12
const KEY_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$/

export type KeyType = 'ed25519' | 'ecdsa'

export interface DeskKey {
  readonly name: string
  readonly keyId: string
  readonly tufKey: Json
  readonly publicKey: PublicKey
}

/** Makes a key; the passphrase is asked for only when the name is free. */
export async function makeKey(
  desk: DeskFolder,
  name: string,
  type: KeyType,
  passphrase: () => Promise<string>,
): Promise<DeskKey> {
  if (!KEY_NAME.test(name)) {
    throw new Refusal('KEY_NAME_INVALID', `${JSON.stringify(name)} cannot be the name of a key`, {
      next: 'Use letters, digits, dots, hyphens and underscores, for example root-1.',
      usage: true,
    })
  }
  if ((await listKeys(desk)).some((key) => key.name === name)) {
    throw new Refusal('KEY_EXISTS', `The desk already has a key named ${name}`, {
      next: 'Choose another name; keys are never overwritten.',
    })
  }
  const key = generateKey(type === 'ed25519' ? 'ed25519' : 'ecdsa-p256')
  const pem = key.encryptedPem(requireStrong(await passphrase()))
  const made = deskKey(name, tufKeyOf(key.publicKey))

  await makeDirectory(desk.keys, 0o700)
  await writeFileDurably(privateKeyPath(desk, name), pem, { mode: 0o600 })
  // Last, because this file is what makes the key exist for everything else.
  await writeFileDurably(
    join(desk.keys, `${name}.pub.json`),
    JSON.stringify({ name, keyId: made.keyId, tufKey: made.tufKey }),
    { mode: 0o644 },
  )
  return made
}

export async function listKeys(desk: DeskFolder): Promise<DeskKey[]> {
  const files = (await namesIn(desk.keys)).filter((name) => name.endsWith('.pub.json')).sort()
  return Promise.all(files.map((file) => readPublicKeyFile(join(desk.keys, file))))
}

/** By name on this desk, or the path of a `.pub.json` that somebody sent. */
export async function findPublicKey(desk: DeskFolder, nameOrPath: string): Promise<DeskKey> {
  const path = nameOrPath.endsWith('.json')
    ? resolve(nameOrPath)
    : join(desk.keys, `${nameOrPath}.pub.json`)
  try {
    return await readPublicKeyFile(path)
  } catch (cause) {
    if (!isMissing(cause)) throw cause
    throw new Refusal('NO_SUCH_KEY', `There is no key ${nameOrPath}`, {
      next: 'Run `fleetward keys list`, or make one with `fleetward keys generate`.',
      facts: { key: nameOrPath },
      cause,
    })
  }
}

/** Decrypts the private key of `key`; the passphrase may be wrong, the file may be another key's. */
export async function unlockKey(
  desk: DeskFolder,
  key: DeskKey,
  passphrase: string,
): Promise<SigningKey> {
  const path = privateKeyPath(desk, key.name)
  const pem = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Refusal('PRIVATE_KEY_AWAY', `The private key of ${key.name} is not on this desk`, {
      next: `Sign where ${basename(path)} is kept, with a copy of this desk's folder.`,
      cause,
    })
  })
  const signingKey = decrypt(pem, passphrase, path)
  if (signingKey.publicKey.identity !== key.publicKey.identity) {
    throw new Refusal('KEY_FILES_DISAGREE', `${path} does not belong to ${key.name}.pub.json`, {
      next: 'One of the two files was replaced: find out by whom before signing anything.',
    })
  }
  return signingKey
}

/** True when others than the owner may read the file; always false where there are no such modes. */
export async function isReadableByOthers(path: string): Promise<boolean> {
  return ((await stat(path)).mode & 0o077) !== 0
}

export const privateKeyPath = (desk: DeskFolder, name: string): string =>
  join(desk.keys, `${name}.key.pem`)

async function readPublicKeyFile(path: string): Promise<DeskKey> {
  const content = parseJson(await readFile(path), PUBLIC_KEY_FILE_MAX_BYTES)
  const { name, tufKey } = content as { name?: unknown; tufKey?: Json }
  if (typeof name !== 'string' || !KEY_NAME.test(name) || tufKey === undefined) {
    throw new Refusal('KEY_FILE_INVALID', `${path} is no public key of this program`, {
      next: 'Ask its holder for the file <name>.pub.json from their keys folder.',
    })
  }
  return deskKey(name, tufKey)
}

function decrypt(pem: string, passphrase: string, path: string): SigningKey {
  try {
    return loadPrivateKey(pem, passphrase)
  } catch (cause) {
    if (!(cause instanceof PrivateKeyUnreadableError)) throw cause
    throw new Refusal('WRONG_PASSPHRASE', `${basename(path)} could not be decrypted`, {
      next: 'Try the passphrase again; if it is right, the file is damaged: take it from the backup.',
      cause,
    })
  }
}

function requireStrong(passphrase: string): string {
  if (passphrase.length >= PASSPHRASE_MIN_LENGTH) return passphrase
  throw new Refusal('PASSPHRASE_SHORT', 'The passphrase is too short', {
    next: `Take at least ${PASSPHRASE_MIN_LENGTH} characters, for example five words chosen by dice.`,
    facts: { min: PASSPHRASE_MIN_LENGTH },
  })
}

/** The key id is always computed: one in a file would be somebody's claim. */
function deskKey(name: string, tufKey: Json): DeskKey {
  const publicKey = parseTufKey(tufKey)
  if (publicKey === undefined) {
    throw new Refusal('KEY_TYPE_UNKNOWN', `The key ${name} is of a kind this program cannot use`, {
      next: 'Use an ed25519 or ecdsa (P-256) key.',
    })
  }
  return { name, keyId: keyIdOf(tufKey), tufKey, publicKey }
}
