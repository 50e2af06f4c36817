import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import zlib from 'node:zlib'
import { TrustError } from '@fleetward/shared'
import { Refusal } from '../refusal.ts'
import { buildArtifact } from './build-artifact.ts'
import { checkArtifact } from './check-artifact.ts'
import { encodeHeader } from './ustar.ts'

const temporary = await mkdtemp(join(tmpdir(), 'fleetward-artifact-'))
after(() => rm(temporary, { recursive: true, force: true }))

const FILES: readonly [path: string, content: string, mode: number][] = [
  ['service.js', 'process.exit(0)\n', 0o644],
  ['bin/tool', '#!/bin/sh\n', 0o755],
  ['node_modules/@scope/a+b/index.js', 'x'.repeat(100_000), 0o644],
  ['empty', '', 0o644],
  [`${'deep/'.repeat(30)}${'n'.repeat(90)}.js`, 'long path\n', 0o644],
]

async function folderWith(
  name: string,
  files: readonly (readonly [string, string, number])[],
): Promise<string> {
  const folder = join(temporary, name)
  for (const [path, content, mode] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
    await chmod(join(folder, path), mode)
  }
  return folder
}

const plan = (folder: string, out: string) => ({
  ...{ folder, product: 'lumen', version: '1.0.0' },
  ...{ start: ['serve'], selfTest: ['serve', '--test'] },
  out: join(temporary, out),
})

for (const format of ['tar.gz', 'tar.zst'] as const) {
  test(`the same files give the same ${format}, whatever their dates, order and other mode bits`, async () => {
    const first = await folderWith(`first-${format}`, FILES)
    const second = await folderWith(`second-${format}`, FILES.toReversed())
    await chmod(join(second, 'service.js'), 0o600)
    await chmod(join(second, 'bin/tool'), 0o700)
    await utimes(join(second, 'empty'), 1, 1)

    const a = await buildArtifact(plan(first, `a.${format}`))
    const b = await buildArtifact(plan(second, `b.${format}`))

    assert.equal(a.sha256, b.sha256)
    assert.deepEqual(await readFile(a.path), await readFile(b.path))
    assert.equal(a.installedSize, 100_000 + 16 + 10 + 10)
  })

  test(`a ${format} artifact is what it says it is, file by file`, async () => {
    const folder = await folderWith(`checked-${format}`, FILES)
    const { path } = await buildArtifact(plan(folder, `checked.${format}`))
    const listing = await checkArtifact(path, format)
    assert.equal(listing.version, '1.0.0')
    assert.deepEqual(
      listing.files.map((file) => [file.path, file.executable]),
      FILES.map(([name, , mode]) => [name, mode === 0o755] as const).toSorted(([x], [y]) =>
        x < y ? -1 : 1,
      ),
    )
  })
}

test('the gzip header names neither a time nor an operating system', async () => {
  const folder = await folderWith('header', [['a', 'a', 0o644]])
  const { path } = await buildArtifact(plan(folder, 'header.tar.gz'))
  assert.equal((await readFile(path)).subarray(0, 10).toString('hex'), '1f8b08000000000002ff')
})

test('other programs can read the archive', async () => {
  const folder = await folderWith('foreign', FILES)
  const { path } = await buildArtifact(plan(folder, 'foreign.tar.gz'))
  const names = execFileSync('tar', ['tzf', path], { encoding: 'utf8' }).trim().split('\n')
  assert.equal(names[0], 'fleetward-slot.json')
  assert.deepEqual(new Set(names.slice(1)), new Set(FILES.map(([name]) => name)))
})

test('a folder with a link is refused', async () => {
  const folder = await folderWith('link', [['a', 'a', 0o644]])
  await symlink('/etc/passwd', join(folder, 'b'))
  await assert.rejects(buildArtifact(plan(folder, 'link.tar.gz')), refused('FILE_KIND_FORBIDDEN'))
})

test('a file under the name of the listing is refused', async () => {
  const folder = await folderWith('name', [['fleetward-slot.json', '{}', 0o644]])
  await assert.rejects(buildArtifact(plan(folder, 'name.tar.gz')), refused('FILE_NAME_TAKEN'))
})

for (const [what, name] of [
  ['a space', 'a b'],
  ['a letter outside ASCII', 'ä'],
  ['a line feed', 'a\nb'],
  ['a segment too long for any ustar header', 'n'.repeat(101)],
]) {
  test(`a file name with ${what} is refused and leaves no artifact behind`, async () => {
    const folder = await folderWith(`forbidden-${what}`, [[name ?? '', 'x', 0o644]])
    const wanted = plan(folder, 'forbidden.tar.gz')
    await assert.rejects(buildArtifact(wanted), coded('ARTIFACT_ENTRY_FORBIDDEN'))
    await assert.rejects(readFile(wanted.out))
    await assert.rejects(readFile(`${wanted.out}.partial`))
  })
}

test('an empty folder and an unknown format are refused', async () => {
  await mkdir(join(temporary, 'nothing'))
  const nothing = plan(join(temporary, 'nothing'), 'x.tar.gz')
  await assert.rejects(buildArtifact(nothing), refused('FOLDER_EMPTY'))
  await assert.rejects(
    buildArtifact({ ...nothing, out: join(temporary, 'x.zip') }),
    refused('ARTIFACT_NAME_INVALID'),
  )
})

test('a damaged, lengthened, shortened or rewritten artifact is refused at the desk', async (t) => {
  const folder = await folderWith('attacked', [
    ['a', 'aaaa', 0o644],
    ['b', 'bbbb', 0o644],
  ])
  const { path } = await buildArtifact(plan(folder, 'attacked.tar.gz'))
  const tar = zlib.gunzipSync(await readFile(path))
  const headerOf = (name: string) => tar.indexOf(Buffer.from(`${name}\0\0\0\0`))
  const [a, b] = [headerOf('a'), headerOf('b')]
  const file = (name: string) =>
    Buffer.concat([
      encodeHeader({ path: name, length: 4, executable: false }),
      tar.subarray(a + 512, a + 1024),
    ])
  const withMode = (bytes: Uint8Array) => {
    const copy = Buffer.from(bytes)
    copy.write('0004755', a + 100, 'latin1')
    const header = copy.subarray(a, a + 512)
    header.fill(' ', 148, 156)
    const sum = header.reduce((total, byte) => total + byte, 0)
    copy.write(`${sum.toString(8).padStart(6, '0')}\0 `, a + 148, 'latin1')
    return copy
  }

  const cases: [string, Uint8Array, string][] = [
    ['another byte in a file', replaced(tar, a + 512, 'x'), 'DIGEST_MISMATCH'],
    [
      'a file more',
      Buffer.concat([tar.subarray(0, -1024), file('c'), Buffer.alloc(1024)]),
      'ARTIFACT_ENTRY_NOT_LISTED',
    ],
    [
      'a file less',
      Buffer.concat([tar.subarray(0, b), Buffer.alloc(1024)]),
      'ARTIFACT_ENTRY_MISSING',
    ],
    [
      'a file under another name',
      Buffer.concat([tar.subarray(0, b), file('c'), Buffer.alloc(1024)]),
      'ARTIFACT_ENTRY_NOT_LISTED',
    ],
    ['a set-user-id bit', withMode(tar), 'ARTIFACT_ENTRY_FORBIDDEN'],
    ['something after the end', Buffer.concat([tar, Buffer.from('more')]), 'ARTIFACT_INVALID'],
    ['something in the padding', replaced(tar, a + 512 + 100, 'x'), 'ARTIFACT_INVALID'],
    ['its end cut off', tar.subarray(0, -600), 'ARTIFACT_INVALID'],
    ['no listing', tar.subarray(a), 'ARTIFACT_INVALID'],
    ['a wrong header checksum', replaced(tar, a + 100, '1'), 'ARTIFACT_INVALID'],
  ]
  for (const [what, bytes, code] of cases) {
    await t.test(what, async () => {
      const attacked = join(temporary, 'attacked-copy.tar.gz')
      await writeFile(attacked, zlib.gzipSync(bytes))
      await assert.rejects(checkArtifact(attacked, 'tar.gz'), coded(code))
    })
  }
  await t.test('its compression cut off', async () => {
    const attacked = join(temporary, 'cut.tar.gz')
    await writeFile(attacked, (await readFile(path)).subarray(0, -40))
    await assert.rejects(checkArtifact(attacked, 'tar.gz'), coded('ARTIFACT_INVALID'))
  })
  await t.test('another format than its name says', async () => {
    await assert.rejects(checkArtifact(path, 'tar.zst'), coded('ARTIFACT_INVALID'))
  })
})

function replaced(bytes: Uint8Array, at: number, text: string): Uint8Array {
  const copy = Buffer.from(bytes)
  copy.write(text, at, 'latin1')
  return copy
}

const refused = (code: string) => (error: unknown) =>
  error instanceof Refusal && error.code === code
const coded = (code: string) => (error: unknown) =>
  error instanceof TrustError && error.code === code
