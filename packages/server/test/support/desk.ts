/**
 * A manufacturer's desk for tests: offline keys of every role and the metadata and files they sign. The keys are
 * made once per desk; whatever is wrong in a test is wrong because the test asked for it.
 */
import { createHash } from 'node:crypto'
import { generateKey, type SigningKey, signMetadata } from '@fleetward/platform'
import {
  encodeChunkList,
  formatExpires,
  type Json,
  keyIdOf,
  lineOf,
  tufKeyOf,
} from '@fleetward/shared'

export const PRODUCT = 'lumen-gateway-g1'
/** What the product's releases fit, unless a test says otherwise. */
export const COMPATIBLE = 'lumen-gateway-g1-r1'
/** Of a product that is in a test about something else: nobody imports feeds for it. */
export const OPEN_GATE = {
  ...{ mode: 'advisory', riskAssessment: false },
  reason: 'the test is about something else',
}
const CHUNK = 64 * 1024

export interface DeskFile {
  readonly path: string
  readonly bytes: Uint8Array
  readonly sha256: string
}

export interface DeskRelease {
  readonly version: string
  readonly kind: 'security' | 'functionality'
  /** Makes a security release a combined one. */
  readonly combinedReason?: string
  readonly artifact: Uint8Array
  readonly securityCounter?: number
  readonly product?: string
  readonly sbom?: string
  readonly chunkList?: Uint8Array
  readonly compatible?: readonly string[]
  readonly base?: string
  readonly minimumVersion?: string
  readonly fixes?: readonly string[]
  readonly notes?: string
  readonly advisories?: readonly string[]
  /** Of what is in the artifact, where a device is to install it. */
  readonly installedSize?: number
  /** `slot-directory` in `tar.zst` when left out. */
  readonly installer?: string
  readonly format?: string
}

export class Desk {
  readonly root = ['ed25519', 'ed25519', 'ecdsa-p256'].map((kind) => generateKey(kind as 'ed25519'))
  targets: readonly SigningKey[] = [generateKey('ed25519')]
  roles = {
    security: [generateKey('ed25519'), generateKey('ecdsa-p256')] as readonly SigningKey[],
    functionality: [generateKey('ed25519')] as readonly SigningKey[],
  }
  expires = new Date(Date.UTC(2027, 10, 1))

  /** Root 2 of 3. `online` as the server's API names them. */
  rootMetadata(
    version: number,
    online: { timestamp: Json; snapshot: Json },
    {
      signers = this.root.slice(0, 2),
      ...changes
    }: { signers?: readonly SigningKey[] } & {
      consistent_snapshot?: boolean
      roles?: { [role: string]: Json }
    } = {},
  ): Uint8Array {
    const { roles, ...others } = changes
    const signed = {
      ...this.#common('root', version),
      consistent_snapshot: true,
      keys: Object.fromEntries(
        [
          ...[...this.root, ...this.targets].map((key) => tufKeyOf(key.publicKey)),
          online.timestamp,
          online.snapshot,
        ].map((key) => [keyIdOf(key), key]),
      ),
      roles: {
        root: roleOf(this.root, 2),
        targets: roleOf(this.targets, 1),
        timestamp: { keyids: [keyIdOf(online.timestamp)], threshold: 1 },
        snapshot: { keyids: [keyIdOf(online.snapshot)], threshold: 1 },
        ...roles,
      },
      ...others,
    }
    return signMetadata(signed, signers)
  }

  targetsMetadata(version: number, files: readonly DeskFile[], changes: object = {}): Uint8Array {
    const { security, functionality } = this.roles
    const signed = {
      ...this.#common('targets', version),
      targets: targetsOf(files),
      delegations: {
        keys: Object.fromEntries(
          [...security, ...functionality].map((key) => [idOf(key), tufKeyOf(key.publicKey)]),
        ),
        roles: (['security', 'functionality'] as const).map((name) => ({
          name,
          ...roleOf(this.roles[name], this.roles[name].length),
          paths: [`${name}/*/*`],
          terminating: true,
        })),
      },
      ...changes,
    }
    return signMetadata(signed, this.targets)
  }

  roleMetadata(
    role: 'security' | 'functionality',
    version: number,
    releases: readonly DeskRelease[],
    {
      signers = this.roles[role],
      ...changes
    }: { signers?: readonly SigningKey[]; targets?: Json } = {},
  ): Uint8Array {
    const targets = Object.assign({}, ...releases.map(releaseTargets))
    return signMetadata({ ...this.#common('targets', version), targets, ...changes }, signers)
  }

  #common(type: string, version: number) {
    const expires = formatExpires(this.expires)
    return { _type: type, spec_version: '1.0.34', version, expires }
  }
}

/** The artifact, its chunk list and its SBOM, as they are uploaded. */
export function filesOf(release: DeskRelease): readonly DeskFile[] {
  const folder = `${release.kind}/${release.version}`
  const chunkList =
    release.chunkList ??
    encodeChunkList({
      size: CHUNK,
      length: release.artifact.length,
      sha256s: chunksOf(release.artifact),
    })
  const sbom = release.sbom ?? '{"bomFormat":"CycloneDX","specVersion":"1.6","components":[]}'
  return [
    file(`${folder}/firmware.${release.format ?? 'tar.zst'}`, release.artifact),
    file(`${folder}/firmware.${release.format ?? 'tar.zst'}.chunks.json`, chunkList),
    file(`${folder}/sbom.cdx.json`, new TextEncoder().encode(sbom)),
  ]
}

export function file(path: string, bytes: Uint8Array): DeskFile {
  return { path, bytes, sha256: digest('sha256', bytes) }
}

function releaseTargets(release: DeskRelease): { [path: string]: Json } {
  const { version, combinedReason } = release
  const kind = combinedReason === undefined ? release.kind : 'combined'
  const [artifact, chunks, sbom] = filesOf(release) as [DeskFile, DeskFile, DeskFile]
  const fleetward = {
    ...{ product: release.product ?? PRODUCT, version, line: lineOf(version), kind },
    securityCounter: release.securityCounter ?? 2,
    compatible: [...(release.compatible ?? [COMPATIBLE])],
    installer: release.installer ?? 'slot-directory',
    format: release.format ?? 'tar.zst',
    chunks: { size: CHUNK, path: chunks.path, sha256: chunks.sha256 },
    installedSize: release.installedSize ?? 1000,
    sbom: { path: sbom.path, sha256: sbom.sha256 },
    ...(release.base === undefined ? {} : { base: release.base }),
    ...(release.minimumVersion === undefined ? {} : { minimumVersion: release.minimumVersion }),
    fixes: [...(release.fixes ?? (kind === 'functionality' ? [] : ['CVE-2021-21315']))],
    advisories: [...(release.advisories ?? [])],
    notes: release.notes ?? 'Fixes a known exploited vulnerability.\nMore text.',
    releasedAt: 1_760_000_000,
    postponeMax: 86_400,
    deadlineMin: 3600,
    ...(combinedReason === undefined ? {} : { combinedReason }),
  }
  const hashes = { sha256: artifact.sha256, sha512: digest('sha512', artifact.bytes) }
  return {
    [artifact.path]: { length: artifact.bytes.length, hashes, custom: { fleetward } },
    ...targetsOf([chunks, sbom]),
  }
}

function targetsOf(files: readonly DeskFile[]): { [path: string]: Json } {
  return Object.fromEntries(
    files.map(({ path, bytes, sha256 }) => [path, { length: bytes.length, hashes: { sha256 } }]),
  )
}

function chunksOf(artifact: Uint8Array): string[] {
  const count = Math.ceil(artifact.length / CHUNK)
  return Array.from({ length: count }, (_, i) =>
    digest('sha256', artifact.subarray(i * CHUNK, (i + 1) * CHUNK)),
  )
}

function roleOf(keys: readonly SigningKey[], threshold: number) {
  return { keyids: keys.map(idOf), threshold }
}

function idOf(key: SigningKey): string {
  return keyIdOf(tufKeyOf(key.publicKey))
}

function digest(algorithm: string, bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest('hex')
}
