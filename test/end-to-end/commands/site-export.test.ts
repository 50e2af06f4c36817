/**
 * `fleetward site export` before a real public listener: nothing but what strangers get, the same bytes again, whole or
 * not there, and never in place of what it did not write. CRA P-025, L-07
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { runHere } from '../../../packages/cli/test/run-here.ts'
import { PRODUCT } from '../../../packages/server/test/support/desk.ts'
import { endings } from '../../../packages/server/test/support/edge-under-test.ts'
import { PDF, PublicSite } from '../../../packages/server/test/support/public-site.ts'

const MAIN = join(import.meta.dirname, '../../../packages/cli/src/main.ts')
const ended = endings()
let site: PublicSite
let folder: string
const at = (name: string) => join(folder, name)
const ca = () => join(site.server.folder, 'ca', 'server-ca.pem')

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetward-site-'))
  ended.after(() => rm(folder, { recursive: true, force: true }))
  site = await PublicSite.open(ended, { at: new Date() })
  await site.sign(PDF)
  await site.done(site.declare({ isPublic: true }))
})
after(() => ended.endAll())

const words = (out: string, ...more: readonly string[]) => [
  ...['--json', 'site', 'export', '--out', at(out), '--public-url', site.origin],
  ...['--server-ca', ca(), ...more],
]

const exported = (out: string, ...more: readonly string[]) => run(words(out, ...more))

const run = (command: readonly string[]) => runHere(command, { now: () => site.server.clock.now() })

/** Every file below, with its bytes. */
async function contentOf(out: string): Promise<ReadonlyMap<string, Buffer>> {
  const entries = await readdir(at(out), { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const paths = files.map(({ parentPath, name }) => join(parentPath, name)).toSorted()
  const start = at(out).length + 1
  return new Map(
    await Promise.all(
      paths.map(async (path) => [path.slice(start), await readFile(path)] as const),
    ),
  )
}

const hidden = async () => (await readdir(folder)).filter((name) => name.startsWith('.'))

test('the folder holds pages in every language, advisories, security.txt and hashes, and twice the same bytes', async () => {
  const { exitCode, json } = await exported('first')
  assert.equal(exitCode, 0, JSON.stringify(json))
  assert.ok(Date.parse(json.securityTextUntil) > site.server.clock.at.getTime())
  const first = await contentOf('first')
  for (const file of [
    ...['index.html', 'de/index.html', 'fr/security/report/index.html', 'security/style.css'],
    ...[`products/${PRODUCT}/information/index.html`, `products/${PRODUCT}/downloads/SHA256SUMS`],
    ...[`products/${PRODUCT}/declaration.pdf`, `de/products/${PRODUCT}/declaration/index.html`],
    ...['.well-known/security.txt', '.well-known/csaf/provider-metadata.json'],
    ...['advisories/atom.xml', `de/advisories/${site.advisory}/index.html`],
  ]) {
    assert.ok(first.has(file), file)
  }
  assert.equal(first.size, json.files + 1)
  const manifest = JSON.parse(first.get('fleetward-site.json')?.toString() ?? '')
  for (const { file, sha256 } of manifest.files) {
    const bytes = first.get(file) ?? Buffer.alloc(0)
    assert.equal(createHash('sha256').update(bytes).digest('hex'), sha256, file)
  }
  // What is no page is what the listener answers, to the byte.
  const year = site.server.clock.at.getUTCFullYear()
  const csaf = `.well-known/csaf/white/${year}/${site.advisory.toLowerCase()}.json`
  assert.equal(first.get(csaf)?.toString(), (await site.read(`/${csaf}`)).text)

  await exported('second')
  assert.deepEqual(await contentOf('second'), first)
  await exported('first')
  assert.deepEqual(await contentOf('first'), first)
  assert.deepEqual(await hidden(), [])
})

test('no page asks for anything that a server would have to take, and none has a script', async () => {
  const pages = [...(await contentOf('first'))].filter(([file]) => file.endsWith('.html'))
  assert.ok(pages.length > 30)
  for (const [file, bytes] of pages) {
    assert.doesNotMatch(bytes.toString(), /<(form|input|textarea|button|script|iframe|img)\b/, file)
  }
  const report = (await contentOf('first')).get('de/security/report/index.html')?.toString() ?? ''
  assert.match(report, /ohne Formular[\s\S]*href="mailto:security@lumen\.example"/)
})

test('a draft, a withdrawn release and a declaration that nobody released are not in it', async () => {
  const secret = 'A draft that nobody has published'
  const draft = await site.site.call('POST', '', {
    ...{ title: secret, summary: 'x', impact: 'x', action: 'x' },
  })
  assert.equal(draft.status, 201)
  await site.done(site.server.of('POST', '/releases/1.4.2/withdraw', {}))
  await site.done(site.declare({ isPublic: false }))
  await exported('less', '--with-artifacts')
  const files = await contentOf('less')
  const all = [...files].map(([file, bytes]) => `${file}\n${bytes.toString('latin1')}`).join('\n')
  assert.equal(all.includes(secret), false)
  assert.equal(/"release-1\.4\.2"| {2}1\.4\.2-firmware/.test(all), false)
  assert.equal(
    [...files.keys()].some((file) => file.includes('declaration')),
    false,
  )
  await site.done(site.declare({ isPublic: true }))
})

test('with artifacts the page links to files beside it, each with the bytes of its hash', async () => {
  const { exitCode } = await exported('whole', '--with-artifacts')
  assert.equal(exitCode, 0)
  const files = await contentOf('whole')
  const artifacts = [...files].filter(([file]) => file.startsWith('tuf/'))
  assert.equal(artifacts.length, 1)
  for (const [file, bytes] of artifacts) {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    assert.ok(file.includes(`/${sha256}.`), file)
    const sums = files.get(`products/${PRODUCT}/downloads/SHA256SUMS`)?.toString() ?? ''
    assert.ok(sums.includes(sha256))
    const page = files.get(`products/${PRODUCT}/downloads/index.html`)?.toString() ?? ''
    assert.ok(page.includes(`href="../../../${file}"`), page)
  }
  const without = (await contentOf('first')).get(`products/${PRODUCT}/downloads/index.html`)
  assert.match(without?.toString() ?? '', /href="https:\/\/updates\.lumen\.example\/tuf\//)
})

test('a folder that holds anything else is left as it is', async () => {
  const refused = async (name: string) => {
    const before = await readdir(at(name), { recursive: true }).catch(() => undefined)
    const { exitCode, json } = await exported(name)
    assert.deepEqual([exitCode, json.error.code], [1, 'SITE_FOLDER_NOT_OURS'], name)
    assert.deepEqual(await readdir(at(name), { recursive: true }).catch(() => undefined), before)
  }
  await mkdir(at('letters'))
  await writeFile(at('letters/to-mother.txt'), 'dear')
  await refused('letters')
  // A stranger's file in a folder of ours.
  await writeFile(at('second/notes.txt'), 'mine')
  await refused('second')
  await writeFile(at('a-file'), 'x')
  await refused('a-file')
  await symlink(at('first'), at('a-link'))
  await refused('a-link')
  await mkdir(at('forged'))
  await writeFile(at('forged/fleetward-site.json'), '{"format":"fleetward-site-export/1"}')
  await writeFile(at('forged/keep.txt'), 'x')
  await refused('forged')
  assert.deepEqual(await hidden(), [])
  await mkdir(at('empty'))
  assert.equal((await exported('empty')).exitCode, 0)
})

test('an export that is killed leaves the folder before it, and the next one clears up', async () => {
  const before = await contentOf('first')
  const fresh = at('.first.fleetward-new')
  const killedAfter = async (files: number) => {
    // Whose files are counted has to be clear.
    await rm(fresh, { recursive: true, force: true })
    const killed = spawn(process.execPath, [MAIN, ...words('first').slice(1)], { stdio: 'ignore' })
    await grown(killed, fresh, files)
    killed.kill('SIGKILL')
    await once(killed, 'exit')
    assert.deepEqual(await contentOf('first'), before)
    assert.deepEqual(await hidden(), ['.first.fleetward-new'])
  }
  for (const files of [3, 15, 27, 39]) await killedAfter(files)
  // Power was lost between the two renames: what was there before is the only whole one.
  await rename(at('first'), at('.first.fleetward-former'))
  await killedAfter(3)
  const { exitCode } = await exported('first')
  assert.equal(exitCode, 0)
  assert.ok((await contentOf('first')).has('index.html'))
  assert.deepEqual(await hidden(), [])
})

/** Until there are so many files; the process writes one after the other. */
async function grown(of: ChildProcess, path: string, count: number): Promise<void> {
  while (of.exitCode === null) {
    const found = await readdir(path, { recursive: true }).catch(() => [])
    if (found.length >= count) return
    await new Promise((resolve) => setImmediate(resolve))
  }
  assert.fail('it ended before it was killed')
}

test('who cannot be verified, or is no such server, gets nothing into a folder', async () => {
  // The certificate is of the server's own authority, which nobody named.
  const stranger = ['--json', 'site', 'export', '--out', at('no-ca'), '--public-url', site.origin]
  const other = await run(stranger)
  assert.deepEqual([other.exitCode, other.json.error.code], [1, 'SERVER_UNREACHABLE'])
  assert.match(other.json.error.message, /certificate/)
  const plain = await exported('plain', '--public-url', 'http://127.0.0.1:1')
  assert.deepEqual([plain.exitCode, plain.json.error.code], [2, 'PUBLIC_URL_INVALID'])
  const silent = await exported('silent', '--public-url', 'https://127.0.0.1:1')
  assert.deepEqual([silent.exitCode, silent.json.error.code], [1, 'SERVER_UNREACHABLE'])
  const names = await readdir(folder)
  assert.equal(
    names.some((name) => /no-ca|plain|silent/.test(name)),
    false,
  )
})
