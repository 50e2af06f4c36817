/**
 * A product's TUF repository as the desk and the server publish it (protocol §3, §4), signed by our
 * own code: for other TUF clients to read and for measuring. Tests that need nonsense take
 * RepositorySimulator instead.
 */
import {
  generateKey,
  nodeDigests,
  type SigningKey,
  type SigningKeyKind,
  signMetadata,
} from '@fleetward/platform'
import {
  formatExpires,
  type Json,
  keyIdOf,
  metadataFileName,
  type PublicKey,
  type Release,
  releaseCustomJson,
  targetFilePath,
  tufKeyOf,
} from '@fleetward/shared'

const DAY_MS = 86_400_000

/** Offline roles are signed by two of three, as a manufacturer would; the kinds are mixed. */
const OFFLINE: readonly SigningKeyKind[] = ['ed25519', 'ed25519', 'ecdsa-p256']
const ROLES = ['root', 'timestamp', 'snapshot', 'targets', 'security', 'functionality'] as const
type Role = (typeof ROLES)[number]

export class SignedProduct {
  /** By name in the metadata folder. */
  readonly metadata = new Map<string, Uint8Array>()

  /** By encoded path in the targets folder. */
  readonly files = new Map<string, Uint8Array>()

  readonly #keys: Readonly<Record<Role, readonly SigningKey[]>>
  readonly #targets: Readonly<Record<'targets' | 'security' | 'functionality', Map<string, Json>>> =
    { targets: new Map(), security: new Map(), functionality: new Map() }
  readonly #versions = new Map<Role, number>()

  constructor() {
    const keys = ROLES.map((role) => {
      const isOnline = role === 'timestamp' || role === 'snapshot'
      return [role, isOnline ? [generateKey('ed25519')] : OFFLINE.map(generateKey)] as const
    })
    this.#keys = Object.fromEntries(keys) as Record<Role, SigningKey[]>
  }

  addFile(role: 'targets' | 'security' | 'functionality', path: string, bytes: Uint8Array): void {
    this.#add(role, path, bytes, {})
  }

  /** The artifact of a release, with what its keys say about it. */
  addRelease(release: Release, artifact: Uint8Array): void {
    this.#add(release.role, release.path, artifact, { custom: releaseCustomJson(release) })
  }

  #add(
    role: 'targets' | 'security' | 'functionality',
    path: string,
    bytes: Uint8Array,
    more: { custom?: Json },
  ): void {
    const hashes = { sha256: digest('sha256', bytes), sha512: digest('sha512', bytes) }
    this.#targets[role].set(path, { length: bytes.length, hashes, ...more })
    for (const hash of Object.values(hashes)) this.files.set(targetFilePath(path, hash), bytes)
  }

  /** Signs every role anew, in the order in which they list each other. */
  publish(): void {
    this.#sign('root', this.#root())
    const delegations = {
      keys: this.#keysOf('security', 'functionality'),
      roles: (['security', 'functionality'] as const).map((name) => ({
        name,
        ...this.#roleKeys(name),
        paths: [`${name}/*/*`],
        terminating: true,
      })),
    }
    const meta: Record<string, Json> = {}
    for (const role of ['security', 'functionality', 'targets'] as const) {
      const targets = Object.fromEntries(this.#targets[role])
      meta[`${role}.json`] = this.#sign(role, {
        _type: 'targets',
        targets,
        ...(role === 'targets' ? { delegations } : {}),
      })
    }
    const snapshot = this.#sign('snapshot', { _type: 'snapshot', meta })
    this.#sign('timestamp', { _type: 'timestamp', meta: { 'snapshot.json': snapshot } })
  }

  /** The newest bytes of a role. */
  newest(role: Role): Uint8Array {
    const version = role === 'timestamp' ? undefined : this.#versions.get(role)
    const bytes = this.metadata.get(metadataFileName(role, version))
    if (bytes === undefined) throw new Error(`${role} is not published`)
    return bytes
  }

  fetchMetadata(fileName: string): Uint8Array | undefined {
    return this.metadata.get(fileName)
  }

  fetchTarget(encodedPath: string): Uint8Array | undefined {
    return this.files.get(encodedPath)
  }

  #root(): { readonly [field: string]: Json } {
    const roles = ['root', 'timestamp', 'snapshot', 'targets'] as const
    return {
      _type: 'root',
      consistent_snapshot: true,
      keys: this.#keysOf(...roles),
      roles: Object.fromEntries(roles.map((role) => [role, this.#roleKeys(role)])),
    }
  }

  #sign(role: Role, signed: { readonly [field: string]: Json }): Json {
    const version = (this.#versions.get(role) ?? 0) + 1
    this.#versions.set(role, version)
    const expires = formatExpires(new Date(Date.now() + 30 * DAY_MS))
    const keys = this.#keys[role].slice(-this.#threshold(role))
    const bytes = signMetadata({ ...signed, spec_version: '1.0.34', version, expires }, keys)
    this.metadata.set(metadataFileName(role, role === 'timestamp' ? undefined : version), bytes)
    return { version, length: bytes.length, hashes: { sha256: digest('sha256', bytes) } }
  }

  #keysOf(...roles: Role[]): Json {
    const keys = roles.flatMap((role) => this.#keys[role]).map(({ publicKey }) => publicKey)
    return Object.fromEntries(keys.map((key) => [idOf(key), tufKeyOf(key)]))
  }

  #roleKeys(role: Role): { keyids: string[]; threshold: number } {
    const keyids = this.#keys[role].map(({ publicKey }) => idOf(publicKey))
    return { keyids, threshold: this.#threshold(role) }
  }

  #threshold(role: Role): number {
    return Math.min(2, this.#keys[role].length)
  }
}

const idOf = (key: PublicKey) => keyIdOf(tufKeyOf(key))

function digest(algorithm: 'sha256' | 'sha512', bytes: Uint8Array): string {
  const running = nodeDigests.create(algorithm)
  running.update(bytes)
  return running.hex()
}

/** A release with plausible facts about these bytes. */
export function plausibleRelease(
  kind: 'security' | 'functionality',
  version: string,
  artifact: Uint8Array,
): Release {
  const path = `${kind}/${version}/gateway.tar.zst`
  return {
    path,
    role: kind,
    product: 'gateway',
    version,
    line: version.split('.').slice(0, 2).join('.'),
    kind,
    securityCounter: 7,
    compatible: ['gateway-v2'],
    installer: 'slot-directory',
    format: 'tar.zst',
    length: artifact.length,
    sha256: digest('sha256', artifact),
    sha512: digest('sha512', artifact),
    chunks: { size: 1_048_576, path: `${path}.chunks.json`, sha256: '1f'.repeat(32) },
    installedSize: artifact.length * 2,
    minimumVersion: '1.2.0',
    sbom: { path: `${kind}/${version}/gateway.cdx.json`, sha256: '2e'.repeat(32) },
    fixes: kind === 'security' ? ['CVE-2026-10001', 'CVE-2026-10002'] : [],
    advisories: kind === 'security' ? ['GW-2026-003'] : [],
    notes: 'Corrects the parser of the field bus; nothing else.',
    releasedAt: 1_790_000_000,
    postponeMax: 14 * 86_400,
    deadlineMin: 3 * 86_400,
  }
}
