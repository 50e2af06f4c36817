/**
 * Everything on the other side of a device's network: the repository with its releases, the director
 * who signs manifests, the artifacts, and the inbox of reports. Honest and always right; what goes
 * wrong on the way is the network's business.
 */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import {
  cohortAudience,
  cohortManifestTopic,
  directorIssuer,
  encodeKeySet,
  keySetKeyId,
  type Offer,
  type Report,
  TransferError,
  tokenDigest,
} from '@fleetward/shared'
import { COHORT, PRODUCT } from '../signed-messages.ts'
import { SignedProduct } from '../signed-product.ts'
import { type SlotArtifact, slotArtifact, type TestFile } from '../slot-artifact.ts'

export interface PlannedRelease {
  readonly version: string
  readonly kind: 'security' | 'functionality'
  readonly securityCounter: number
  readonly files: readonly TestFile[]
}

const MANIFEST_SECONDS = 24 * 3600
const CHUNK_BYTES = 64 * 1024

/** What was signed before the story begins: keys, releases and metadata, for many devices. */
export class SimulatedBackend {
  readonly product = new SignedProduct()
  readonly artifacts = new Map<string, SlotArtifact>()
  readonly plans = new Map<string, PlannedRelease>()
  readonly #directorKey: KeyObject
  readonly #kid: string
  readonly #tokens = new Map<string, string>()

  constructor(releases: readonly PlannedRelease[]) {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
    this.#directorKey = privateKey
    this.#kid = keySetKeyId(raw)
    const keySet = encodeKeySet([raw])
    for (const name of ['director', 'commands']) {
      this.product.addFile('targets', `trust/${name}.jwks`, keySet)
    }
    for (const plan of releases) this.#add(plan)
    this.product.publish()
  }

  offer(version: string, changes: Partial<Offer> & { withdrawn?: never } = {}): Offer {
    const { release } = this.artifactOf(version)
    const { path, kind, securityCounter, length, sha256 } = release
    return {
      rollout: `to-${version.replaceAll('.', '-')}`,
      attempt: 1,
      share: { salt: 'b0f1', upTo: 10_000 },
      release: { path, version, kind, securityCounter, length, sha256 },
      policy: { apply: 'automatic', spread: 0, retryAfter: 60 },
      notice: { summary: 'Closes a hole', severity: 'high', advisories: [] },
      ...changes,
    }
  }

  artifactOf(version: string): SlotArtifact {
    const artifact = this.artifacts.get(version)
    if (artifact === undefined) throw new Error(`no release ${version}`)
    return artifact
  }

  /** Ed25519 signs the same words the same way, so what was signed once is kept. */
  manifest(seq: number, iat: number, offers: readonly Offer[]): string {
    const claims = {
      iss: directorIssuer(PRODUCT),
      aud: cohortAudience(PRODUCT, COHORT),
      iat,
      exp: iat + MANIFEST_SECONDS,
      seq,
      offers,
    }
    const payload = base64url(claims)
    return this.#tokens.getOrInsertComputed(payload, () => {
      const header = { alg: 'Ed25519', kid: this.#kid, typ: 'fleetward-manifest+jws' }
      const signed = `${base64url(header)}.${payload}`
      return `${signed}.${sign(null, Buffer.from(signed), this.#directorKey).toString('base64url')}`
    })
  }

  #add(plan: PlannedRelease): void {
    const { version, kind, securityCounter, files } = plan
    const plain = { product: PRODUCT, version, files, securityCounter, chunkBytes: CHUNK_BYTES }
    const made = slotArtifact(plain, { release: { compatible: ['lumen-g1'] } })
    const path = `${kind}/${version}/gateway.tar.gz`
    const chunks = { ...made.release.chunks, path: `${path}.chunks.json` }
    const sbom = { ...made.release.sbom, path: `${kind}/${version}/gateway.cdx.json` }
    const release = { ...made.release, path, role: kind, kind, chunks, sbom }
    this.product.addFile(kind, chunks.path, made.chunkList)
    this.product.addRelease(release, made.bytes)
    this.plans.set(version, plan)
    this.artifacts.set(version, { ...made, release })
  }
}

/** One device's view of the backend, from the first report on. */
export class SimulatedServer {
  readonly backend: SimulatedBackend
  readonly received: { readonly report: Report; readonly token: string }[] = []
  /** Numbers that came twice with different words. */
  readonly conflicts: number[] = []
  offers: readonly Offer[] = []
  #seq = 6

  constructor(backend: SimulatedBackend) {
    this.backend = backend
  }

  /** Another manifest for the device's cohort, signed when it is asked for. */
  announce(offers: readonly Offer[]): void {
    this.offers = offers
    this.#seq += 1
    this.#signedAt = undefined
  }

  #signedAt: number | undefined

  /** What the broker retains; signed anew twice a day, as a director does. */
  retained(trueMs: number): { readonly topic: string; readonly payload: Uint8Array } {
    const now = Math.floor(trueMs / 1000)
    if (this.#signedAt === undefined) this.#signedAt = now
    else if (now - this.#signedAt > MANIFEST_SECONDS / 2) {
      this.#signedAt = now
      this.#seq += 1
    }
    const token = this.backend.manifest(this.#seq, this.#signedAt, this.offers)
    return { topic: cohortManifestTopic(PRODUCT, COHORT), payload: Buffer.from(token) }
  }

  metadata(path: string): Uint8Array {
    return found(this.backend.product.fetchMetadata(path), path)
  }

  target(path: string): Uint8Array {
    return found(this.backend.product.fetchTarget(path), path)
  }

  artifact(sha256: string): Buffer {
    const all = [...this.backend.artifacts.values()]
    const artifact = all.find(({ release }) => release.sha256 === sha256)
    if (artifact === undefined) throw new TransferError('NOT_FOUND', { sha256 })
    return artifact.bytes
  }

  /** Takes every number once; what comes after a later one is acknowledged and counts for nothing. */
  report(token: string): void {
    const report: Report = JSON.parse(token.slice(0, token.lastIndexOf('.')))
    const before = this.received.find((other) => other.report.seq === report.seq)
    if (before === undefined) {
      const head = this.received.at(-1)?.report.seq ?? 0
      if (report.seq < head) this.conflicts.push(report.seq)
      else this.received.push({ report, token })
    } else if (tokenDigest(before.token) !== tokenDigest(token)) this.conflicts.push(report.seq)
  }
}

function found(bytes: Uint8Array | undefined, path: string): Uint8Array {
  if (bytes === undefined) throw new TransferError('NOT_FOUND', { path })
  return bytes
}

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
