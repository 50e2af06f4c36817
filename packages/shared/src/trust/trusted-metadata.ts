/**
 * The metadata a client believes in one update (TUF 5.1 to 5.6). Pure: it gets bytes in the order
 * root, timestamp, snapshot, targets, delegated roles, and either adopts them or throws and stays as
 * it was. Fetching and storing is the caller's; it stores the bytes right after they were adopted.
 *
 *   new TrustedMetadata(stored root) → updateRoot… → finishRoot → updateTimestamp(stored), (received)
 *     → updateSnapshot(stored), (received) → updateTargets(stored or received), per delegation
 *
 * `trusted: true` says that the bytes come from the client's own store. They still have to be signed;
 * but expired ones, or a snapshot that is no longer the latest, are kept to compare versions with.
 */
import type { SignatureVerifier } from '../crypto/public-key.ts'
import { TrustError } from '../errors.ts'
import type { MetadataType } from '../metadata/common.ts'
import { metaNameOf } from '../metadata/file-names.ts'
import type { MetaFile } from '../metadata/meta-file.ts'
import {
  METADATA_MAX_BYTES,
  type MetadataByType,
  parseMetadata,
  type SignedMetadata,
} from '../metadata/parse-metadata.ts'
import type { Root } from '../metadata/root.ts'
import type { Snapshot } from '../metadata/snapshot.ts'
import type { Targets } from '../metadata/targets.ts'
import type { Timestamp } from '../metadata/timestamp.ts'
import { isFresh, requireFresh } from './expiry.ts'
import { requireListed } from './listed-file.ts'
import { requireNewerSnapshot, requireNewerTimestamp } from './rollback.ts'
import { onlineKeyRevoked, requireNextRoot } from './root.ts'
import { requireSignedFor } from './threshold.ts'

export interface TrustedMetadataOptions {
  readonly verifier: SignatureVerifier

  /** TUF 5.1: the fixed start of this update; every expiry is judged by it. */
  readonly now: Date

  /** Larger files than protocol §2.4 allows, for repositories that are not ours. */
  readonly maxBytes?: Partial<Record<MetadataType, number>>
}

export interface UpdateOptions {
  readonly trusted?: boolean
}

export class TrustedMetadata {
  readonly #verifier: SignatureVerifier
  readonly #now: Date
  readonly #maxBytes: Readonly<Record<MetadataType, number>>
  #root: Root
  #onlineKeyRevoked = false
  #timestamp: Timestamp | undefined
  #snapshot: Snapshot | undefined
  #snapshotIsFinal = false
  /** One document per targets role, whoever delegated to it. */
  readonly #targets = new Map<string, SignedMetadata<Targets>>()
  /** Role → delegators against whose present document the role's present document was verified. */
  readonly #verifiedFor = new Map<string, Set<string>>()

  /** TUF 5.2: the root from the factory pack or the store. It must at least have signed itself. */
  constructor(rootBytes: Uint8Array, { verifier, now, maxBytes = {} }: TrustedMetadataOptions) {
    this.#verifier = verifier
    this.#now = new Date(now)
    this.#maxBytes = { ...METADATA_MAX_BYTES, ...maxBytes }
    const root = this.#parse('root', rootBytes)
    requireSignedFor(root.signed, 'root', root, verifier)
    this.#root = root.signed
  }

  get root(): Root {
    return this.#root
  }

  get timestamp(): Timestamp | undefined {
    return this.#timestamp
  }

  get snapshot(): Snapshot | undefined {
    return this.#snapshot
  }

  /** What `role` signed, once it was verified for this very delegator. */
  targets(role = 'targets', delegator = 'root'): Targets | undefined {
    if (!this.#verifiedFor.get(role)?.has(delegator)) return undefined
    return this.#targets.get(role)?.signed
  }

  /**
   * TUF 5.3.11: when true, the stored timestamp and snapshot must not be used any more. The client
   * removes them before it stores the new root, so that a power loss cannot come in between.
   */
  get onlineKeyRevoked(): boolean {
    return this.#onlineKeyRevoked
  }

  /** TUF 5.3.3 to 5.3.9, once per version. Not after the timestamp: its keys come from here. */
  updateRoot(bytes: Uint8Array): void {
    if (this.#timestamp !== undefined) throw new Error('root after timestamp')
    const offered = this.#parse('root', bytes)
    requireNextRoot(this.#root, offered, this.#verifier)
    this.#onlineKeyRevoked ||= onlineKeyRevoked(this.#root, offered.signed)
    this.#root = offered.signed // TUF 5.3.7
  }

  /** TUF 5.3.10: only the last root of the chain must not be expired. */
  finishRoot(): void {
    requireFresh('root', this.#root, this.#now)
  }

  /** TUF 5.4. `unchanged`: the version is the trusted one's, and the bytes are not to be stored. */
  updateTimestamp(
    bytes: Uint8Array,
    { trusted = false }: UpdateOptions = {},
  ): 'replaced' | 'unchanged' {
    if (this.#snapshot !== undefined) throw new Error('timestamp after snapshot')
    this.finishRoot()
    const offered = this.#parse('timestamp', bytes)
    requireSignedFor(this.#root, 'timestamp', offered, this.#verifier) // TUF 5.4.2
    if (this.#timestamp !== undefined) {
      // TUF 5.4.3
      const order = requireNewerTimestamp(this.#timestamp, offered.signed)
      if (order === 'same') return 'unchanged'
    }
    if (!trusted) requireFresh('timestamp', offered.signed, this.#now) // TUF 5.4.4
    this.#timestamp = offered.signed
    return 'replaced'
  }

  /**
   * TUF 5.5. `outdated`, only for a stored snapshot: it is not the one that the timestamp names, or
   * it is expired; the client has to get the present one.
   */
  updateSnapshot(bytes: Uint8Array, { trusted = false }: UpdateOptions = {}): 'final' | 'outdated' {
    if (this.#timestamp === undefined) throw new Error('snapshot before timestamp')
    if (this.#targets.size > 0) throw new Error('snapshot after targets')
    // TUF 5.4.4: a stored timestamp may be expired; then it ends here.
    requireFresh('timestamp', this.#timestamp, this.#now)
    const announced = this.#timestamp.snapshot
    if (!trusted) requireListed(announced, bytes, 'snapshot.json') // TUF 5.5.2
    const offered = this.#parse('snapshot', bytes)
    requireSignedFor(this.#root, 'snapshot', offered, this.#verifier) // TUF 5.5.3
    if (!trusted) requireVersion('snapshot', announced, offered.signed.version) // TUF 5.5.4
    if (this.#snapshot !== undefined) requireNewerSnapshot(this.#snapshot, offered.signed) // TUF 5.5.5
    if (!trusted) requireFresh('snapshot', offered.signed, this.#now) // TUF 5.5.6
    this.#snapshot = offered.signed
    this.#snapshotIsFinal =
      announced.version === offered.signed.version &&
      isFresh(offered.signed, this.#now) &&
      isListed(announced, bytes)
    return this.#snapshotIsFinal ? 'final' : 'outdated'
  }

  /**
   * TUF 5.6, for the top-level role (delegator `root`) and for delegated ones. The role is verified
   * with the keys that this delegator gives it, even when it was verified for another one already:
   * a role must not borrow the authority that another delegator has given it.
   */
  updateTargets(role: string, delegator: string, bytes: Uint8Array): void {
    if (this.#snapshot === undefined || !this.#snapshotIsFinal) {
      throw new Error('targets before a final snapshot')
    }
    const from = delegator === 'root' ? this.#root : this.#targets.get(delegator)?.signed
    if (from === undefined) throw new Error(`${delegator} has not been loaded`)
    const announced = this.#snapshot.meta.get(metaNameOf(role))
    if (announced === undefined) throw new TrustError('ROLE_MISSING', { role, in: 'snapshot' })
    requireListed(announced, bytes, metaNameOf(role)) // TUF 5.6.2
    const offered = this.#parse('targets', bytes)
    requireSignedFor(from, role, offered, this.#verifier) // TUF 5.6.3
    requireVersion(role, announced, offered.signed.version) // TUF 5.6.4
    requireFresh(role, offered.signed, this.#now) // TUF 5.6.5
    this.#adopt(role, delegator, offered)
  }

  #adopt(role: string, delegator: string, offered: SignedMetadata<Targets>): void {
    const present = this.#targets.get(role)
    if (present === undefined || !equal(present.bytes, offered.bytes)) {
      // Without hashes in the snapshot a role can have two documents of one version. Nothing that
      // was verified for or by the one says anything about the other.
      for (const delegators of this.#verifiedFor.values()) delegators.delete(role)
      this.#verifiedFor.set(role, new Set())
      this.#targets.set(role, offered)
    }
    this.#verifiedFor.get(role)?.add(delegator)
  }

  #parse<Type extends MetadataType>(
    type: Type,
    bytes: Uint8Array,
  ): SignedMetadata<MetadataByType[Type]> {
    return parseMetadata(type, bytes, this.#maxBytes[type])
  }
}

function requireVersion(role: string, announced: MetaFile, seen: number): void {
  if (seen === announced.version) return
  throw new TrustError('VERSION_MISMATCH', { role, expected: announced.version, seen })
}

function isListed(announced: MetaFile, bytes: Uint8Array): boolean {
  try {
    requireListed(announced, bytes, 'snapshot.json')
    return true
  } catch {
    return false
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
