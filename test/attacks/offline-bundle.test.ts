/**
 * Whoever can put a stick into a device, or hand one to its owner, brings a bundle of their own making: nothing is
 * kept of one that the manufacturer and the offline director have not both signed. CRA P-128: a tampered
 * or older bundle is refused on the way without a network as on every other.
 */
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, before, beforeEach, test } from 'node:test'
import { BUNDLE_LIFETIME_SECONDS, bundleAudience, type Manifest } from '@fleetward/shared'
import type { TufReleases } from '../../packages/agent/src/adapters/tuf-releases.ts'
import { BundleIntake } from '../../packages/agent/src/bundle/bundle-intake.ts'
import { BundleShelf } from '../../packages/agent/src/bundle/bundle-shelf.ts'
import { BundledReleases } from '../../packages/agent/src/bundle/bundled-releases.ts'
import { type AgentRecord, firstRecord } from '../../packages/agent/src/core/agent-record.ts'
import { FileMetadataStore } from '../../packages/agent/src/tuf/file-metadata-store.ts'
import { withCode } from '../support/signed-messages.ts'
import { tarEntry, tarOf } from '../support/slot-artifact.ts'
import { archiveOf, BUNDLE_PRODUCT, BundledProduct } from '../support/test-bundle.ts'

const DAY = 86_400
const now = Math.floor(Date.now() / 1000)

let product: BundledProduct
let folder: string
let accepted: Manifest[]
let record: AgentRecord

before(async () => {
  product = await BundledProduct.make()
})
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetward-bundled-'))
  for (const name of ['tuf', 'trust']) await mkdir(join(folder, name))
  accepted = []
  record = firstRecord('homes', 7, 0)
})
afterEach(() => rm(folder, { recursive: true }))

function intake({
  compatible = 'gateway-v2',
  trusted = product,
  version = '1.4.2',
} = {}): BundleIntake {
  return new BundleIntake({
    run: {
      ...{ record, version, now: () => now },
      acceptManifest: async (manifest) => void accepted.push(manifest),
    },
    shelf: new BundleShelf(folder),
    // The network is not there: nothing may ask it.
    releases: new BundledReleases({} as TufReleases),
    trust: {
      store: new FileMetadataStore(join(folder, 'tuf')),
      trustFolder: join(folder, 'trust'),
      factoryRoot: trusted.signed.newest('root'),
    },
    log: { write: () => {} },
    device: { product: BUNDLE_PRODUCT, device: 'G1-0001', compatible },
  })
}

/** In pieces that end nowhere in particular. */
async function* inPieces(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 10_007) yield bytes.subarray(at, at + 10_007)
}

async function refuses(
  archive: Buffer | Promise<Buffer>,
  code: string,
  by: BundleIntake = intake(),
): Promise<void> {
  await assert.rejects(by.take(inPieces(await archive)), withCode(code))
  assert.deepEqual(accepted, [])
  const kept = (await readdir(folder)).filter((name) => name.startsWith('bundle'))
  assert.deepEqual(kept, [], 'nothing of it stays')
}

const bundle = async (manifest: Partial<Manifest>) =>
  archiveOf(await product.parts(product.manifest(manifest)))

test('a bundle that both have signed is taken, and found again after a boot', async () => {
  const taken = await intake().take(inPieces(await bundle({})))
  assert.deepEqual(taken, { path: product.release.path, version: '1.4.3' })
  assert.equal(accepted.length, 1)
  const shelf = new BundleShelf(folder)
  assert.equal(await shelf.hasArtifact(product.release.sha256), true)

  await intake().resume()
  assert.deepEqual(accepted[1], accepted[0])
})

test('one for this device alone is taken by it, and by no other', async () => {
  const aud = bundleAudience(BUNDLE_PRODUCT, 'G1-0001')
  await intake().take(inPieces(await bundle({ aud })))
  accepted = []
  await rm(join(folder, 'bundle'), { recursive: true })
  await refuses(bundle({ aud: bundleAudience(BUNDLE_PRODUCT, 'G1-0002') }), 'TOKEN_AUDIENCE_WRONG')
})

for (const [what, manifest, code] of [
  [
    'of another product’s director',
    { iss: 'fleetward:other:offline-director' },
    'TOKEN_ISSUER_WRONG',
  ],
  ['of the online director’s name', { iss: 'fleetward:gateway:director' }, 'TOKEN_ISSUER_WRONG'],
  ['for a cohort', { aud: 'gateway/cohorts/homes' }, 'TOKEN_AUDIENCE_WRONG'],
  ['whose time is over', { iat: now - 2 * DAY, exp: now - DAY, seq: now - DAY }, 'TOKEN_EXPIRED'],
  [
    'that was made too long ago',
    { iat: now - BUNDLE_LIFETIME_SECONDS - 60, exp: now - 60, seq: 1 },
    'TOKEN_EXPIRED',
  ],
  ['from the future', { iat: now + DAY, exp: now + 2 * DAY }, 'TOKEN_NOT_YET_VALID'],
  ['without an offer', { offers: [] }, 'MANIFEST_INVALID'],
] as const) {
  test(`a bundle ${what} is refused`, () => refuses(bundle(manifest as Partial<Manifest>), code))
}

test('a bundle whose director nobody has put under trust/ is refused', async () => {
  const parts = await product.parts(product.manifest(), product.stranger)
  await refuses(archiveOf(parts), 'TOKEN_KEY_UNKNOWN')
})

test('a bundle that offers other properties than the release keys signed is refused', async () => {
  const offer = product.offer()
  const offers = [{ ...offer, release: { ...offer.release, securityCounter: 9 } }]
  await refuses(bundle({ offers }), 'MANIFEST_OVERRIDES_RELEASE')
})

test('a bundle below the committed security counter is refused', async () => {
  record = firstRecord('homes', 8, 0)
  await refuses(bundle({}), 'SECURITY_COUNTER_DECREASED')
})

test('a bundle for other hardware is refused', () =>
  refuses(bundle({}), 'RELEASE_INCOMPATIBLE', intake({ compatible: 'gateway-v1' })))

test('a bundle of another product is refused', async () =>
  refuses(archiveOf(await product.parts(), 'other'), 'RELEASE_FOR_OTHER_PRODUCT'))

test('a bundle under another root is refused', async () => {
  const other = await BundledProduct.make()
  await refuses(bundle({}), 'THRESHOLD_NOT_MET', intake({ trusted: other }))
})

test('an older bundle that comes back is refused as a replay', async () => {
  const newer = product.manifest()
  record = {
    ...record,
    audiences: [{ audience: newer.aud, seq: newer.seq + 1, digest: '0'.repeat(64) }],
  }
  await refuses(bundle({}), 'SEQUENCE_REPLAYED')
})

test('a bundle whose metadata is older than what the device knows is refused', async () => {
  const renewed = await BundledProduct.make()
  const before = await renewed.parts()
  renewed.signed.publish()
  const by = intake({ trusted: renewed })
  await by.take(inPieces(await archiveOf(await renewed.parts())))
  accepted = []
  await rm(join(folder, 'bundle'), { recursive: true })
  await refuses(archiveOf(before), 'VERSION_DECREASED', intake({ trusted: renewed }))
})

test('an artifact that was changed leaves nothing behind', async () => {
  const parts = await product.parts()
  const artifact = Buffer.from(parts.at(-1)?.content ?? [])
  artifact[100_000] = (artifact[100_000] ?? 0) ^ 1
  const changed = parts.map((part, at) =>
    at === parts.length - 1 ? { ...part, content: artifact } : part,
  )
  // With an index that knows the change, the name no longer is that of the release.
  await refuses(archiveOf(changed), 'BUNDLE_INVALID')
  // With the index of the right one, a chunk is wrong.
  const right = await archiveOf(parts)
  right[right.indexOf(product.artifact) + 100_000] = (artifact[100_000] ?? 0) ^ 0
  await refuses(right, 'DIGEST_MISMATCH')
})

test('a bundle that a power cut left half taken is no bundle, and costs no room', async () => {
  await intake().take(inPieces(await bundle({})))
  await rename(join(folder, 'bundle'), join(folder, 'bundle.new'))
  accepted = []
  await intake().resume()
  assert.deepEqual(accepted, [])
  assert.deepEqual((await readdir(folder)).sort(), ['trust', 'tuf'])
})

test('a stick that stays in is not copied at every boot, once what it brought runs', async () => {
  const archive = await bundle({})
  await intake().take(inPieces(archive))
  // Nobody gets as far as the artifact.
  const beginning = inPieces(archive.subarray(0, archive.indexOf(product.artifact)))
  await intake({ version: '1.4.3' }).take(beginning, { unlessInstalled: true })
  assert.equal(accepted.length, 1)

  const toBeInstalled = intake().take(inPieces(archive), { unlessInstalled: true })
  assert.equal((await toBeInstalled).version, '1.4.3')
  assert.equal(accepted.length, 2)
})

test('an archive that goes on behind its index, stops before it, or leaves its folder is refused', async () => {
  const whole = await bundle({})
  const entry = tarEntry({ name: 'extra', bytes: Buffer.from('x') })
  await refuses(
    Buffer.concat([whole.subarray(0, -1024), entry, Buffer.alloc(1024)]),
    'BUNDLE_INVALID',
  )
  await refuses(whole.subarray(0, -1024), 'ARTIFACT_INVALID')
  await refuses(whole.subarray(0, whole.length / 2), 'ARTIFACT_INVALID')
  await refuses(tarOf([{ name: '../escape', bytes: Buffer.from('x') }]), 'ARTIFACT_ENTRY_FORBIDDEN')
  await refuses(tarOf([{ name: 'manifest.jws', bytes: Buffer.from('x') }]), 'BUNDLE_INVALID')
  for (const path of ['elsewhere/file', 'metadata/../../file']) {
    const parts = await product.parts()
    await assert.rejects(archiveOf([...parts, { path, content: Buffer.from('x') }]))
  }
})
