/** What a person or a machine can get wrong at the desk: a code, a next step, and nothing lost. */
import assert from 'node:assert/strict'
import { appendFile, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { type Ended, PRODUCT, sbomOf, TestDesk } from './test-desk.ts'

/** Signed repository, nothing released. Copied by every test that changes it. */
const base = await TestDesk.make()
after(() => base.remove())
await base.generate('root-1', 'root-2', 'root-3', 'sec', 'fun', 'eve')
await base.init(await base.writeServerKeys())
await base.signAll()

interface Failed {
  readonly error: { code: string; message: string; next: string; facts: Record<string, unknown> }
}

async function deskFor(t: TestContext): Promise<TestDesk> {
  const desk = await base.copy()
  t.after(() => desk.remove())
  return desk
}

function requireRefused(ended: Ended, code: string, exitCode = 1): Failed['error'] {
  const { error } = ended.json<Failed>()
  assert.equal(error.code, code, ended.stdout)
  assert.equal(ended.exitCode, exitCode)
  assert.ok(error.next.length > 10, 'it says what to do next')
  return error
}

const drafts = (desk: TestDesk) => readdir(join(desk.desk, 'drafts', PRODUCT))
const signRelease = (desk: TestDesk, ...more: string[]) =>
  desk.run(
    'release',
    'sign',
    '--product',
    PRODUCT,
    '--passphrase-file',
    desk.passphraseFile,
    '--yes',
    ...more,
  )

test('a wrong passphrase signs nothing', async (t) => {
  const desk = await deskFor(t)
  await desk.create()
  const wrong = join(desk.folder, 'wrong')
  await writeFile(wrong, 'not the passphrase\n', { mode: 0o600 })
  const draft = join(desk.desk, 'drafts', PRODUCT, '2.security.json')
  const before = await readFile(draft)
  const args = ['--product', PRODUCT, '--key', 'sec', '--passphrase-file', wrong, '--yes']
  requireRefused(await desk.run('release', 'sign', ...args), 'WRONG_PASSPHRASE')
  assert.deepEqual(await readFile(draft), before)
})

test('factory settings that devices would refuse are never drafted (CRA P-047)', async (t) => {
  const desk = await deskFor(t)
  const file = join(desk.folder, 'factory-settings.json')
  await writeFile(file, '{ "page": { "localNetwrk": false } }')
  const renew = ['repository', 'renew', '--product', PRODUCT, '--role', 'targets']
  const ended = await desk.run(...renew, '--factory-settings', file)
  const { facts } = requireRefused(ended, 'FACTORY_SETTINGS_INVALID')
  assert.equal(facts.field, 'page.localNetwrk')
  assert.deepEqual(await drafts(desk), [])
  requireRefused(await desk.run('factory', 'settings', file), 'FACTORY_SETTINGS_INVALID')

  await writeFile(file, '{ "page": { "localNetwork": true }, "model": "G1" }')
  const { differences } = (await desk.run('factory', 'settings', file)).json()
  assert.deepEqual(differences, [{ setting: 'page.localNetwork', secure: false, here: true }])
  assert.equal((await desk.run(...renew, '--factory-settings', file)).exitCode, 0)
})

test('a key without authority cannot sign, and no passphrase is asked for', async (t) => {
  const desk = await deskFor(t)
  await desk.create()
  const ended = await desk.run('release', 'sign', '--product', PRODUCT, '--key', 'eve', '--yes')
  requireRefused(ended, 'KEY_WITHOUT_AUTHORITY')
})

test('a private key under the name of another one is noticed', async (t) => {
  const desk = await deskFor(t)
  await desk.create()
  const eve = await readFile(join(desk.desk, 'keys', 'eve.key.pem'))
  await writeFile(join(desk.desk, 'keys', 'sec.key.pem'), eve)
  requireRefused(await signRelease(desk, '--key', 'sec'), 'KEY_FILES_DISAGREE')
})

// CRA P-107: the SBOM among them.
for (const file of ['lumen-1.4.3.tar.gz', 'lumen-1.4.3.tar.gz.chunks.json', 'sbom.cdx.json']) {
  test(`${file} changed after it was drafted is not signed`, async (t) => {
    const desk = await deskFor(t)
    await desk.create()
    const path = join(desk.desk, 'repository', PRODUCT, 'files/security/1.4.3', file)
    await appendFile(path, '\n')
    const { facts } = requireRefused(await signRelease(desk, '--key', 'sec'), 'FILE_CHANGED')
    assert.equal(facts.path, `security/1.4.3/${file}`)
    await rm(path)
    requireRefused(await signRelease(desk, '--key', 'sec'), 'FILE_MISSING')
  })
}

test('the artifact can change outside the desk: what was drafted is the copy', async (t) => {
  const desk = await deskFor(t)
  await desk.create()
  await desk.writeArtifact('1.4.3', 'process.exit(1)\n')
  assert.equal((await signRelease(desk, '--key', 'sec')).exitCode, 0)
})

// CRA P-105
test('an SBOM that is broken drafts nothing', async (t) => {
  const desk = await deskFor(t)
  await writeFile(join(desk.folder, 'sbom.cdx.json'), '{"spdxVersion":"SPDX-2.3"}')
  requireRefused(await desk.create(), 'SBOM_INVALID')
  assert.deepEqual(await drafts(desk), [])
})

// CRA P-106
test('an SBOM that falls short is a warning, and with the profile bsi drafts nothing', async (t) => {
  const desk = await deskFor(t)
  requireRefused(await desk.create('--sbom-profile', 'bsi'), 'SBOM_FALLS_SHORT')
  assert.deepEqual(await drafts(desk), [])
  const sbom = JSON.parse(sbomOf('1.4.3'))
  await writeFile(
    join(desk.folder, 'sbom.cdx.json'),
    JSON.stringify({ ...sbom, components: [], dependencies: [] }),
  )
  const { warnings } = (await desk.create()).json<{ warnings: string[] }>()
  assert.match(warnings.join(), /falls short of basic \(components\)/)
})

test('an artifact of another product or version drafts nothing and leaves no copy', async (t) => {
  const desk = await deskFor(t)
  const artifact = await desk.writeArtifact('1.4.9')
  requireRefused(await desk.create('--artifact', artifact), 'ARTIFACT_OF_OTHER_RELEASE')
  await writeFile(artifact, 'no archive at all')
  requireRefused(await desk.create('--artifact', artifact), 'ARTIFACT_INVALID')
  assert.deepEqual(await drafts(desk), [])
  const files = await readdir(join(desk.desk, 'repository', PRODUCT, 'files'), { recursive: true })
  assert.ok(!files.some((name) => name.endsWith('.tar.gz')))
})

test('a second draft of a role is refused until the first is thrown away in so many words', async (t) => {
  const desk = await deskFor(t)
  await desk.create()
  requireRefused(await desk.create(), 'DRAFT_EXISTS')
  assert.equal((await desk.create('--replace-draft')).exitCode, 0)
  assert.deepEqual(await drafts(desk), ['2.security.json'])
})

for (const [what, options, code, exitCode] of [
  ['a version that is none', ['--version', '1.4'], 'VERSION_INVALID', 2],
  ['a line of another version', ['--line', '1.5'], 'LINE_OF_OTHER_VERSION', 2],
  ['a security counter of 0', ['--security-counter', '0'], 'USAGE', 2],
  ['a kind that does not exist', ['--kind', 'feature'], 'USAGE', 2],
  ['a CVE id that is none', ['--fixes', 'heartbleed'], 'RELEASE_INVALID', 1],
  ['a combined release without a reason', ['--kind', 'combined'], 'COMBINED_REASON_MISPLACED', 1],
  [
    'a reason without a combined release',
    ['--combined-reason', 'x'],
    'COMBINED_REASON_MISPLACED',
    1,
  ],
  ['an artifact that is not there', ['--artifact', '/nowhere.tar.gz'], 'FILE_UNREADABLE', 1],
  ['an artifact in an unknown format', ['--artifact', '/nowhere.zip'], 'ARTIFACT_NAME_INVALID', 2],
  ['a product of another desk', ['--product', 'other'], 'NO_SUCH_PRODUCT', 1],
  ['a chunk too small', ['--chunk-size', '1000'], 'RELEASE_INVALID', 1],
  ['notes without end', ['--notes', 'x'.repeat(5000)], 'RELEASE_INVALID', 1],
] as const) {
  test(`a release with ${what} is not drafted`, async (t) => {
    const desk = await deskFor(t)
    requireRefused(await desk.create(...options), code, exitCode)
    assert.deepEqual(await drafts(desk), [])
  })
}

test('a draft that was tampered with is refused or shows what it would do', async (t) => {
  const desk = await deskFor(t)
  await desk.create()
  const path = join(desk.desk, 'drafts', PRODUCT, '2.security.json')
  const draft = await readFile(path, 'utf8')

  await writeFile(path, draft.replace('"signed":', '"signed":{},"signed":'))
  requireRefused(await signRelease(desk, '--key', 'sec'), 'JSON_DUPLICATE_KEY')
  await writeFile(path, draft.slice(0, -10))
  requireRefused(await signRelease(desk, '--key', 'sec'), 'JSON_INVALID')
  await writeFile(path, draft.replace('"version":"1.4.3"', '"version":"1.4.4"'))
  requireRefused(await signRelease(desk, '--key', 'sec'), 'RELEASE_INVALID')
  await writeFile(
    path,
    draft.replace(
      '"targets":{',
      '"targets":{"security/9.9.9/evil.bin":{"hashes":{"sha256":"00"},"length":1},',
    ),
  )
  requireRefused(await signRelease(desk, '--key', 'sec'), 'FILE_MISSING')
})

test('a draft that has expired is not signed', async (t) => {
  const desk = await deskFor(t)
  await desk.create()
  const path = join(desk.desk, 'drafts', PRODUCT, '2.security.json')
  const draft = await readFile(path, 'utf8')
  await writeFile(path, draft.replace(/"expires":"[^"]+"/, '"expires":"2020-01-01T00:00:00Z"'))
  requireRefused(await signRelease(desk, '--key', 'sec'), 'DRAFT_EXPIRED')
})

test('a signature of a copy with other contents is not taken', async (t) => {
  const [desk, other] = [await deskFor(t), await deskFor(t)]
  await desk.create()
  await other.create('--notes', 'Other notes')
  const copy = join(other.desk, 'drafts', PRODUCT, '2.security.json')
  const ended = await desk.run('sign', `${PRODUCT}/security`, '--signatures-of', copy)
  requireRefused(ended, 'OTHER_DRAFT')
})

test('nothing is signed before it is confirmed', async (t) => {
  const desk = await deskFor(t)
  await desk.create()
  const args = ['--product', PRODUCT, '--key', 'sec', '--passphrase-file', desk.passphraseFile]
  const ended = await desk.run('release', 'sign', ...args)
  assert.notEqual(ended.exitCode, 0)
  assert.deepEqual(await drafts(desk), ['2.security.json'])
})

test('a release that lacks signatures is not published', async (t) => {
  const desk = await deskFor(t)
  await desk.create()
  const token = join(desk.folder, 'token')
  await writeFile(token, 'fwa_x\n', { mode: 0o600 })
  const publish = (version: string) =>
    desk.run(
      'release',
      'publish',
      '--product',
      PRODUCT,
      '--version',
      version,
      '--token-file',
      token,
    )
  requireRefused(await publish('1.4.3'), 'SIGNATURES_MISSING')
  requireRefused(await publish('9.9.9'), 'NO_SUCH_RELEASE')
})

test('a key is never overwritten, has a passphrase of some length and a harmless name', async (t) => {
  const desk = await deskFor(t)
  const short = join(desk.folder, 'short')
  await writeFile(short, 'abc\n', { mode: 0o600 })
  const before = await readFile(join(desk.desk, 'keys', 'root-1.key.pem'))
  const generate = (name: string, file: string) =>
    desk.run('keys', 'generate', name, '--passphrase-file', file)
  requireRefused(await generate('root-1', desk.passphraseFile), 'KEY_EXISTS')
  requireRefused(await generate('new', short), 'PASSPHRASE_SHORT')
  requireRefused(await generate('../evil', desk.passphraseFile), 'KEY_NAME_INVALID', 2)
  assert.deepEqual(await readFile(join(desk.desk, 'keys', 'root-1.key.pem')), before)
})

test('a passphrase file that others can read is warned about', async (t) => {
  const desk = await deskFor(t)
  const open = join(desk.folder, 'open')
  await writeFile(open, 'correct horse battery\n', { mode: 0o644 })
  const ended = await desk.run('keys', 'generate', 'new', '--passphrase-file', open)
  assert.equal(ended.exitCode, 0)
  assert.match(ended.stderr, /warning: others on this machine can read/)
  assert.ok(!ended.stdout.includes('correct horse') && !ended.stderr.includes('correct horse'))
})

for (const [what, options, code] of [
  ['a threshold above the number of keys', ['--threshold', 'root=4'], 'THRESHOLD_UNREACHABLE'],
  ['a threshold of 0', ['--threshold', 'root=0'], 'THRESHOLD_UNREACHABLE'],
  ['the removal of a key that is not there', ['--remove-key', 'root=eve'], 'KEY_NOT_IN_ROLE'],
  ['a role that does not exist', ['--add-key', 'timestamp=eve'], 'ROLE_AND_VALUE_INVALID'],
  ['a key that does not exist', ['--add-key', 'root=nobody'], 'NO_SUCH_KEY'],
] as const) {
  test(`a rotation with ${what} is not drafted`, async (t) => {
    const desk = await deskFor(t)
    const ended = await desk.run('root', 'rotate', '--product', PRODUCT, ...options)
    requireRefused(ended, code, ended.exitCode)
    assert.deepEqual(await drafts(desk), [])
  })
}

test('server keys are believed only when they are keys, of this product, and public', async (t) => {
  const desk = await deskFor(t)
  const file = await desk.writeServerKeys()
  const keys = JSON.parse(await readFile(file, 'utf8'))
  const pem = '-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n'
  const good = keys.trust['director.jwks']
  const renew = async (changed: object) => {
    await writeFile(file, JSON.stringify({ ...keys, ...changed }))
    return desk.run(
      'repository',
      'renew',
      '--product',
      PRODUCT,
      '--role',
      'targets',
      '--server-keys',
      file,
    )
  }
  const withTrust = (trust: object) => renew({ trust: { ...keys.trust, ...trust } })
  requireRefused(await renew({ id: 'other' }), 'ONLINE_KEYS_INVALID')
  requireRefused(await withTrust({ 'fleet-ca.pem': pem }), 'ONLINE_KEYS_INVALID')
  requireRefused(await withTrust({ '../root.json': good }), 'ONLINE_KEYS_INVALID')
  requireRefused(await withTrust({ 'director.jwks': '{"keys":"none"}' }), 'ONLINE_KEYS_INVALID')
  requireRefused(await withTrust({ 'director.jwks': undefined }), 'ONLINE_KEYS_INVALID')
  assert.deepEqual(await drafts(desk), [])
  assert.equal((await renew({})).exitCode, 0)
})

test('the folder of a desk that is not one gets a sentence', async (t) => {
  const desk = await deskFor(t)
  await symlink('/nowhere', join(desk.folder, 'away'))
  const ended = await desk.run('--desk', join(desk.folder, 'away'), 'status')
  assert.equal(ended.exitCode, 0)
  assert.deepEqual(ended.json().products, [])
})

test('a command whose file is not in the folder is refused before devices find out', async (t) => {
  const desk = await deskFor(t)
  const folder = join(desk.folder, 'service')
  await mkdir(folder)
  await writeFile(join(folder, 'service.js'), '')
  const build = (start: string, selfTest: string) =>
    desk.run(
      ...['artifact', 'build', folder, '--product', PRODUCT, '--version', '1.0.0'],
      ...['--start', start, '--self-test', selfTest, '--out', join(desk.folder, 'a.tar.gz')],
    )
  requireRefused(await build('node nothere.js', 'node service.js'), 'COMMAND_FILE_MISSING')
  requireRefused(await build('node --no-deprecation service.js', './test'), 'COMMAND_FILE_MISSING')
  assert.equal((await build('node --no-deprecation ./service.js', '/bin/true')).exitCode, 0)
})

test('versions, hosts and reasons of the wrong form are named before anything is done', async (t) => {
  const desk = await deskFor(t)
  const requireUsage = async (code: string, ...words: string[]) =>
    requireRefused(await desk.run(...words), code, 2)
  const build = ['artifact', 'build', desk.folder, '--product', PRODUCT, '--start', 'a']
  await requireUsage('USAGE', ...build, '--self-test', 'b', '--version', '1.0', '--out', 'k.tar.gz')
  const pack = ['factory', 'pack', '--product', PRODUCT, '--cohort', 'field', '--out', 'pack']
  for (const host of ['bad host', 'updates.example.com:8443', 'updates.example.com/x', 'a@b']) {
    await requireUsage('USAGE', ...pack, '--token-file', 'none', '--host', host)
  }
  const create = [
    'release',
    'create',
    '--product',
    PRODUCT,
    '--artifact',
    'a.tar.gz',
    '--sbom',
    's',
  ]
  const release = [...create, '--version', '1.0.0', '--security-counter', '1']
  await requireUsage('USAGE', ...release, '--kind', 'security')
})

test('a certificate authority that cannot be read or is none is the caller’s mistake', async (t) => {
  const desk = await deskFor(t)
  const token = join(desk.folder, 'token')
  await writeFile(token, 'token\n', { mode: 0o600 })
  const list = ['products', 'list', '--token-file', token, '--server', 'https://127.0.0.1:1']
  requireRefused(
    await desk.run(...list, '--server-ca', join(desk.folder, 'none')),
    'FILE_UNREADABLE',
  )
  requireRefused(await desk.run(...list, '--server-ca', token), 'SERVER_CA_INVALID')
})
