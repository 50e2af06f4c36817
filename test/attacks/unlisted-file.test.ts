/**
 * Unlisted file: an artifact carries a file that its listing does not name, or a digest that is empty and
 * taken for "nothing to check" (threat model: Mender CVE-2025-67903). Listing and archive are one set, or nothing.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { slotArtifact, type Tampering, text } from '../support/slot-artifact.ts'
import { SlotDevice } from '../support/slot-device.ts'

const FILES = [
  { path: 'lib/app.js', bytes: text('app') },
  { path: 'main.js', bytes: text('main') },
]
const evil = { name: 'lib/evil.js', bytes: text('evil') }

const sha256As = (value: unknown): Tampering => ({
  listing: (listing) => ({
    ...listing,
    files: listing.files.map((file) => ({ ...file, sha256: value as string })),
  }),
})

const attacks: [string, Tampering, string][] = [
  ['an extra file at the end', { entries: (all) => [...all, evil] }, 'ARTIFACT_ENTRY_NOT_LISTED'],
  [
    'an extra file in between',
    { entries: (all) => all.toSpliced(2, 0, evil) },
    'ARTIFACT_ENTRY_NOT_LISTED',
  ],
  [
    'an extra file before the listing',
    { entries: (all) => [evil, ...all] },
    'ARTIFACT_ENTRY_MISSING',
  ],
  [
    'an extra file in place of a listed one',
    { entries: (all) => all.with(2, evil) },
    'ARTIFACT_ENTRY_NOT_LISTED',
  ],
  ['a missing file', { entries: (all) => all.slice(0, 2) }, 'ARTIFACT_ENTRY_MISSING'],
  [
    'a file twice, the second time with other bytes',
    { entries: (all) => [...all, { name: 'main.js', bytes: text('evil') }] },
    'ARTIFACT_INVALID',
  ],
  [
    'a listed file with other bytes',
    { entries: (all) => all.with(2, { name: 'main.js', bytes: text('evil') }) },
    'DIGEST_MISMATCH',
  ],
  [
    'a listed file that became executable',
    { entries: (all) => all.with(2, { name: 'main.js', bytes: text('main'), mode: '0000755' }) },
    'LENGTH_MISMATCH',
  ],
  [
    'a second listing',
    { entries: (all) => [...all, ...all.slice(0, 1)] },
    'ARTIFACT_ENTRY_NOT_LISTED',
  ],
  ['no listing', { entries: (all) => all.slice(1) }, 'ARTIFACT_ENTRY_MISSING'],
  ['an empty digest', sha256As(''), 'ARTIFACT_INVALID'],
  ['a null digest', sha256As(null), 'ARTIFACT_INVALID'],
  ['a digest in another spelling', sha256As('A'.repeat(64)), 'ARTIFACT_INVALID'],
  ['a list of digests', sha256As([]), 'ARTIFACT_INVALID'],
  [
    'a listing that lists itself',
    {
      listing: (l) => ({
        ...l,
        files: [
          { path: 'fleetward-slot.json', length: 1, sha256: '0'.repeat(64), executable: false },
          ...l.files,
        ],
      }),
    },
    'ARTIFACT_ENTRY_FORBIDDEN',
  ],
  [
    'a field that nobody knows',
    { listing: (l) => ({ ...l, preinstall: ['sh', '-c', 'evil'] }) },
    'ARTIFACT_INVALID',
  ],
]
for (const [what, tampering, code] of attacks) {
  test(`an artifact with ${what} is refused and nothing of it boots`, async () => {
    const device = await SlotDevice.create()
    try {
      const artifact = slotArtifact({ files: FILES }, tampering)
      await device.download(artifact)
      await assert.rejects(device.install(artifact.release), { code })
      assert.equal(await device.contents(), undefined)
    } finally {
      await device.remove()
    }
  })
}
