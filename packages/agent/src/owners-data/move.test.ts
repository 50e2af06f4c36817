/** An export of one device, brought into another: CRA P-100, P-f0 (data that was changed on its way). */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, afterEach, beforeEach, describe, test } from 'node:test'
import { type Json, RequestError } from '@fleetward/shared'
import type { OwnersChoices } from '../core/owners-choices.ts'
import { encryptAge } from './age/age-file.ts'
import { exportedArchive } from './export-archive.ts'
import { findImportPlan, ImportDesk } from './import-desk.ts'
import type { OwnersDataSettings } from './owners-data-settings.ts'
import { StagedFiles } from './staged-files.ts'
import { USTAR_END, ustarHeader, ustarPadding } from './ustar-writer.ts'

const hasAge = spawnSync('age', ['--version']).status === 0
const keys = hasAge
  ? execFileSync('age-keygen', { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  : ''
const recipient = /age1[a-z0-9]+/.exec(keys)?.[0] ?? ''
const identity = /AGE-SECRET-KEY-1[A-Z0-9]+/.exec(keys)?.[0] ?? ''
const SECRET = 'a-token-that-must-stay'
const OWNER: OwnersChoices = {
  ...{ security: 'ask', notify: false, optedOutUntil: 'forever', optedOutSince: 7 },
  window: { weekdays: [6, 7], from: '22:00', to: '05:00', timeZone: 'Europe/Berlin' },
  postponed: { path: 'security/1.2.3/a', until: 99 },
}

const scratch = await mkdtemp(join(tmpdir(), 'fleetward-move-'))
after(() => rm(scratch, { recursive: true }))

async function* once(bytes: Uint8Array) {
  yield bytes
}
const encrypted = async (tar: AsyncIterable<Uint8Array>) =>
  Buffer.concat(await Array.fromAsync(encryptAge(tar, { recipient })))

async function write(folder: string, files: Readonly<Record<string, string>>) {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
}

interface Part {
  readonly name: string
  readonly text: string
  readonly path?: string
  /** In the archive, but not in the manifest. */
  readonly isUnlisted?: boolean
  /** In the manifest, in place of the real one. */
  readonly sha256?: string
}

/** An archive that somebody made with care, and with one thing wrong. */
function forged(parts: readonly Part[], changes: object = {}, edit = (tar: Buffer) => tar) {
  const entries = parts
    .filter(({ isUnlisted }) => isUnlisted !== true)
    .map(({ name, path, text, sha256 }) => ({
      ...{ name, length: Buffer.byteLength(text) },
      ...(path === undefined ? {} : { path }),
      sha256: sha256 ?? createHash('sha256').update(text).digest('hex'),
    }))
  const manifest = {
    ...{ format: 'fleetward-export/1', product: 'lumen', agent: '0.1.0', createdAt: 1 },
    ...{ sections: ['settings', 'data'], roots: ['photos'], entries, ...changes },
  }
  const all = [...parts, { name: 'manifest.json', text: JSON.stringify(manifest) }]
  const blocks = all.flatMap(({ name, text }) => {
    const bytes = Buffer.from(text)
    return [ustarHeader(name, bytes.length), bytes, ustarPadding(bytes.length)]
  })
  return encrypted(once(edit(Buffer.concat([...blocks, USTAR_END]))))
}

describe('an export', { skip: !hasAge }, () => {
  let from = ''
  let to = ''
  let owner: OwnersChoices
  let desk: ImportDesk
  const exported = ['photos', 'config.json', 'not-there']
  const settingsOf = (folder: string): OwnersDataSettings => ({
    ...{ folder: join(folder, 'product'), method: 'plain', exported },
    ...{ luksDevice: undefined, recreateCommand: undefined },
  })

  beforeEach(async () => {
    from = await mkdtemp(join(scratch, 'from-'))
    to = await mkdtemp(join(scratch, 'to-'))
    await write(from, {
      'identity/key.pem': SECRET,
      'product/token': SECRET,
      'product/photos/2026/Übung 1.jpg': 'picture',
      'product/photos/b.jpg': 'p'.repeat(300_000),
      'product/config.json': '{"a":1}',
    })
    await symlink(join(from, 'identity/key.pem'), join(from, 'product/photos/link'))
    await write(to, {
      'product/photos/old.jpg': 'old',
      'product/config.json': '{"a":2}',
      'product/own': 'own',
    })
    owner = { functionality: 'automatic', approved: { path: 'functionality/9.9.9/x' } }
    desk = new ImportDesk({
      ...{ dataFolder: to, product: 'lumen', ownersData: settingsOf(to) },
      owner: () => owner,
    })
  })
  afterEach(async () => {
    for (const folder of [from, to]) await rm(folder, { recursive: true })
  })

  const skipped: string[] = []
  const exportOf = (folder: string, ofOwner: OwnersChoices) =>
    encrypted(
      exportedArchive(
        {
          ...{ product: 'lumen', agent: '0.1.0', now: 1000, owner: ofOwner },
          ...{ folder: join(folder, 'product'), exported },
          logLines: async function* () {
            yield '{"seq":1}'
          },
          onSkipped: (path) => void skipped.push(path),
        },
        ['settings', 'data', 'log'],
      ),
    )
  const by = { identity }
  const untouched = async () => {
    assert.deepEqual((await readdir(join(to, 'product'))).sort(), ['config.json', 'own', 'photos'])
    assert.equal(await readFile(join(to, 'product/config.json'), 'utf8'), '{"a":2}')
    assert.deepEqual(await readdir(join(to, 'product/photos')), ['old.jpg'])
    assert.ok(!existsSync(join(to, 'import')), 'no copy is left behind')
  }

  test('brings files and settings to another device, and says before what would change', async () => {
    const archive = await exportOf(from, OWNER)
    const preview = await desk.preview(once(archive), by)
    assert.deepEqual(preview.data, {
      ...{ files: 3, added: 2, changed: 1, removed: 1, bytes: 300_014 },
      roots: ['photos', 'config.json'],
    })
    assert.deepEqual(preview.settings.security, { from: null, to: 'ask' })
    assert.deepEqual(preview.settings.functionality, { from: 'automatic', to: null })
    await untouched()

    await desk.stage(once(archive), by)
    const plan = await findImportPlan(to)
    const { postponed: _, ...movable } = OWNER
    assert.deepEqual(plan?.settings, movable as unknown as Json)
    const staged = new StagedFiles(join(to, 'product'))
    await staged.apply(plan?.roots ?? [])
    await staged.apply(plan?.roots ?? [])
    await staged.remove()
    assert.deepEqual((await readdir(join(to, 'product'))).sort(), ['config.json', 'own', 'photos'])
    assert.equal(await readFile(join(to, 'product/photos/2026/Übung 1.jpg'), 'utf8'), 'picture')
    assert.ok(!existsSync(join(to, 'product/photos/old.jpg')))
  })

  test('is a tar that an owner opens with age, and holds no secret', async () => {
    const archive = await exportOf(from, OWNER)
    const key = join(from, 'owner.key')
    await writeFile(key, identity)
    const tar = execFileSync('age', ['-d', '-i', key], { input: archive, maxBuffer: 1 << 21 })
    assert.ok(!tar.includes(SECRET))
    const names = execFileSync('tar', ['-t'], { input: tar, encoding: 'utf8' }).split('\n')
    const readable = names.filter((name) => !name.startsWith('data-renamed/'))
    assert.deepEqual(readable, [
      ...['settings.json', 'data/photos/b.jpg', 'data/config.json', 'log.jsonl'],
      ...['manifest.json', ''],
    ])
    assert.ok(skipped.includes('photos/link') && skipped.includes('not-there'))
  })

  const photo = { name: 'data/photos/a', path: 'photos/a', text: 'x' }
  const hostile: readonly (readonly [string, () => Promise<Buffer>])[] = [
    ['of another product', () => forged([photo], { product: 'other' })],
    ['of a newer format', () => forged([photo], { format: 'fleetward-export/2' })],
    [
      'with a file that the manifest does not list',
      () => forged([photo, { name: 'data/b', text: 'y', isUnlisted: true }]),
    ],
    ['with a changed file', () => forged([{ ...photo, sha256: 'a'.repeat(64) }])],
    ['with a way out', () => forged([{ ...photo, path: 'photos/../../identity/key.pem' }])],
    [
      'with an absolute path',
      () => forged([{ ...photo, path: '/etc/passwd' }], { roots: ['/etc'] }),
    ],
    ['with a backslash', () => forged([{ ...photo, path: 'photos\\a' }], { roots: ['photos\\a'] })],
    [
      'with a root that this device does not take',
      () => forged([{ ...photo, path: 'token' }], { roots: ['token'] }),
    ],
    ['with a file outside of its roots', () => forged([{ ...photo, path: 'config.json' }])],
    ['with one path twice', () => forged([photo, { ...photo, name: 'data/photos/b' }])],
    ['with one entry twice', () => forged([photo, { ...photo, path: 'photos/b' }])],
    [
      'with a file where a folder is',
      () => forged([photo, { ...photo, name: 'data/x', path: 'photos/a/b' }]),
    ],
    ['with an entry name that leads out', () => forged([{ ...photo, name: 'data/../a' }])],
    ['with an entry of an unknown kind', () => forged([{ name: 'identity/key.pem', text: 'k' }])],
    [
      'with a setting that is none',
      () => forged([{ name: 'settings.json', text: '{"securityCounter":1}' }], { roots: [] }),
    ],
    [
      'with an approval',
      () => forged([{ name: 'settings.json', text: '{"approved":{"path":"a"}}' }], { roots: [] }),
    ],
    [
      'without a manifest',
      async () => encrypted(once(Buffer.concat([ustarHeader('settings.json', 0), USTAR_END]))),
    ],
    ['with a link', () => forged([photo], {}, retyped('2'))],
    ['with a device', () => forged([photo], {}, retyped('3'))],
    ['with a folder', () => forged([photo], {}, retyped('5'))],
    ['that promises more than it has', () => forged([photo], {}, (tar) => tar.subarray(0, 1024))],
    ['that is a bomb', async () => encrypted(once(ustarHeader('data/a', 8 ** 11 - 1)))],
    ['that is no archive', async () => Buffer.from('PK\u0003\u0004')],
    ['that is cut off', async () => (await exportOf(from, OWNER)).subarray(0, -1)],
  ]
  for (const [what, make] of hostile) {
    test(`${what} is refused before anything is written`, async () => {
      const archive = await make()
      const isRefused = (error: unknown) =>
        error instanceof RequestError && error.code === 'ARCHIVE_INVALID'
      await assert.rejects(desk.stage(once(archive), by), isRefused)
      await untouched()
    })
  }

  test('is opened by nobody without its key', async () => {
    const archive = await exportOf(from, OWNER)
    await assert.rejects(desk.stage(once(archive), { passphrase: 'guess' }), {
      code: 'PASSPHRASE_WRONG',
    })
    await untouched()
  })
})

/** The type of the first entry, with its checksum as it has to be. */
const retyped = (type: string) => (tar: Buffer) => {
  tar[156] = type.charCodeAt(0)
  tar.write('        ', 148, 'latin1')
  const sum = tar.subarray(0, 512).reduce((total, byte) => total + byte, 0)
  tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return tar
}
