/**
 * A whole TUF repository in memory, after python-tuf's RepositorySimulator: a test edits the
 * documents of the roles as it likes, honest or not, then {@link RepositorySimulator.publish} signs
 * and shows them to clients. Nothing is checked here, because tests need to publish nonsense.
 *
 *   repository.addArtifact('targets', 'file', bytes)
 *   repository.publish('targets', 'snapshot', 'timestamp')
 */
import { createHash } from 'node:crypto'
import { canonicalJson, type Json } from '@fleetward/shared'
import { type TufKeyDocument, TufSigner } from './tuf-signer.ts'

export interface SignedDocument {
  _type: string
  spec_version: string
  version: number
  expires: string
  [field: string]: unknown
}

export interface RoleKeysDocument {
  keyids: string[]
  threshold: number
  [field: string]: unknown
}

export interface MetaDocument {
  version: number
  length?: number
  hashes?: Record<string, string>
}

export interface RootDocument extends SignedDocument {
  consistent_snapshot: boolean
  keys: Record<string, TufKeyDocument>
  roles: Record<string, RoleKeysDocument>
}

export interface TimestampDocument extends SignedDocument {
  meta: { 'snapshot.json': MetaDocument }
}

export interface SnapshotDocument extends SignedDocument {
  meta: Record<string, MetaDocument>
}

export interface TargetDocument {
  length: number
  hashes: Record<string, string>
  custom?: unknown
}

export interface DelegationDocument extends RoleKeysDocument {
  name: string
  terminating: boolean
  paths?: string[]
  path_hash_prefixes?: string[]
}

export interface TargetsDocument extends SignedDocument {
  targets: Record<string, TargetDocument>
  delegations?: { keys: Record<string, TufKeyDocument>; roles: DelegationDocument[] }
}

export interface SignatureDocument {
  keyid: string
  sig: string
}

export interface Envelope {
  signatures: SignatureDocument[]
  signed: SignedDocument
}

export type TopLevelRole = 'root' | 'timestamp' | 'snapshot' | 'targets'

const TOP_LEVEL_ROLES: readonly TopLevelRole[] = ['root', 'timestamp', 'snapshot', 'targets']
const DAY_MS = 86_400_000
const utf8 = new TextEncoder()

export class RepositorySimulator {
  /** What the next {@link publish} signs, by role. */
  readonly documents = new Map<string, SignedDocument>()

  /** Who signs, by role, then by key id. Taking one out publishes with a signature missing. */
  readonly signers = new Map<string, Map<string, TufSigner>>()

  /** What clients get, by role; version n stands at n - 1, whatever is written inside. */
  readonly published = new Map<string, Uint8Array[]>()

  readonly artifacts = new Map<string, Uint8Array>()

  /** Whether snapshot and timestamp carry lengths and hashes of what they list. */
  listsHashes = false

  /** Everything asked for, relative to the metadata and to the targets folder, in order. */
  readonly metadataRequests: string[] = []
  readonly targetRequests: string[] = []

  constructor() {
    const root: RootDocument = {
      ...signedDocument('root'),
      consistent_snapshot: true,
      keys: {},
      roles: {},
    }
    this.documents.set('root', root)
    this.documents.set('timestamp', {
      ...signedDocument('timestamp'),
      meta: { 'snapshot.json': { version: 1 } },
    })
    this.documents.set('snapshot', { ...signedDocument('snapshot'), meta: {} })
    this.documents.set('targets', targetsDocument())
    for (const role of TOP_LEVEL_ROLES) {
      root.roles[role] = { keyids: [], threshold: 1 }
      this.addKey(role)
    }
    this.publish('targets', 'snapshot', 'timestamp', 'root')
  }

  get root(): RootDocument {
    return this.documents.get('root') as RootDocument
  }

  get timestamp(): TimestampDocument {
    return this.documents.get('timestamp') as TimestampDocument
  }

  get snapshot(): SnapshotDocument {
    return this.documents.get('snapshot') as SnapshotDocument
  }

  get targets(): TargetsDocument {
    return this.targetsOf('targets')
  }

  targetsOf(role: string): TargetsDocument {
    return this.documents.get(role) as TargetsDocument
  }

  /** Keys and threshold of a role as root, or the delegator, states them. */
  roleKeys(role: string, delegator = 'root'): RoleKeysDocument {
    const found =
      delegator === 'root'
        ? this.root.roles[role]
        : this.targetsOf(delegator).delegations?.roles.find(({ name }) => name === role)
    if (found === undefined) throw new Error(`${delegator} has no role ${role}`)
    return found
  }

  /** A key more: the delegator (root for top-level roles) names it, and it signs from now on. */
  addKey(role: string, signer = new TufSigner(), delegator = 'root'): TufSigner {
    this.authorise(role, signer, delegator)
    this.signersOf(role).set(signer.keyId, signer)
    return signer
  }

  /** Names a key without letting it sign. */
  authorise(role: string, signer: TufSigner, delegator = 'root'): void {
    const keys = delegator === 'root' ? this.root.keys : this.targetsOf(delegator).delegations?.keys
    if (keys === undefined) throw new Error(`${delegator} delegates nothing`)
    keys[signer.keyId] = signer.key
    const { keyids } = this.roleKeys(role, delegator)
    if (!keyids.includes(signer.keyId)) keyids.push(signer.keyId)
  }

  signersOf(role: string): Map<string, TufSigner> {
    return this.signers.getOrInsertComputed(role, () => new Map())
  }

  /** As many new keys as the threshold asks for, instead of all the old ones. */
  rotateKeys(role: TopLevelRole): void {
    const roleKeys = this.roleKeys(role)
    roleKeys.keyids = []
    this.signersOf(role).clear()
    for (let i = 0; i < roleKeys.threshold; i += 1) this.addKey(role)
  }

  /** Lets `delegator` trust a role, by default with one new key; publish both afterwards. */
  delegate(
    delegator: string,
    name: string,
    options: { paths?: string[]; terminating?: boolean; expires?: string; signer?: TufSigner } = {},
  ): void {
    const document = this.targetsOf(delegator)
    document.delegations ??= { keys: {}, roles: [] }
    document.delegations.roles.push({
      name,
      keyids: [],
      threshold: 1,
      terminating: options.terminating ?? false,
      paths: options.paths ?? ['*'],
    })
    if (!this.documents.has(name)) {
      this.documents.set(name, {
        ...targetsDocument(),
        ...(options.expires === undefined ? {} : { expires: options.expires }),
      })
    }
    this.addKey(name, options.signer ?? new TufSigner(), delegator)
  }

  addArtifact(
    role: string,
    path: string,
    content: string | Uint8Array,
    options: { hashes?: readonly string[]; custom?: unknown } = {},
  ): void {
    const bytes = typeof content === 'string' ? utf8.encode(content) : content
    this.targetsOf(role).targets[path] = {
      length: bytes.length,
      hashes: hashesOf(bytes, options.hashes ?? ['sha256']),
      ...(options.custom === undefined ? {} : { custom: options.custom }),
    }
    this.artifacts.set(path, bytes)
  }

  /** Raises the version of each role, signs it, lists it in snapshot or timestamp, shows it. */
  publish(...roles: string[]): void {
    for (const role of roles) {
      const signed = this.documents.get(role)
      if (signed === undefined) throw new Error(`No role ${role}`)
      signed.version += 1
      const bytes = this.sign(role)
      this.published.getOrInsertComputed(role, () => []).push(bytes)

      const meta: MetaDocument = { version: signed.version }
      if (this.listsHashes) {
        meta.length = bytes.length
        meta.hashes = hashesOf(bytes, ['sha256'])
      }
      if (role === 'snapshot') this.timestamp.meta['snapshot.json'] = meta
      else if (role !== 'root' && role !== 'timestamp') this.snapshot.meta[`${role}.json`] = meta
    }
  }

  /** The document as it stands, signed by everybody who signs for the role. */
  sign(role: string): Uint8Array {
    const signed = this.documents.get(role)
    const message = canonicalJson(signed as unknown as Json)
    const signatures = [...this.signersOf(role).values()].map((signer) => ({
      keyid: signer.keyId,
      sig: signer.sign(message),
    }))
    return encode({ signatures, signed: signed as SignedDocument })
  }

  /** Starts a role anew: nothing of it is published, and the next version is 1. */
  forget(role: string): void {
    this.published.delete(role)
    const document = this.documents.get(role)
    if (document !== undefined) document.version = 0
  }

  /** The newest bytes of a role, as clients get them. */
  newest(role: string): Uint8Array {
    const bytes = this.published.get(role)?.at(-1)
    if (bytes === undefined) throw new Error(`${role} is not published`)
    return bytes
  }

  /** Replaces the newest bytes of a role by edited ones, which nobody signs again. */
  tamper(role: string, edit: (envelope: Envelope) => void): void {
    const envelope = JSON.parse(new TextDecoder().decode(this.newest(role))) as Envelope
    edit(envelope)
    this.replaceNewest(role, encode(envelope))
  }

  replaceNewest(role: string, bytes: Uint8Array): void {
    const versions = this.published.get(role)
    if (versions === undefined) throw new Error(`${role} is not published`)
    versions[versions.length - 1] = bytes
  }

  /** The file under this name in the metadata folder, percent-encoded as in a URL. */
  fetchMetadata(fileName: string): Uint8Array | undefined {
    this.metadataRequests.push(fileName)
    const name = fileName.endsWith('.json') ? fileName.slice(0, -'.json'.length) : undefined
    if (name === undefined) return undefined
    if (name === 'timestamp') return this.published.get('timestamp')?.at(-1)
    const versioned = /^([1-9][0-9]*)\.(.*)$/s.exec(name)
    if (versioned?.[1] === undefined || versioned[2] === undefined) {
      return this.root.consistent_snapshot
        ? undefined
        : this.published.get(decodeURIComponent(name))?.at(-1)
    }
    return this.published.get(decodeURIComponent(versioned[2]))?.[Number(versioned[1]) - 1]
  }

  /** The artifact under this name in the targets folder; its hash has to be one that is listed. */
  fetchTarget(encodedPath: string): Uint8Array | undefined {
    this.targetRequests.push(encodedPath)
    const path = decodeURIComponent(encodedPath)
    if (!this.root.consistent_snapshot) return this.artifacts.get(path)
    const parts = /^(.*\/)?([0-9a-f]+)\.([^/]+)$/s.exec(path)
    if (parts === null) return undefined
    const plainPath = `${parts[1] ?? ''}${parts[3]}`
    const listed = [...this.documents.keys()]
      .map((role) => this.targetsOf(role).targets?.[plainPath]?.hashes ?? {})
      .flatMap((hashes) => Object.values(hashes))
    return listed.includes(parts[2] ?? '') ? this.artifacts.get(plainPath) : undefined
  }
}

/** A time in TUF's form, this many days from now. */
export function inDays(days: number, now = Date.now()): string {
  return new Date(now + days * DAY_MS).toISOString().replace(/\.\d+Z$/, 'Z')
}

export function hashesOf(bytes: Uint8Array, algorithms: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    algorithms.map((name) => [name, createHash(name).update(bytes).digest('hex')]),
  )
}

/** Indented, as python-tuf writes it: signatures are over the canonical form, not over the file. */
function encode(envelope: Envelope): Uint8Array {
  return utf8.encode(JSON.stringify(envelope, undefined, 1))
}

function signedDocument(type: string): SignedDocument {
  return { _type: type, spec_version: '1.0.31', version: 0, expires: inDays(30) }
}

function targetsDocument(): TargetsDocument {
  return { ...signedDocument('targets'), targets: {} }
}
