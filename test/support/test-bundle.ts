/** Offline bundles of a signed product, as the desk makes them and as an attacker would. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  BUNDLE_MANIFEST_NAME,
  bundleAudience,
  encodeChunkList,
  encodeKeySet,
  type Manifest,
  metadataFileName,
  type Offer,
  offlineDirectorIssuer,
  parseMetadata,
  type Release,
  signBundleManifest,
  targetFilePath,
} from '@fleetward/shared'
import { type BundlePart, writeBundle } from '../../packages/cli/src/desk/bundle-archive.ts'
import { ed25519Signer, type Signer } from './signed-messages.ts'
import { plausibleRelease, SignedProduct } from './signed-product.ts'
import { sha256 } from './slot-artifact.ts'

export const BUNDLE_PRODUCT = 'gateway'
const CHUNK_BYTES = 64 * 1024

export class BundledProduct {
  readonly signed = new SignedProduct()
  readonly artifact = randomBytes(3 * CHUNK_BYTES + 17)
  readonly director: Signer
  readonly stranger: Signer
  readonly release: Release
  readonly #trust: Uint8Array
  readonly #chunkList: Uint8Array

  private constructor(director: Signer, stranger: Signer, changes: Partial<Release>) {
    this.director = director
    this.stranger = stranger
    const plan = { ...plausibleRelease('security', '1.4.3', this.artifact), ...changes }
    const sha256s = []
    for (let at = 0; at < this.artifact.length; at += CHUNK_BYTES) {
      sha256s.push(sha256(this.artifact.subarray(at, at + CHUNK_BYTES)))
    }
    const { length } = this.artifact
    this.#chunkList = encodeChunkList({ size: CHUNK_BYTES, length, sha256s })
    const chunks = { ...plan.chunks, size: CHUNK_BYTES, sha256: sha256(this.#chunkList) }
    this.release = { ...plan, chunks }
    this.#trust = encodeKeySet([director.publicKey])
    this.signed.addFile('targets', 'trust/offline-director.jwks', this.#trust)
    this.signed.addFile('security', chunks.path, this.#chunkList)
    this.signed.addRelease(this.release, this.artifact)
    this.signed.publish()
  }

  static async make(changes: Partial<Release> = {}): Promise<BundledProduct> {
    return new BundledProduct(await ed25519Signer(), await ed25519Signer(), changes)
  }

  offer(changes: Partial<Offer> & { withdrawn?: never } = {}): Offer {
    const { path, version, kind, securityCounter, length, sha256 } = this.release
    return {
      rollout: 'bundle-1-4-3',
      attempt: 1,
      share: { salt: 'bundle', upTo: 10_000 },
      release: { path, version, kind, securityCounter, length, sha256 },
      policy: { apply: 'automatic', spread: 0, retryAfter: 0 },
      notice: { summary: 'Corrects the parser', severity: 'high', advisories: [] },
      ...changes,
    }
  }

  manifest(changes: Partial<Manifest> = {}): Manifest {
    const now = Math.floor(Date.now() / 1000)
    return {
      iss: offlineDirectorIssuer(BUNDLE_PRODUCT),
      aud: bundleAudience(BUNDLE_PRODUCT),
      iat: now,
      exp: now + 86_400,
      seq: now,
      offers: [this.offer()],
      ...changes,
    }
  }

  /** Every part as the desk writes it; the artifact last. */
  async parts(manifest: Manifest = this.manifest(), by: Signer = this.director) {
    const { signed, release } = this
    const token = await signBundleManifest(manifest, by)
    const metadata = (['timestamp', 'snapshot', 'targets', 'security'] as const).map((role) => {
      const content = signed.newest(role)
      const { version } = parseMetadata(role === 'security' ? 'targets' : role, content).signed
      const name = metadataFileName(role, role === 'timestamp' ? undefined : version)
      return { path: `metadata/${name}`, content }
    })
    return [
      { path: BUNDLE_MANIFEST_NAME, content: Buffer.from(token) },
      ...metadata,
      target('trust/offline-director.jwks', this.#trust),
      target(release.chunks.path, this.#chunkList),
      target(release.path, this.artifact),
    ]
  }
}

function target(path: string, content: Uint8Array) {
  return { path: `targets/${targetFilePath(path, sha256(content))}`, content }
}

export async function archiveOf(
  parts: readonly BundlePart[],
  product: string = BUNDLE_PRODUCT,
): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-bundle-'))
  try {
    const out = join(folder, 'test.fwbundle')
    await writeBundle(out, product, parts)
    return await readFile(out)
  } finally {
    await rm(folder, { recursive: true })
  }
}
