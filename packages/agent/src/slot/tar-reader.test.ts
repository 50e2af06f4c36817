import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  END_OF_ARCHIVE,
  type RawEntry,
  tarEntry,
  tarOf,
  text,
} from '../../../../test/support/slot-artifact.ts'
import { TarReader } from './tar-reader.ts'

interface ReadFile {
  readonly path: string
  readonly executable: boolean
  readonly bytes: string
}

/** Reads an archive that arrives in pieces of this size. */
function readAll(tar: Buffer, pieceBytes = tar.length): ReadFile[] {
  const reader = new TarReader()
  const files: { path: string; executable: boolean; blocks: Buffer[]; ended: boolean }[] = []
  for (let at = 0; at < tar.length; at += pieceBytes) {
    for (const part of reader.read(tar.subarray(at, at + pieceBytes))) {
      const file = files.at(-1)
      if (part.kind === 'entry') {
        const { path, executable } = part.entry
        files.push({ path, executable, blocks: [], ended: false })
      } else if (part.kind === 'data') file?.blocks.push(Buffer.from(part.bytes))
      else if (file !== undefined) file.ended = true
    }
  }
  reader.end()
  assert.ok(files.every(({ ended }) => ended))
  return files.map(({ path, executable, blocks }) => ({
    path,
    executable,
    bytes: Buffer.concat(blocks).toString('latin1'),
  }))
}

test('reads every archive of plain files, however it arrives', () => {
  const file = fc.record({
    path: fc.stringMatching(/^[a-z0-9]{1,40}(\/[a-z0-9]{1,40}){0,2}$/),
    executable: fc.boolean(),
    bytes: fc.uint8Array({ maxLength: 1500 }),
  })
  fc.assert(
    fc.property(
      fc.array(file, { maxLength: 5 }),
      fc.integer({ min: 1, max: 2000 }),
      (files, size) => {
        const entries = files.map(({ path, executable, bytes }) => ({
          ...named(path),
          bytes,
          mode: executable ? '0000755' : '0000644',
        }))
        const expected = files.map(({ path, executable, bytes }) => ({
          path,
          executable,
          bytes: Buffer.from(bytes).toString('latin1'),
        }))
        assert.deepEqual(readAll(tarOf(entries), size), expected)
      },
    ),
    { numRuns: 60 },
  )
})

/** The name alone while it fits; ustar's prefix before it otherwise. */
function named(path: string): { name: string; prefix?: string } {
  if (path.length <= 100) return { name: path }
  const slash = path.indexOf('/')
  return { prefix: path.slice(0, slash), name: path.slice(slash + 1) }
}

test('reads what the tar of this machine writes, and so does it what we write', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fleetward-tar-'))
  try {
    const archive = join(folder, 'a.tar')
    writeFileSync(archive, tarOf([{ name: 'lib/app.js', bytes: text('hello') }]))
    assert.equal(execFileSync('tar', ['-xOf', archive, 'lib/app.js']).toString(), 'hello')

    writeFileSync(join(folder, 'app.js'), 'hello', { mode: 0o644 })
    const options = ['--format=ustar', '--owner=0', '--group=0', '--numeric-owner', '--mtime=@0']
    execFileSync('tar', [...options, '--mode=0644', '-b1', '-C', folder, '-cf', archive, 'app.js'])
    const tar = readFileSync(archive)
    // GNU tar writes zeros as digits into the device numbers, which a slot artifact leaves empty.
    assert.throws(() => readAll(tar), { code: 'ARTIFACT_ENTRY_FORBIDDEN' })
    const bent = tarEntry({ name: 'app.js', bytes: text('hello') })
    assert.deepEqual(tar.subarray(512, 1024), bent.subarray(512, 1024))
  } finally {
    rmSync(folder, { recursive: true })
  }
})

const plain: RawEntry = { name: 'app.js', bytes: text('hello') }
const write = (value: string, at: number) => (header: Buffer) => {
  header.write(value, at, 'latin1')
}

const forbidden: [string, Partial<RawEntry>][] = [
  ['a path that climbs out', { name: '../app.js' }],
  ['a path that climbs out further in', { name: 'lib/../../app.js' }],
  ['an absolute path', { name: '/etc/passwd' }],
  ['a path through its own folder', { name: './app.js' }],
  ['an empty segment', { name: 'lib//app.js' }],
  ['a trailing slash', { name: 'lib/' }],
  ['a backslash', { name: 'lib\\app.js' }],
  ['a drive', { name: 'C:app.js' }],
  ['a blank', { name: 'app .js' }],
  ['a line break', { name: 'app\n.js' }],
  ['a letter outside of ASCII', { name: 'äpp.js' }],
  ['a climbing prefix', { prefix: '..' }],
  ['an absolute prefix', { prefix: '/etc' }],
  ['a hard link', { type: '1', linkName: 'x' }],
  ['a symbolic link', { type: '2', linkName: '/etc/passwd' }],
  ['a character device', { type: '3' }],
  ['a block device', { type: '4' }],
  ['a folder', { type: '5' }],
  ['a pipe', { type: '6' }],
  ['a contiguous file', { type: '7' }],
  ['a pax header', { type: 'x' }],
  ['a global pax header', { type: 'g' }],
  ['a GNU long name', { type: 'L' }],
  ['a GNU long link', { type: 'K' }],
  ['a GNU sparse file', { type: 'S' }],
  ['the old spelling of a regular file', { type: '\0' }],
  ['a link name on a regular file', { linkName: '/etc/passwd' }],
  ['set-user-id', { mode: '0004755' }],
  ['set-group-id', { mode: '0002755' }],
  ['the sticky bit', { mode: '0001644' }],
  ['a file that everybody may write', { mode: '0000666' }],
  ['an owner', { bend: write('0000001', 108) }],
  ['a group', { bend: write('0000001', 116) }],
  ['a time', { bend: write('00000000001', 136) }],
  ['a user name', { bend: write('root', 265) }],
  ['a group name', { bend: write('root', 297) }],
  ['a device number', { bend: write('0000001', 329) }],
  ['bytes behind the last field', { bend: write('x', 511) }],
]
for (const [what, change] of forbidden) {
  test(`refuses ${what}`, () => {
    assert.throws(() => readAll(tarOf([{ ...plain, ...change }])), {
      code: 'ARTIFACT_ENTRY_FORBIDDEN',
    })
  })
}

const malformed: [string, Buffer][] = [
  ['a wrong checksum', tarOf([{ ...plain, checksum: '000001\0 ' }])],
  ['another format', tarOf([{ ...plain, bend: write('ustar  \0', 257) }])],
  [
    'an old archive without format',
    tarOf([{ ...plain, bend: (header) => header.fill(0, 257, 265) }]),
  ],
  ['a name that goes on behind its end', tarOf([{ ...plain, bend: write('x', 50) }])],
  ['a size that is no number', tarOf([{ ...plain, size: '0000000000z' }])],
  ['a size with a sign', tarOf([{ ...plain, size: '-0000000005' }])],
  ['a size in base 256', tarOf([{ ...plain, bend: (header) => header.writeUInt8(0x80, 124) }])],
  ['padding that is not zero', tarOf([{ ...plain, padding: 1 }])],
  ['data after the end', Buffer.concat([tarOf([plain]), Buffer.of(0)])],
  ['another file after the end', Buffer.concat([tarOf([plain]), tarOf([plain])])],
  [
    'one block of zeros in between',
    Buffer.concat([tarEntry(plain), Buffer.alloc(512), tarOf([plain])]),
  ],
  ['only one block of zeros at the end', tarOf([plain]).subarray(0, -512)],
  ['no end', tarEntry(plain)],
  ['an end in the middle of a file', tarEntry(plain).subarray(0, 514)],
  ['an end in the middle of a header', tarEntry(plain).subarray(0, 100)],
  ['nothing at all', Buffer.alloc(0)],
  ['garbage', Buffer.alloc(1024, 0x41)],
]
for (const [what, tar] of malformed) {
  test(`refuses ${what}`, () => {
    assert.throws(() => readAll(tar), { code: 'ARTIFACT_INVALID' })
  })
}

test('an archive with nothing in it is an archive', () => {
  assert.deepEqual(readAll(END_OF_ARCHIVE), [])
})

test('a changed header is either refused or means the same file', () => {
  const good = tarOf([plain])
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 511 }), fc.integer({ min: 0, max: 255 }), (at, byte) => {
      const bent = Buffer.from(good)
      bent[at] = byte
      if (bent.equals(good)) return
      assert.throws(() => readAll(bent), { name: 'TrustError' })
    }),
    { numRuns: 2000 },
  )
})
