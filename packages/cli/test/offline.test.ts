/** The manufacturer's way without a network: keys, repository, release, signatures, rotation. */
import assert from 'node:assert/strict'
import { cp, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { nodeVerifier } from '@fleetward/platform'
import { parseMetadata, requireRelease, requireSignedFor, TrustedMetadata } from '@fleetward/shared'
import { PRODUCT, TestDesk } from './test-desk.ts'

const desk = await TestDesk.make()
after(() => desk.remove())

interface Signed {
  readonly complete: boolean
  readonly missing: number
  readonly path: string
}
const metadata = (name: string) =>
  readFile(join(desk.desk, 'repository', PRODUCT, 'metadata', name))

// CRA P-068
test('keys lie encrypted in files only their owner can read', async () => {
  await desk.generate('root-1', 'root-2', 'root-3', 'sec', 'fun', 'root-4')
  const file = join(desk.desk, 'keys', 'root-1.key.pem')
  assert.match(await readFile(file, 'utf8'), /^-----BEGIN ENCRYPTED PRIVATE KEY-----/)
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  const { keys } = (await desk.run('keys', 'list')).json<{ keys: { name: string }[] }>()
  assert.deepEqual(
    keys.map(({ name }) => name),
    ['fun', 'root-1', 'root-2', 'root-3', 'root-4', 'sec'],
  )
})

test('a repository begins with four drafts, and threshold 1 is warned about', async () => {
  const ended = await desk.init(await desk.writeServerKeys())
  assert.equal(ended.exitCode, 0, ended.stdout)
  const { drafts, warnings } = ended.json<{ drafts: { role: string }[]; warnings: string[] }>()
  assert.deepEqual(
    drafts.map(({ role }) => role),
    ['root', 'targets', 'security', 'functionality'],
  )
  assert.equal(warnings.length, 2, 'security and functionality have one key each')
  assert.equal(
    (await desk.init(await desk.writeServerKeys())).json<Failed>().error.code,
    'REPOSITORY_EXISTS',
  )
})

test('a root of 2 of 3 is a draft with one signature and signed with two', async () => {
  const first = (await desk.sign(`${PRODUCT}/root`, 'root-1')).json<Signed>()
  assert.deepEqual([first.complete, first.missing], [false, 1])

  const again = await desk.sign(`${PRODUCT}/root`, 'root-1')
  assert.equal(again.json<Failed>().error.code, 'SIGNED_ALREADY')

  const second = (await desk.sign(`${PRODUCT}/root`, 'root-3')).json<Signed>()
  assert.deepEqual([second.complete, second.missing], [true, 0])
  assert.deepEqual(await readFile(second.path), await metadata('1.root.json'))
  new TrustedMetadata(await metadata('1.root.json'), { verifier: nodeVerifier, now: new Date() })
})

test('signatures given on another machine are brought back in a copy of the draft', async () => {
  const elsewhere = join(desk.folder, 'elsewhere')
  await cp(desk.desk, elsewhere, { recursive: true })
  await desk.sign(`${PRODUCT}/targets`, 'root-1')
  const there = new TestDesk(desk.folder)
  const options = ['--passphrase-file', there.passphraseFile, '--yes', '--key', 'root-2']
  await there.run('--desk', elsewhere, 'sign', `${PRODUCT}/targets`, ...options)

  const copy = join(elsewhere, 'drafts', PRODUCT, '1.targets.json')
  const merged = await desk.run('sign', `${PRODUCT}/targets`, '--signatures-of', copy)
  assert.equal(merged.json<Signed>().complete, true, merged.stdout)
  const root = parseMetadata('root', await metadata('1.root.json')).signed
  requireSignedFor(
    root,
    'targets',
    parseMetadata('targets', await metadata('1.targets.json')),
    nodeVerifier,
  )
})

test('a release is drafted, shown, signed offline and then verifies like on a device', async () => {
  for (const [role, key] of [
    ['security', 'sec'],
    ['functionality', 'fun'],
  ] as const) {
    assert.equal((await desk.sign(`${PRODUCT}/${role}`, key)).exitCode, 0)
  }
  const created = await desk.create()
  assert.equal(created.exitCode, 0, created.stdout)

  const signed = await desk.run(
    ...['release', 'sign', '--product', PRODUCT, '--key', 'sec', '--yes'],
    ...['--passphrase-file', desk.passphraseFile],
  )
  assert.equal(signed.json<Signed>().complete, true, signed.stdout)
  assert.match(signed.stderr, /security counter: 2/)
  assert.match(signed.stderr, /fixes: CVE-2021-21315/)

  const targets = parseMetadata('targets', await metadata('1.targets.json')).signed
  const security = parseMetadata('targets', await metadata('2.security.json'))
  requireSignedFor(targets, 'security', security, nodeVerifier)
  const listed = security.signed.targets.get('security/1.4.3/lumen-1.4.3.tar.gz')
  assert.ok(listed)
  const release = requireRelease(listed, PRODUCT)
  assert.deepEqual([release.version, release.securityCounter, release.base], ['1.4.3', 2, '1.4.2'])
  for (const path of [release.path, release.chunks.path, release.sbom.path]) {
    const file = await stat(join(desk.desk, 'repository', PRODUCT, 'files', path))
    assert.equal(file.size, security.signed.targets.get(path)?.length)
  }
})

test('a version that was signed once is never drafted again, in no role', async () => {
  assert.equal((await desk.create()).json<Failed>().error.code, 'RELEASE_EXISTS')
  const other = await desk.create('--kind', 'functionality')
  assert.equal(other.json<Failed>().error.code, 'RELEASE_EXISTS')
})

test('the next release of the line takes the place of the one before', async () => {
  await desk.writeArtifact('1.4.4')
  const created = await desk.create(
    ...['--version', '1.4.4', '--artifact', join(desk.folder, 'lumen-1.4.4.tar.gz')],
    ...['--security-counter', '1'],
  )
  const { superseded, warnings } = created.json<{ superseded: string[]; warnings: string[] }>()
  assert.deepEqual(superseded, ['1.4.3'])
  assert.equal(warnings.length, 2, 'the counter goes back, and the SBOM is about another version')
})

test('a root rotation counts only with enough old and enough new keys, and devices follow it', async () => {
  const rotated = await desk.run(
    ...['root', 'rotate', '--product', PRODUCT, '--remove-key', 'root=root-2'],
    ...['--remove-key', 'root=root-3', '--add-key', 'root=root-4', '--add-key', 'root=sec'],
  )
  assert.equal(rotated.exitCode, 0, rotated.stdout)
  const progress: number[] = []
  for (const key of ['root-4', 'sec', 'root-1', 'root-3']) {
    const signed = (await desk.sign(`${PRODUCT}/root`, key)).json<Signed>()
    progress.push(signed.missing)
  }
  assert.deepEqual(progress, [2, 2, 1, 0], 'two new signatures alone are not enough')

  const now = new Date()
  const trusted = new TrustedMetadata(await metadata('1.root.json'), {
    verifier: nodeVerifier,
    now,
  })
  trusted.updateRoot(await metadata('2.root.json'))
  assert.equal(trusted.root.version, 2)
})

test('another threshold of a release role is drafted in targets', async () => {
  const rotated = await desk.run(
    ...['root', 'rotate', '--product', PRODUCT],
    ...['--add-key', 'security=root-4', '--threshold', 'security=2'],
  )
  const { drafts } = rotated.json<{ drafts: { role: string; version: number; path: string }[] }>()
  assert.deepEqual(
    drafts.map(({ role, version }) => [role, version]),
    [['targets', 2]],
  )
  const draft = parseMetadata('targets', await readFile(drafts[0]?.path ?? '')).signed
  const security = draft.delegations?.roles.find(({ name }) => name === 'security')
  assert.deepEqual([security?.threshold, security?.keyIds.length], [2, 2])
  assert.ok(draft.targets.has('trust/director.jwks'), 'the files under trust/ stay')
})

test('the status says what is signed and what still waits for whom', async () => {
  const { products } = (await desk.run('status')).json<{
    products: {
      roles: { role: string; version: number; threshold: number }[]
      drafts: { role: string; missing: number }[]
      releases: { version: string }[]
    }[]
  }>()
  assert.deepEqual(
    products[0]?.roles.map(({ role, version, threshold }) => [role, version, threshold]),
    [
      ['root', 2, 2],
      ['targets', 1, 2],
      ['security', 2, 1],
      ['functionality', 1, 1],
    ],
  )
  assert.deepEqual(
    products[0]?.drafts.map(({ role, missing }) => [role, missing]),
    [
      ['targets', 2],
      ['security', 1],
    ],
  )
  assert.deepEqual(
    products[0]?.releases.map(({ version }) => version),
    ['1.4.3'],
  )
})

test('no half-written file is left on the desk', async () => {
  const names = await readdir(desk.desk, { recursive: true })
  assert.deepEqual(
    names.filter((name) => /\.new$|\.partial$/.test(name)),
    [],
  )
})

interface Failed {
  readonly error: { readonly code: string }
}
