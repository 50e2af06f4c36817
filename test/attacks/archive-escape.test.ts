/**
 * Archive escape: an artifact, signed even, names files outside of the slot, or brings links and devices
 * through which later files leave it (threat model: node-tar's and tar-fs's links, SWUpdate's `../` names).
 */
import assert from 'node:assert/strict'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { type RawEntry, sha256, slotArtifact, text } from '../support/slot-artifact.ts'
import { SlotDevice } from '../support/slot-device.ts'

const FILES = [{ path: 'main.js', bytes: text('good') }]
const evil = text('evil')

/** The archive and the listing agree on the name, so nothing but the name speaks against it. */
const names = [
  '../escaped',
  '../../escaped',
  '../B-evil/escaped',
  'lib/../../escaped',
  '/tmp/fleetward-escaped',
  'C:\\escaped',
  '..\\escaped',
  'lib/./escaped',
  'lib//escaped',
  'escaped\0.js',
  `${'a/'.repeat(200)}escaped`,
]
for (const name of names) {
  test(`a signed artifact cannot write to ${JSON.stringify(name.slice(0, 40))}`, async () => {
    const device = await SlotDevice.create()
    try {
      const listed = { path: name, length: evil.length, sha256: sha256(evil), executable: false }
      const artifact = slotArtifact(
        { files: FILES },
        {
          listing: (listing) => ({ ...listing, files: [listed, ...listing.files] }),
          entries: (entries) => entries.toSpliced(1, 0, { name, bytes: evil }),
          release: { installedSize: 8 },
        },
      )
      await device.download(artifact)
      await assert.rejects(device.install(artifact.release), { name: 'TrustError' })
      assert.deepEqual(await device.strayFiles(), [])
      assert.equal(await device.contents(), undefined)
    } finally {
      await device.remove()
    }
  })
}

/** A member that is no file, under the name of a listed one. */
const members: [string, Partial<RawEntry>][] = [
  ['a symbolic link', { type: '2', linkName: '/etc' }],
  ['a hard link', { type: '1', linkName: '../../data' }],
  ['a folder', { type: '5' }],
  ['a device', { type: '3' }],
  ['a pipe', { type: '6' }],
  ['a pax header that renames the next file', { type: 'x', bytes: text('19 path=../escaped\n') }],
  ['a GNU long name for the next file', { type: 'L', bytes: text('../escaped\0') }],
]
for (const [what, member] of members) {
  test(`a signed artifact cannot bring ${what}`, async () => {
    const device = await SlotDevice.create()
    try {
      const artifact = slotArtifact(
        { files: FILES },
        { entries: (all) => all.toSpliced(1, 0, { name: 'main.js', ...member }) },
      )
      await device.download(artifact)
      await assert.rejects(device.install(artifact.release), { code: 'ARTIFACT_ENTRY_FORBIDDEN' })
      assert.deepEqual(await device.strayFiles(), [])
      assert.equal(await device.contents(), undefined)
    } finally {
      await device.remove()
    }
  })
}

test('a link that waits in the slot’s place is not followed', async () => {
  const device = await SlotDevice.create()
  try {
    const outside = join(device.folder, 'outside')
    await mkdir(outside)
    await writeFile(join(outside, 'main.js'), 'precious')
    await mkdir(device.slots, { recursive: true })
    await symlink(outside, join(device.slots, 'B'))
    const artifact = slotArtifact({ files: FILES })
    await device.download(artifact)
    await device.install(artifact.release)
    assert.equal(await readFile(join(outside, 'main.js'), 'utf8'), 'precious')
    assert.equal(await device.read('main.js'), 'good')
  } finally {
    await device.remove()
  }
})
