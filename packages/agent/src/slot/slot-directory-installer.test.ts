import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  type SlotArtifact,
  type SlotPlan,
  slotArtifact,
  type Tampering,
  type TestFile,
  text,
} from '../../../../test/support/slot-artifact.ts'
import type { SlotName } from '../ports.ts'
import { artifactPath } from '../transfer/partial-artifact.ts'
import { installFactorySlot } from './factory-slot.ts'
import { SlotDirectoryInstaller } from './slot-directory-installer.ts'

let scratch: string
before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'fleetward-slot-'))
})
after(() => rm(scratch, { recursive: true }))

const BIG = randomBytes(700_000)
const FILES: TestFile[] = [
  { path: 'main.js', bytes: text('console.log("gateway")') },
  { path: 'self-test.js', bytes: text('process.exit(0)') },
  { path: 'bin/run', bytes: text('#!/bin/sh\n'), executable: true },
  { path: 'lib/deep/er/data.bin', bytes: BIG },
  { path: 'lib/empty', bytes: text('') },
]

interface Device {
  readonly installer: SlotDirectoryInstaller
  readonly slots: string
  readonly downloads: string
  install(artifact: SlotArtifact, slot?: SlotName): Promise<void>
}

async function device(booted: SlotName = 'A'): Promise<Device> {
  const folder = await mkdtemp(join(scratch, 'device-'))
  const slots = join(folder, 'slots')
  const downloads = join(folder, 'download')
  await mkdir(downloads)
  const installer = new SlotDirectoryInstaller({
    slotsFolder: slots,
    downloadFolder: downloads,
    bootedSlot: async () => booted,
  })
  return {
    installer,
    slots,
    downloads,
    async install({ bytes, release }, slot = 'B') {
      await writeFile(artifactPath(downloads, release.sha256), bytes)
      await installer.write(release, slot, { signal: new AbortController().signal })
    },
  }
}

const good = (plan: Partial<SlotPlan> = {}, tampering: Tampering = {}) =>
  slotArtifact({ files: FILES, ...plan }, tampering)

for (const format of ['tar.gz', 'tar.zst'] as const) {
  test(`installs exactly the listed files from ${format}`, async () => {
    const { install, installer, slots } = await device()
    await install(good({ format }))
    for (const { path, bytes, executable = false } of FILES) {
      assert.ok((await readFile(join(slots, 'B', path))).equals(bytes), path)
      const { mode } = await lstat(join(slots, 'B', path))
      assert.equal(mode & 0o7777, executable ? 0o755 : 0o644, path)
    }
    const all = await readdir(join(slots, 'B'), { recursive: true, withFileTypes: true })
    assert.equal(all.filter((entry) => entry.isFile()).length, FILES.length + 1)
    assert.deepEqual(await installer.contents('B'), {
      version: '1.4.3',
      securityCounter: 2,
      folder: join(slots, 'B'),
      start: ['node', 'main.js'],
      selfTest: ['node', 'self-test.js'],
    })
    assert.equal(await installer.contents('A'), undefined)
  })
}

test('removes what the slot held before', async () => {
  const { install, installer, slots } = await device()
  await install(good({ version: '1.4.3', files: [{ path: 'old.js', bytes: text('old') }] }))
  await install(good({ version: '1.4.4' }))
  await assert.rejects(lstat(join(slots, 'B', 'old.js')), { code: 'ENOENT' })
  assert.equal((await installer.contents('B'))?.version, '1.4.4')
})

test('installing the same release again ends the same', async () => {
  const { install, installer } = await device()
  await install(good())
  await install(good())
  assert.equal((await installer.contents('B'))?.version, '1.4.3')
})

test('never writes the slot that runs', async () => {
  const { install, installer } = await device('B')
  await assert.rejects(install(good(), 'B'), { code: 'SLOT_WRITE_FAILED' })
  await install(good(), 'A')
  assert.equal((await installer.contents('A'))?.version, '1.4.3')
})

test('a slot whose artifact is refused is not bootable any more', async () => {
  const { install, installer } = await device()
  await install(good())
  const bad = good({ version: '1.4.4' }, { entries: (entries) => entries.slice(0, -1) })
  await assert.rejects(install(bad), { code: 'ARTIFACT_ENTRY_MISSING' })
  assert.equal(await installer.contents('B'), undefined)
})

test('stops being bootable before anything else of the slot changes', async () => {
  const { install, installer, slots, downloads } = await device()
  await install(good())
  const { release } = good({ version: '1.4.4' })
  // Cut off before the first byte of the artifact is read: it is not there.
  await rm(artifactPath(downloads, release.sha256), { force: true })
  const { signal } = new AbortController()
  await assert.rejects(installer.write(release, 'B', { signal }), { code: 'SLOT_WRITE_FAILED' })
  await assert.rejects(lstat(join(slots, 'B.json')), { code: 'ENOENT' })
})

test('an abort leaves a slot that is not bootable', async () => {
  const { installer, downloads } = await device()
  const { release, bytes } = good()
  await writeFile(artifactPath(downloads, release.sha256), bytes)
  const signal = AbortSignal.abort(new Error('withdrawn'))
  await assert.rejects(installer.write(release, 'B', { signal }))
  assert.equal(await installer.contents('B'), undefined)
})

const file = FILES[0] as TestFile
const refusals: [string, SlotArtifact, string][] = [
  [
    'a file other than listed',
    good(
      {},
      {
        entries: (all) =>
          all.with(2, { ...all[2], name: 'lib/deep/er/data.bin', bytes: BIG.toReversed() }),
      },
    ),
    'DIGEST_MISMATCH',
  ],
  [
    'another length than listed',
    good(
      {},
      {
        listing: (l) => ({ ...l, files: l.files.map((f) => ({ ...f, length: f.length + 1 })) }),
        release: {
          installedSize:
            BIG.length +
            5 +
            FILES.reduce((sum, f) => sum + (f === FILES[3] ? 0 : f.bytes.length), 0),
        },
      },
    ),
    'LENGTH_MISMATCH',
  ],
  [
    'another mode than listed',
    good({}, { entries: (all) => all.with(1, { ...all[1], name: 'bin/run', mode: '0000644' }) }),
    'LENGTH_MISMATCH',
  ],
  ['no listing', good({}, { entries: (all) => all.slice(1) }), 'ARTIFACT_ENTRY_MISSING'],
  [
    'a listing that is not the first',
    good({}, { entries: (all) => [...all.slice(1), ...all.slice(0, 1)] }),
    'ARTIFACT_ENTRY_MISSING',
  ],
  [
    'a listing of another product',
    good({}, { listing: (l) => ({ ...l, product: 'other' }) }),
    'ARTIFACT_INVALID',
  ],
  [
    'a listing of another version',
    good({}, { listing: (l) => ({ ...l, version: '1.4.2' }) }),
    'ARTIFACT_INVALID',
  ],
  ['a listing of another size', good({}, { release: { installedSize: 5 } }), 'ARTIFACT_INVALID'],
  [
    'files in another order',
    good(
      {},
      { entries: (all) => [all[0], all[2], all[1], ...all.slice(3)].flatMap((e) => e ?? []) },
    ),
    'ARTIFACT_ENTRY_MISSING',
  ],
  ['a file twice', good({}, { entries: (all) => [...all, ...all.slice(-1)] }), 'ARTIFACT_INVALID'],
  [
    'a listing twice',
    good({}, { entries: (all) => [...all.slice(0, 1), ...all] }),
    'ARTIFACT_ENTRY_NOT_LISTED',
  ],
  [
    'an empty digest in the listing',
    good({}, { listing: (l) => ({ ...l, files: l.files.map((f) => ({ ...f, sha256: '' })) }) }),
    'ARTIFACT_INVALID',
  ],
  [
    'no digest in the listing',
    good({}, { listing: (l) => ({ ...l, files: l.files.map(({ sha256: _, ...f }) => f) }) }),
    'ARTIFACT_INVALID',
  ],
  [
    'bytes that are no gzip',
    good({}, { artifact: () => Buffer.from('no gzip') }),
    'ARTIFACT_INVALID',
  ],
  [
    'a gzip that is cut off',
    good({}, { artifact: (gz) => gz.subarray(0, -20) }),
    'ARTIFACT_INVALID',
  ],
  [
    'a zstd that is cut off',
    good({ format: 'tar.zst' }, { artifact: (z) => z.subarray(0, -20) }),
    'ARTIFACT_INVALID',
  ],
  [
    'a format that is not the signed one',
    good({ format: 'tar.gz' }, { release: { format: 'tar.zst' } }),
    'ARTIFACT_INVALID',
  ],
  [
    'a format nobody knows',
    good({}, { release: { format: 'tar.br' } }),
    'RELEASE_FORMAT_UNSUPPORTED',
  ],
  [
    'an installer nobody knows',
    good({}, { release: { installer: 'raw-image' } }),
    'RELEASE_FORMAT_UNSUPPORTED',
  ],
]
for (const [what, artifact, code] of refusals) {
  test(`refuses ${what}`, async () => {
    const { install, installer } = await device()
    await assert.rejects(install(artifact), { code })
    assert.equal(await installer.contents('B'), undefined)
  })
}

test('writes nothing behind a file that is wrong', async () => {
  const { install, slots } = await device()
  const bad = good(
    {},
    { entries: (all) => all.with(1, { ...all[1], name: 'bin/run', bytes: text('#!/bin/ls\n') }) },
  )
  await assert.rejects(install(bad), { code: 'DIGEST_MISMATCH' })
  await assert.rejects(lstat(join(slots, 'B', 'lib')), { code: 'ENOENT' })
})

test('a listing that is not the one that was installed makes the slot unbootable', async () => {
  const { install, installer, slots } = await device()
  await install(good())
  const path = join(slots, 'B', 'fleetward-slot.json')
  const listing = (await readFile(path, 'utf8')).replace('self-test.js"]', 'always-ok.js"]')
  assert.ok(listing.includes('always-ok.js'))
  await writeFile(path, listing)
  assert.equal(await installer.contents('B'), undefined)
})

/** What can happen to a slot behind the agent's back. */
const damages: [string, (slots: string) => Promise<void>][] = [
  ['a missing file', (slots) => rm(join(slots, 'B', file.path))],
  ['a shorter file', (slots) => writeFile(join(slots, 'B', file.path), 'x')],
  ['a lost mode', (slots) => chmod(join(slots, 'B', 'bin/run'), 0o644)],
  ['another listing', (slots) => writeFile(join(slots, 'B', 'fleetward-slot.json'), '{}')],
  ['a missing listing', (slots) => rm(join(slots, 'B', 'fleetward-slot.json'))],
  ['a torn record', (slots) => writeFile(join(slots, 'B.json'), '{"release":')],
  ['an empty record', (slots) => writeFile(join(slots, 'B.json'), '')],
  ['no record', (slots) => rm(join(slots, 'B.json'))],
  ['no folder', (slots) => rm(join(slots, 'B'), { recursive: true })],
]
for (const [what, damage] of damages) {
  test(`a slot with ${what} is not bootable`, async () => {
    const { install, installer, slots } = await device()
    await install(good())
    await damage(slots)
    assert.equal(await installer.contents('B'), undefined)
  })
}

test('a slot folder that is a link is replaced, what it points to is left alone', async () => {
  const { install, slots } = await device()
  const victim = await mkdtemp(join(scratch, 'victim-'))
  await writeFile(join(victim, 'precious'), 'precious')
  await mkdir(slots)
  await symlink(victim, join(slots, 'B'))
  await install(good())
  assert.deepEqual(await readdir(victim), ['precious'])
  assert.ok((await lstat(join(slots, 'B'))).isDirectory())
})

test('the factory fills slot A through the same checks', async () => {
  const { installer, slots } = await device()
  const { bytes } = good({ version: '1.4.2' })
  const artifact = join(scratch, 'factory.tar.gz')
  await writeFile(artifact, bytes)
  const factory = { artifactPath: artifact, slotsFolder: slots, product: 'lumen-g1' }
  await installFactorySlot({ ...factory, version: '1.4.2', securityCounter: 1 })
  const contents = await installer.contents('A')
  assert.equal(contents?.version, '1.4.2')
  assert.equal(contents?.securityCounter, 1)

  await assert.rejects(installFactorySlot({ ...factory, version: '1.4.3', securityCounter: 1 }), {
    code: 'ARTIFACT_INVALID',
  })
  assert.equal(await installer.contents('A'), undefined)
})
