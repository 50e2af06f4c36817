/**
 * The OpenPGP key of the server, for what the public reads: advisories and security.txt. It vouches for words, never
 * for an update (docs/decisions/0009-an-online-key-for-advisories.md).
 */
import type { PrivateKey } from 'openpgp'
import type { SealedKeys } from '../server-keys/sealed-keys.ts'
import { type ServerKey, WHOLE_SERVER } from '../server-keys/server-key.ts'
import type { Database, Stores } from '../stores.ts'

const NAME = { purpose: 'advisories', product: WHOLE_SERVER } as const

export interface PublicOpenPgpKey {
  /** Upper-case hex: its fingerprint. */
  readonly id: string
  readonly armored: string
  readonly createdAt: number
}

export interface Signed {
  /** Armored. */
  readonly signature: string
  readonly signedBy: string
}

interface ClearSigned {
  readonly text: string
  readonly id: string
  readonly at: number
  readonly signed: Promise<string>
}

/** A signature is not made for each who asks. */
const KEPT_SECONDS = 86_400

type RingStores = Pick<Stores, 'serverKeys'>

export class OpenPgpKeys {
  readonly #sealed: SealedKeys
  readonly #opened = new Map<string, Promise<PrivateKey>>()
  /** The last one: strangers ask for security.txt again and again, and it is the same text. */
  #clearSigned: ClearSigned | undefined

  constructor(sealed: SealedKeys) {
    this.#sealed = sealed
  }

  /** All keys that something public is signed with, the newest last. */
  async publicKeys(stores: RingStores): Promise<readonly PublicOpenPgpKey[]> {
    const ring = await stores.serverKeys.ring(NAME.purpose, NAME.product)
    return ring.map(({ id, public: armored, createdAt }) => ({ id, armored, createdAt }))
  }

  /** Makes the first one. `owner`: whose it says it is. */
  async ensure(database: Database, owner: string, now: number): Promise<void> {
    if ((await this.publicKeys(database)).length > 0) return
    const key = await this.#make(owner, now)
    await database.transaction(async ({ serverKeys }) => {
      // Another instance was first.
      if ((await serverKeys.ring(NAME.purpose, NAME.product)).length > 0) return
      await serverKeys.add(key)
    })
  }

  /** The next one signs at once; the former ones stay listed, for copies that others keep of what they signed. */
  async rotate({ serverKeys }: RingStores, now: number): Promise<string> {
    const former = (await serverKeys.ring(NAME.purpose, NAME.product)).at(-1)
    const key = await this.#make(former === undefined ? '' : await ownerOf(former), now)
    await serverKeys.add(key)
    return key.id
  }

  /** Nothing they signed is to be believed any more. */
  async remove({ serverKeys }: RingStores, keys: readonly PublicOpenPgpKey[]): Promise<void> {
    for (const { id } of keys) await serverKeys.remove({ ...NAME, id })
  }

  /** Detached. */
  async sign(stores: RingStores, text: string, now: number): Promise<Signed> {
    const { key, id, at } = await this.#signing(stores, now)
    const { createMessage, sign } = await import('openpgp')
    const message = await createMessage({ binary: new TextEncoder().encode(text) })
    const signature = await sign({ message, signingKeys: key, detached: true, date: at })
    return { signature, signedBy: id }
  }

  /** RFC 9116 section 2.3. Undefined while there is no key. */
  async clearSign(stores: RingStores, text: string, now: number): Promise<string | undefined> {
    if ((await this.publicKeys(stores)).length === 0) return undefined
    const { key, id, at } = await this.#signing(stores, now)
    const kept = this.#clearSigned
    const age = now - (kept?.at ?? 0)
    if (kept?.text === text && kept.id === id && age >= 0 && age < KEPT_SECONDS) return kept.signed
    const { createCleartextMessage, sign } = await import('openpgp')
    const message = await createCleartextMessage({ text })
    const signed = sign({ message, signingKeys: key, date: at })
    this.#clearSigned = { text, id, at: now, signed }
    signed.catch(() => {
      this.#clearSigned = undefined
    })
    return signed
  }

  async #signing({ serverKeys }: RingStores, now: number) {
    const stored = (await serverKeys.ring(NAME.purpose, NAME.product)).at(-1)
    if (stored === undefined) throw new Error('There is no OpenPGP key to sign with')
    const key = await this.#open(stored)
    // A clock that was turned back must not make signatures that are older than their key.
    return { key, id: stored.id, at: new Date(Math.max(now, stored.createdAt) * 1000) }
  }

  #open(stored: ServerKey): Promise<PrivateKey> {
    const known = this.#opened.get(stored.id)
    if (known !== undefined) return known
    const opened = this.#sealed.openText(stored).then(async (armoredKey) => {
      const { readPrivateKey } = await import('openpgp')
      return readPrivateKey({ armoredKey })
    })
    this.#opened.set(stored.id, opened)
    opened.catch(() => this.#opened.delete(stored.id))
    return opened
  }

  async #make(owner: string, now: number): Promise<ServerKey> {
    const { generateKey } = await import('openpgp')
    const { privateKey, publicKey } = await generateKey({
      // Version 4 with EdDSA: what GnuPG 2.2 of Debian 12 verifies, and the newer algorithm 27 it does not.
      ...{ type: 'ecc', curve: 'ed25519Legacy', subkeys: [], format: 'object' },
      userIDs: [{ name: userName(owner) }],
      date: new Date(now * 1000),
    })
    const name = { ...NAME, id: publicKey.getFingerprint().toUpperCase() }
    return {
      ...{ ...name, public: publicKey.armor(), createdAt: now, leavesAt: undefined },
      sealed: await this.#sealed.sealText(name, privateKey.armor()),
    }
  }
}

/** RFC 9580 section 5.11: the angle brackets are the address's. */
function userName(owner: string): string {
  return owner.replaceAll(/[<>()\p{Cc}]/gu, ' ').trim() || 'Advisories'
}

async function ownerOf({ public: armoredKey }: ServerKey): Promise<string> {
  const { readKey } = await import('openpgp')
  return (await readKey({ armoredKey })).getUserIDs()[0] ?? ''
}
