/**
 * Somebody hands over the dossier of a product and has changed it: what it says, what lies in it, who signed it, or the
 * zip itself, so that two programs see two dossiers. CRA P-026, P-137
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { encodeDossierManifest, type KeySet, parseDossierManifest } from '@fleetward/shared'
import { dossierEntries } from '../../packages/cli/src/dossier/dossier-zip.ts'
import { verifyDossier } from '../../packages/cli/src/dossier/verify-dossier.ts'
import { type RawEntry, type RawZip, rawZip } from '../support/raw-zip.ts'
import {
  DossierSigner,
  dossierBytes,
  dossierFile,
  dossierFiles,
  extractLines,
} from '../support/signed-dossier.ts'

const signer = new DossierSigner()
const MANIFEST = 'MANIFEST.json'
const SIGNATURE = 'MANIFEST.jws'
let folder: string
let keys: KeySet
/** As it was built, and its files as they can be packed again. */
let genuine: Buffer
let entries: readonly RawEntry[]

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetward-dossier-'))
  keys = await signer.keys()
  genuine = await dossierBytes(signer, await dossierFiles(signer))
  entries = await unpacked(genuine)
})
after(() => rm(folder, { recursive: true, force: true }))

async function verdict(bytes: Uint8Array, by = keys): Promise<string> {
  const path = join(folder, 'dossier.zip')
  await writeFile(path, bytes)
  try {
    const { manifest } = await verifyDossier(path, by)
    return `genuine, ${manifest.status}`
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}

async function unpacked(bytes: Uint8Array): Promise<readonly RawEntry[]> {
  const path = join(folder, 'unpacked.zip')
  await writeFile(path, bytes)
  const found: RawEntry[] = []
  for await (const { name, chunks } of dossierEntries(path)) {
    const parts: Uint8Array[] = []
    for await (const chunk of chunks()) parts.push(chunk)
    found.push({ name, bytes: Buffer.concat(parts) })
  }
  return found
}

const changed = (name: string, change: (entry: RawEntry) => Partial<RawEntry>) =>
  entries.map((entry) => (entry.name === name ? { ...entry, ...change(entry) } : entry))
const without = (name: string) => entries.filter((entry) => entry.name !== name)

/** The manifest that an attacker makes to fit, with the signature that there was or one of his own. */
async function withManifest(
  among: readonly RawEntry[],
  edit: (manifest: ReturnType<typeof parseDossierManifest>) => object,
  by: DossierSigner | undefined,
) {
  const manifest = parseDossierManifest(bytesOf(MANIFEST))
  const bytes = encodeDossierManifest({ ...manifest, ...edit(manifest) })
  const token = await by?.sign(createHash('sha256').update(bytes).digest('hex'))
  return among.map((entry) => {
    if (entry.name === MANIFEST) return { ...entry, bytes }
    if (entry.name === SIGNATURE && token !== undefined)
      return { ...entry, bytes: Buffer.from(token) }
    return entry
  })
}

function bytesOf(name: string): Uint8Array {
  const found = entries.find((entry) => entry.name === name)
  assert.ok(found, name)
  return found.bytes
}

test('the dossier as it was built is genuine, and packed again with the same files, too', async () => {
  assert.equal(await verdict(genuine), 'genuine, incomplete')
  assert.equal(await verdict(rawZip(entries)), 'genuine, incomplete')
  assert.equal(
    await verdict(rawZip(entries.map((one) => ({ ...one, isPacked: true })))),
    'genuine, incomplete',
  )
})

test('a changed byte in any file is refused', async () => {
  for (const { name } of entries) {
    const bytes = changed(name, (entry) => {
      const other = Buffer.from(entry.bytes)
      const middle = Math.floor(other.length / 2)
      other[middle] = (other[middle] ?? 0) ^ 1
      return { bytes: other }
    })
    const expected = name === SIGNATURE ? 'DOSSIER_SIGNATURE_INVALID' : 'DOSSIER_ALTERED'
    assert.equal(await verdict(rawZip(bytes)), expected, name)
  }
})

test('a file that was added, taken away, renamed or exchanged for another is refused', async () => {
  const added = [...entries, { name: 'product/other.json', bytes: Buffer.from('{}') }]
  assert.equal(await verdict(rawZip(added)), 'DOSSIER_ALTERED')
  for (const { name } of entries) {
    assert.equal(await verdict(rawZip(without(name))), 'DOSSIER_ALTERED', name)
    const renamed = changed(name, () => ({ name: 'product/renamed.json' }))
    assert.equal(await verdict(rawZip(renamed)), 'DOSSIER_ALTERED', name)
  }
  const [one, other] = [bytesOf('dossier.html'), bytesOf('product/facts.json')]
  const exchanged = entries.map((entry) => {
    if (entry.name === 'dossier.html') return { ...entry, bytes: other }
    return entry.name === 'product/facts.json' ? { ...entry, bytes: one } : entry
  })
  assert.equal(await verdict(rawZip(exchanged)), 'DOSSIER_ALTERED')
})

test('a manifest that was made to fit is refused, with the old signature and with one of another key', async () => {
  const stranger = new DossierSigner()
  const complete = () => ({ status: 'complete', gaps: [] })
  assert.equal(
    await verdict(rawZip(await withManifest(entries, complete, undefined))),
    'DOSSIER_ALTERED',
  )
  const signedAnew = await withManifest(entries, complete, stranger)
  assert.equal(await verdict(rawZip(signedAnew)), 'DOSSIER_SIGNATURE_INVALID')
  // Whoever names the stranger's key: the head of the audit log in it is still of the first one.
  assert.equal(await verdict(rawZip(signedAnew), await stranger.keys()), 'DOSSIER_ALTERED')
  assert.equal(await verdict(genuine, await stranger.keys()), 'DOSSIER_SIGNATURE_INVALID')
})

test('manifest and signature of another dossier of the same server do not fit', async () => {
  const files = [...(await dossierFiles(signer)), dossierFile('risks/register.json', '[]')]
  const later = await unpacked(await dossierBytes(signer, files, 2))
  const of = (name: string) => later.find((entry) => entry.name === name) ?? assert.fail(name)
  const mixed = entries.map((entry) =>
    entry.name === MANIFEST || entry.name === SIGNATURE ? of(entry.name) : entry,
  )
  assert.equal(await verdict(rawZip(mixed)), 'DOSSIER_ALTERED')
  const half = entries.map((entry) => (entry.name === SIGNATURE ? of(SIGNATURE) : entry))
  assert.equal(await verdict(rawZip(half)), 'DOSSIER_ALTERED')
  // Signed as the second, and says to be the first.
  const bytes = bytesOf(MANIFEST)
  const token = await signer.sign(createHash('sha256').update(bytes).digest('hex'), 2)
  const asOther = changed(SIGNATURE, () => ({ bytes: Buffer.from(token) }))
  assert.equal(await verdict(rawZip(asOther)), 'DOSSIER_ALTERED')
})

test('a signed head of the audit log is no signature of a dossier', async () => {
  const sha256 = createHash('sha256').update(bytesOf(MANIFEST)).digest('hex')
  const head = await signer.signHead(1, sha256)
  const asSignature = changed(SIGNATURE, () => ({ bytes: Buffer.from(head) }))
  assert.equal(await verdict(rawZip(asSignature)), 'DOSSIER_SIGNATURE_INVALID')
})

test('an extract of the audit log that is not chained is refused, even where the server signed it', async () => {
  const lines = await extractLines(signer)
  const [first = '', one = '', passed = '', two = '', head = ''] = lines
  const broken: Readonly<Record<string, readonly string[]>> = {
    'without what was passed over': [first, one, two, head],
    'without its first entry': [first, passed, two, head],
    'without its last entry': [first, one, passed, head],
    'with a changed entry': [first, one.replace('ada', 'eve'), passed, two, head],
    'in another order': [first, two, passed, one, head],
    'without the signed head': [first, one, passed, two],
    'of another product': [
      first.replace('lumen-gateway-g1', 'lumen-gateway-g2'),
      one,
      passed,
      two,
      head,
    ],
    'with a line that is none': [first, one, passed, two, 'nothing', head],
    'with a gap that goes backwards': [first, one, passed.replace('"to":2', '"to":1'), two, head],
    empty: [],
  }
  const others = (await dossierFiles(signer)).filter(({ path }) => !path.startsWith('audit/'))
  for (const [how, text] of Object.entries(broken)) {
    const extract = dossierFile('audit/extract.jsonl', text.map((line) => `${line}\n`).join(''))
    const bytes = await dossierBytes(signer, [...others, extract])
    assert.equal(await verdict(bytes), 'DOSSIER_ALTERED', how)
  }
})

/** APPNOTE 4.3.16, without a comment. */
const END_BYTES = 22

test('a zip that is not as ours are is refused, whatever its files say', async () => {
  const some = Buffer.from('somebody else reads this')
  const [head, ...rest] = entries
  assert.ok(head)
  const zeros = Buffer.alloc(64 * 1024 * 1024)
  const tricks: Readonly<Record<string, readonly [readonly RawEntry[], RawZip?]>> = {
    'bytes before it': [entries, { before: some }],
    'bytes behind it': [entries, { after: some }],
    'a comment': [entries, { comment: 'complete' }],
    'a comment of a file': [changed(head.name, () => ({ comment: 'complete' }))],
    'bytes between files': [changed('dossier.html', () => ({ gap: some }))],
    'a name twice': [[...entries, head]],
    'a name twice, the other one first': [[{ ...head, bytes: some }, ...entries]],
    'a manifest twice': [[...entries, { name: MANIFEST, bytes: some }]],
    'another name inside': [changed('dossier.html', () => ({ localName: 'dossier.htm' }))],
    'files that share bytes': [
      [head, { ...head, name: 'shared.json', sharesBytes: true }, ...rest],
    ],
    'a name that climbs': [[...entries, { name: '../escaped', bytes: some }]],
    'a name that climbs inside': [[...entries, { name: 'a/../../escaped', bytes: some }]],
    'an absolute name': [[...entries, { name: '/etc/passwd', bytes: some }]],
    'a name with a drive': [[...entries, { name: 'c:/windows', bytes: some }]],
    'a name with a backslash': [[...entries, { name: '..\\escaped', bytes: some }]],
    'a name in capitals': [[...entries, { name: 'DOSSIER.html', bytes: some }]],
    'a hidden name': [[...entries, { name: '.hidden', bytes: some }]],
    'a name with a null': [[...entries, { name: 'dossier.html\0.txt', bytes: some }]],
    'a folder': [[...entries, { name: 'folder/', bytes: Buffer.alloc(0) }]],
    'a link': [changed('dossier.html', () => ({ mode: 0o120_777 }))],
    'an encrypted file': [changed('dossier.html', () => ({ flags: 0x801 }))],
    'another method': [changed('dossier.html', () => ({ method: 12 }))],
    'a wrong checksum': [changed('dossier.html', () => ({ sum: 1 }))],
    'a wrong length': [changed('dossier.html', () => ({ length: 1, isPacked: true }))],
    'a bomb': [[...entries, { name: 'bomb.bin', bytes: zeros, isPacked: true }]],
    'a bomb that lies about its length': [
      [...entries, { name: 'bomb.bin', bytes: zeros, isPacked: true, length: 10 }],
    ],
  }
  for (const [trick, [files, more]] of Object.entries(tricks)) {
    // What no manifest lists, or lists with another length, is not even unpacked.
    const refused = /^DOSSIER_(ZIP_REFUSED|ALTERED)$/
    assert.match(String(await verdict(rawZip(files, more))), refused, trick)
  }
  // One reader finds the first of two directories by its offset, another the second by going back from the end.
  const endAt = genuine.length - END_BYTES
  const directory = genuine.subarray(genuine.readUInt32LE(endAt + 16), endAt)
  const twice = Buffer.concat([genuine.subarray(0, endAt), directory, genuine.subarray(endAt)])
  assert.equal(await verdict(twice), 'DOSSIER_ZIP_REFUSED', 'two directories')
  for (const end of [0, 10, 100, genuine.length - 1]) {
    assert.equal(
      await verdict(genuine.subarray(0, end)),
      'DOSSIER_ZIP_REFUSED',
      `cut off at ${end}`,
    )
  }
})

test('whatever bit is turned, the dossier is refused or says the same', async () => {
  for (let at = 0; at < genuine.length; at += 31) {
    const bytes = Buffer.from(genuine)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8))
    const seen = await verdict(bytes)
    assert.match(seen, /^(?:genuine, incomplete|DOSSIER_[A-Z_]+)$/, `byte ${at}`)
  }
})

test('the same contents are the same bytes, in whatever order they came and wherever it is built', async (t) => {
  const zone = process.env.TZ
  t.after(() => {
    if (zone === undefined) delete process.env.TZ
    else process.env.TZ = zone
  })
  const files = await dossierFiles(signer)
  for (const place of ['UTC', 'Pacific/Kiritimati', 'America/New_York']) {
    process.env.TZ = place
    assert.deepEqual(await dossierBytes(signer, files.toReversed()), genuine, place)
  }
  const other = [...files, dossierFile('z.txt', '')]
  assert.notDeepEqual(await dossierBytes(signer, other), genuine)
})

test('two files of one name, and names that no system keeps apart, are never written', async () => {
  const files = await dossierFiles(signer)
  for (const path of ['dossier.html', 'Dossier.html', '../x', 'a//b', '', 'MANIFEST.json']) {
    await assert.rejects(dossierBytes(signer, [...files, dossierFile(path, '')]), path)
  }
})
