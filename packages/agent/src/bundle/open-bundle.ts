/**
 * Verifies a bundle as if each of its files had come over the network (protocol §14). TUF's expiry is measured at
 * the moment the offline director signed; that this moment is not long ago is checked first, that it is the
 * director's word right after.
 */
import { nodeVerifier } from '@fleetward/platform'
import {
  BUNDLE_LIFETIME_SECONDS,
  type BundledFile,
  bundleAudience,
  CLOCK_TOLERANCE_SECONDS,
  type InstallerKind,
  importKeySet,
  issuedAtOf,
  type Manifest,
  type Offer,
  requireAgreement,
  requireSuitable,
  TrustError,
  targetFilePath,
  type VerifiedRelease,
  verifyBundleManifest,
} from '@fleetward/shared'
import { TufReleases } from '../adapters/tuf-releases.ts'
import type { MetadataStore } from '../tuf/metadata-store.ts'
import type { ReleaseOrigin } from '../tuf/release-origin.ts'
import { TufClient } from '../tuf/tuf-client.ts'
import { type BundleFiles, bundledSource, manifestTokenOf } from './bundle-files.ts'

/** Where the device stands: what a release has to fit, on this path as on every other. */
export interface BundleDevice {
  readonly product: string
  readonly device: string
  readonly compatible: string
  readonly securityCounter: number
  /** What runs now. */
  readonly version: string
  /** How it installs: what a release must name. `slot-directory` when left out. */
  readonly installers?: readonly InstallerKind[] | undefined
  /** Seconds since 1970, never below the floor. */
  readonly now: number
}

export interface BundleTrust {
  /** The agent's own, shared with the network's client: what was once trusted is never taken back. */
  readonly store: MetadataStore
  readonly trustFolder: string
  readonly factoryRoot: Uint8Array
}

export interface VerifiedBundle {
  readonly manifest: Manifest
  readonly token: string
  readonly offer: Offer
  readonly release: VerifiedRelease
  /** Reads the bundle, not the network. */
  readonly releases: TufReleases
}

export interface OpenedBundle extends VerifiedBundle {
  readonly origin: BundleOrigin
}

/** Where the files come from that a bundle is verified by. */
export interface BundleOrigin extends ReleaseOrigin {
  readonly bundleToken: string
}

export async function openBundle(
  files: BundleFiles,
  device: BundleDevice,
  trust: BundleTrust,
): Promise<OpenedBundle> {
  if (files.product !== device.product) {
    const facts = { expected: device.product, seen: files.product }
    throw new TrustError('RELEASE_FOR_OTHER_PRODUCT', facts)
  }
  const origin = {
    metadata: bundledSource(files, 'metadata'),
    targets: bundledSource(files, 'targets'),
    bundleToken: manifestTokenOf(files),
  }
  const verified = await verifyBundle(origin, device, trust)
  requireArtifactOf(verified.release, files.artifact)
  return { ...verified, origin }
}

/** All but the artifact. */
export async function verifyBundle(
  { metadata, targets, bundleToken: token }: BundleOrigin,
  device: BundleDevice,
  { store, trustFolder, factoryRoot }: BundleTrust,
): Promise<VerifiedBundle> {
  const { product, now } = device
  const issuedAt = requireRecent(issuedAtOf(token), now)
  const client = new TufClient({
    store,
    source: metadata,
    verifier: nodeVerifier,
    now: () => issuedAt * 1000,
    factoryRoot,
  })
  const releases = new TufReleases({ client, targets, product, trustFolder })
  // Before a key is asked for: keys of metadata that does not verify any more must not count here.
  await releases.refresh()
  const manifest = await verifyBundleManifest(token, {
    keys: await importKeySet(await releases.trustFile('offline-director.jwks')),
    product,
    audiences: [bundleAudience(product), bundleAudience(product, device.device)],
    now,
  })
  const offer = requireOneOffer(manifest)
  const release = await releases.verify(offer.release.path)
  requireAgreement(offer, release)
  requireSuitable(release, device)
  return { manifest, token, offer, release, releases }
}

/** Not yet signed by anybody: only bounds how old the metadata may be that is looked at at all. */
function requireRecent(issuedAt: number, now: number): number {
  if (issuedAt > now + CLOCK_TOLERANCE_SECONDS) {
    throw new TrustError('TOKEN_NOT_YET_VALID', { iat: issuedAt, now })
  }
  if (issuedAt < now - BUNDLE_LIFETIME_SECONDS) {
    throw new TrustError('TOKEN_EXPIRED', { iat: issuedAt, now })
  }
  return issuedAt
}

function requireOneOffer({ offers }: Manifest): Offer {
  const [offer, ...others] = offers
  if (offer !== undefined && !offer.withdrawn && others.length === 0) return offer
  throw new TrustError('MANIFEST_INVALID', { field: 'offers', expected: 'one offer in a bundle' })
}

/** Under its consistent name (protocol §9.1); nothing else may take its place. */
function requireArtifactOf({ path, length, sha256 }: VerifiedRelease, seen: BundledFile): void {
  const expected = `targets/${targetFilePath(path, sha256)}`
  if (seen.path === expected && seen.length === length && seen.sha256 === sha256) return
  throw new TrustError('BUNDLE_INVALID', { expected, seen: seen.path.slice(0, 200) })
}
