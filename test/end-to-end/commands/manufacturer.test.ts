/** The manufacturer's and the operator's commands against a real server. */
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { parseSettings, startServer } from '@fleetward/server'
import { parseFactorySettings, SECURE_DEFAULTS } from '@fleetward/shared'
import { pino } from 'pino'
import { type Ended, PRODUCT, run, sbomOf, TestDesk } from '../../../packages/cli/test/test-desk.ts'

const dataFolder = await mkdtemp(join(tmpdir(), 'fleetward-manufacturer-'))
const server = await startServer(
  parseSettings({
    dataFolder,
    host: ['localhost', '127.0.0.1'],
    listen: { public: 0, device: 0, mqtt: 0, operator: 0 },
  }),
  { log: pino({ level: 'silent' }) },
)
const desk = await TestDesk.make()
after(async () => {
  await server.stop()
  await rm(dataFolder, { recursive: true, force: true })
  await desk.remove()
})

const access = [
  ...['--server', `http://127.0.0.1:${server.ports.operator}`],
  ...['--token-file', server.adminTokenFile],
]
const online = (...args: string[]) => desk.run(...args, ...access)
const publishRelease = (version: string, from: TestDesk = desk) =>
  from.run('release', 'publish', '--product', PRODUCT, '--version', version, ...access)
const signRelease = (from: TestDesk = desk, key = 'sec') =>
  from.run(
    ...['release', 'sign', '--product', PRODUCT, '--key', key],
    ...['--passphrase-file', from.passphraseFile, '--yes'],
  )
const codeOf = (ended: Ended) => ended.json<{ error?: { code: string } }>().error?.code

function requireDone(ended: Ended): Ended {
  assert.equal(ended.exitCode, 0, ended.stdout)
  return ended
}

test('a product is made once, and its server keys are saved for the desk', async () => {
  const keys = join(desk.folder, 'server-keys.json')
  const advisory = ['--gate', 'advisory', '--gate-reason', 'no feeds are imported here']
  requireDone(await online('products', 'create', PRODUCT, '--save-server-keys', keys, ...advisory))
  assert.equal(codeOf(await online('products', 'create', PRODUCT)), 'PRODUCT_EXISTS')

  await desk.generate('root-1', 'root-2', 'root-3', 'sec', 'fun', 'root-4')
  requireDone(await desk.init(keys))
})

test('a wrong token opens nothing', async () => {
  const token = join(desk.folder, 'wrong-token')
  await writeFile(token, 'fwa_wrong\n', { mode: 0o600 })
  const ended = await desk.run('products', 'list', ...access, '--token-file', token)
  assert.deepEqual([ended.exitCode, codeOf(ended)], [1, 'ACCESS_DENIED'])
})

test('nothing is published before enough keys have signed it', async () => {
  const publish = () => online('repository', 'publish', '--product', PRODUCT)
  await desk.sign(`${PRODUCT}/root`, 'root-1')
  assert.equal(codeOf(await publish()), 'NOT_SIGNED_YET')
  await desk.signAll()
  const { published } = requireDone(await publish()).json<{ published: Published[] }>()
  assert.deepEqual(
    published.map(({ role, version }) => [role, version]),
    [
      ['root', 1],
      ['targets', 1],
      ['security', 1],
      ['functionality', 1],
    ],
  )
})

test('a signed release goes up with its files; a second time nothing is sent', async () => {
  requireDone(await desk.create())
  assert.equal(codeOf(await publishRelease('1.4.3')), 'SIGNATURES_MISSING')
  requireDone(await signRelease())

  const first = requireDone(await publishRelease('1.4.3')).json<{ published: Published[] }>()
  assert.deepEqual(first.published, [{ role: 'security', version: 2, uploadedFiles: 3 }])
  const second = requireDone(await publishRelease('1.4.3')).json<{ published: Published[] }>()
  assert.deepEqual(second.published, [{ role: 'security', version: 2, uploadedFiles: 0 }])
})

test('of a release that was published before the gate is asked as it is now, and what closes it is said', async () => {
  const plainly = (...args: string[]) =>
    run(['--desk', desk.desk, 'release', 'publish', '--product', PRODUCT, ...args])
  const again = requireDone(await plainly('--version', '1.4.3', ...access))
  assert.match(again.stdout, /lumen 1\.4\.3 was published before\.\n1\.4\.3: the gate is closed/)
  assert.match(again.stdout, /FEED_MISSING: There is no feed of vulnerabilities/)
  assert.match(again.stdout, /It stays published and offered all the same/)
  assert.doesNotMatch(again.stdout, /no device is offered it yet/)
  const { gate } = requireDone(await publishRelease('1.4.3')).json<{ gate: { isOpen: boolean } }>()
  assert.equal(gate.isOpen, false)
})

test('an artifact that changed after it was signed does not leave the desk', async (t) => {
  const spoiled = await desk.copy()
  t.after(() => spoiled.remove())
  await spoiled.writeArtifact('1.4.4')
  await writeFile(join(spoiled.folder, 'sbom.cdx.json'), sbomOf('1.4.4'))
  requireDone(
    await spoiled.create(
      '--version',
      '1.4.4',
      '--artifact',
      join(spoiled.folder, 'lumen-1.4.4.tar.gz'),
    ),
  )
  requireDone(await signRelease(spoiled))
  const file = 'repository/lumen/files/security/1.4.4/lumen-1.4.4.tar.gz'
  const artifact = join(spoiled.desk, file)
  const bytes = await readFile(artifact)
  await writeFile(artifact, bytes.fill(0, bytes.length - 8))
  assert.equal(codeOf(await publishRelease('1.4.4', spoiled)), 'FILE_CHANGED')
})

test('a rollout is started, paused, resumed, widened, and says how far it has come', async () => {
  const answer = requireDone(
    await online(
      ...['rollout', 'start', '--product', PRODUCT, '--release', '1.4.3', '--cohort', 'field'],
      ...['--share', '0.25', '--summary', 'Closes a hole', '--severity', 'high'],
    ),
  )
  assert.match(answer.stderr, /no device is in the cohort field/, 'a mistyped cohort shows')
  const started = answer.json<Rollout>()
  assert.deepEqual([started.state, started.share], ['running', 0.25])

  const move = async (name: string, ...more: string[]) =>
    requireDone(
      await online('rollout', name, started.id, '--product', PRODUCT, ...more),
    ).json<Rollout>()
  assert.equal((await move('pause')).state, 'paused')
  assert.equal((await move('resume')).state, 'running')
  assert.equal((await move('widen', '--share', '1')).share, 1)
  const narrower = await online(
    'rollout',
    'widen',
    started.id,
    '--product',
    PRODUCT,
    '--share',
    '0.5',
  )
  assert.equal(codeOf(narrower), 'SHARE_NOT_WIDENED')

  const { rollouts } = requireDone(await online('rollout', 'status', '--product', PRODUCT)).json<{
    rollouts: Rollout[]
  }>()
  assert.deepEqual(
    rollouts.map(({ id, progress }) => [id, progress?.committed]),
    [[started.id, 0]],
  )
  assert.equal((await move('withdraw')).state, 'withdrawn')
  const unknown = await online(
    ...['rollout', 'start', '--product', PRODUCT, '--release', '9.9.9', '--cohort', 'field'],
  )
  assert.equal(codeOf(unknown), 'NO_SUCH_RELEASE')
})

test('a factory pack has all a device believes, and a token for one device', async () => {
  const out = join(desk.folder, 'pack')
  const pack = () =>
    online(
      ...['factory', 'pack', '--product', PRODUCT, '--cohort', 'field', '--device', 'lumen-0001'],
      ...['--mqtt-url', 'mqtts://localhost:1234', '--out', out],
    )
  requireDone(await pack())
  const root = join(desk.desk, 'repository', PRODUCT, 'metadata/1.root.json')
  assert.deepEqual(await readFile(join(out, 'root.json')), await readFile(root))
  assert.ok(new X509Certificate(await readFile(join(out, 'server-ca.pem'))).ca)
  assert.match(await readFile(join(out, 'enrolment-token'), 'utf8'), /^\S{20,}\n$/)
  assert.equal((await stat(join(out, 'enrolment-token'))).mode & 0o777, 0o600)
  assert.deepEqual(JSON.parse(await readFile(join(out, 'factory.json'), 'utf8')), {
    product: PRODUCT,
    cohort: 'field',
    server: {
      public: 'https://localhost:8444',
      device: 'https://localhost:8443',
      mqtt: 'mqtts://localhost:1234',
    },
  })
  const settings = parseFactorySettings(await readFile(join(out, 'factory-settings.json')))
  assert.deepEqual(settings, SECURE_DEFAULTS, 'CRA P-047: a product that says nothing is secure')
  const targets = join(desk.desk, 'repository', PRODUCT, 'metadata/1.targets.json')
  assert.deepEqual(await readFile(join(out, 'targets.json')), await readFile(targets))
  assert.equal(codeOf(await pack()), 'FOLDER_NOT_EMPTY', 'a pack is for one device')
})

test('new keys for a release role are published once the role is signed with them', async () => {
  requireDone(
    await desk.run(
      ...['root', 'rotate', '--product', PRODUCT, '--remove-key', 'root=root-3'],
      ...['--add-key', 'root=root-4', '--add-key', 'security=root-4', '--threshold', 'security=2'],
    ),
  )
  for (const key of ['root-1', 'root-2']) {
    requireDone(await desk.sign(`${PRODUCT}/root`, key))
    requireDone(await desk.sign(`${PRODUCT}/targets`, key))
  }
  const publish = () => online('repository', 'publish', '--product', PRODUCT)
  assert.equal(codeOf(await publish()), 'NOT_PUBLISHED_YET')

  requireDone(await desk.run('repository', 'renew', '--product', PRODUCT, '--role', 'security'))
  for (const key of ['sec', 'root-4']) requireDone(await desk.sign(`${PRODUCT}/security`, key))
  const { published } = requireDone(await publish()).json<{ published: Published[] }>()
  assert.deepEqual(
    published.map(({ role, version }) => [role, version]),
    [
      ['root', 2],
      ['targets', 2],
      ['security', 3],
      ['functionality', 1],
    ],
  )
})

test('two desks that sign the same version differently: the second is told', async (t) => {
  const other = await desk.copy()
  t.after(() => other.remove())
  for (const [one, notes] of [
    [desk, 'one'],
    [other, 'other'],
  ] as const) {
    await one.writeArtifact('1.4.5', notes)
    const artifact = join(one.folder, 'lumen-1.4.5.tar.gz')
    requireDone(await one.create('--version', '1.4.5', '--artifact', artifact, '--notes', notes))
    for (const key of ['sec', 'root-4']) requireDone(await signRelease(one, key))
  }
  requireDone(await publishRelease('1.4.5'))
  const ended = await publishRelease('1.4.5', other)
  assert.deepEqual([ended.exitCode, codeOf(ended)], [1, 'METADATA_EXISTS'])
})

test('a withdrawn release is offered no longer at once, and leaves the metadata once that is signed', async () => {
  const start = () =>
    online('rollout', 'start', '--product', PRODUCT, '--release', '1.4.5', '--cohort', 'field')
  requireDone(await start())
  requireDone(await online('release', 'withdraw', '--product', PRODUCT, '--version', '1.4.5'))
  const { rollouts } = (await online('rollout', 'status', '--product', PRODUCT)).json<{
    rollouts: Rollout[]
  }>()
  assert.ok(rollouts.every(({ state }) => state === 'withdrawn'))
  assert.notEqual((await start()).exitCode, 0)

  for (const key of ['sec', 'root-4']) requireDone(await signRelease(desk, key))
  requireDone(await online('repository', 'publish', '--product', PRODUCT))
  assert.equal(codeOf(await publishRelease('1.4.5')), 'NO_SUCH_RELEASE')
})

test('the real command speaks to the real server, and names a server that is gone', async () => {
  const listed = await run(['--json', 'products', 'list', ...access])
  assert.deepEqual(
    listed.json<{ products: { id: string }[] }>().products.map(({ id }) => id),
    [PRODUCT],
  )
  const devices = await run(['devices', 'list', '--product', PRODUCT, ...access])
  assert.deepEqual([devices.exitCode, devices.stderr], [0, ''])
  const gone = ['--server', 'http://127.0.0.1:1', '--token-file', server.adminTokenFile]
  const ended = await run(['--json', 'products', 'list', ...gone])
  assert.deepEqual([ended.exitCode, codeOf(ended)], [1, 'SERVER_UNREACHABLE'])
})

interface Published {
  readonly role: string
  readonly version: number
  readonly uploadedFiles: number
}

interface Rollout {
  readonly id: string
  readonly state: string
  readonly share: number
  readonly progress?: { readonly committed: number }
}
