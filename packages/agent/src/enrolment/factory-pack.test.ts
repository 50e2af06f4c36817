import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { TestAuthority } from '../../../../test/support/test-certificates.ts'
import { type FactoryPackError, loadFactoryPack } from './factory-pack.ts'

let scratch: string
let ca: string
before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'fleetward-factory-'))
  ca = (await TestAuthority.create('server CA')).pem
})
after(() => rm(scratch, { recursive: true }))

const FACTORY = {
  product: 'lumen-g1',
  cohort: 'pilot',
  server: {
    public: 'https://updates.example:8444',
    device: 'https://updates.example:8443',
    mqtt: 'mqtts://updates.example:8883',
  },
}
const TOKEN = 'G1zTq0mJ5r-token-of-the-factory'

async function pack(change: Record<string, string | undefined> = {}): Promise<string> {
  const folder = await mkdtemp(join(scratch, 'pack-'))
  const files: Record<string, string | undefined> = {
    'root.json': '{"signatures":[],"signed":{}}',
    'server-ca.pem': ca,
    'enrolment-token': `${TOKEN}\n`,
    'factory.json': JSON.stringify(FACTORY),
    'factory-settings.json': '{}',
    ...change,
  }
  for (const [name, contents] of Object.entries(files)) {
    if (contents !== undefined) await writeFile(join(folder, name), contents)
  }
  return folder
}

test('reads the first trust of a device', async () => {
  const loaded = await loadFactoryPack(await pack())
  assert.equal(loaded.product, 'lumen-g1')
  assert.equal(loaded.cohort, 'pilot')
  assert.deepEqual(loaded.server, FACTORY.server)
  assert.equal(loaded.serverCa, ca)
  assert.equal(loaded.enrolmentToken, TOKEN)
  assert.equal(Buffer.from(loaded.root).toString(), '{"signatures":[],"signed":{}}')
})

test('an enrolled device needs no token any more', async () => {
  const loaded = await loadFactoryPack(await pack({ 'enrolment-token': undefined }))
  assert.equal(loaded.enrolmentToken, undefined)
})

test('a device starts without factory settings, and with spoilt ones (CRA P-047)', async () => {
  const without = await loadFactoryPack(await pack({ 'factory-settings.json': undefined }))
  assert.equal(without.factorySettings, undefined)
  const endless = { 'factory-settings.json': ' '.repeat(70_000) }
  assert.equal((await loadFactoryPack(await pack(endless))).factorySettings, undefined)
})

const inFactory = (change: object) => ({
  'factory.json': JSON.stringify({ ...FACTORY, ...change }),
})
const withServer = (change: object) => inFactory({ server: { ...FACTORY.server, ...change } })

const mistakes: [string, Record<string, string | undefined>, RegExp][] = [
  ['a missing root', { 'root.json': undefined }, /^root\.json: is missing/],
  ['a root that is no JSON', { 'root.json': '{' }, /^root\.json: /],
  ['an endless root', { 'root.json': ' '.repeat(70_000) }, /^root\.json: is longer/],
  ['a missing CA', { 'server-ca.pem': undefined }, /^server-ca\.pem: is missing/],
  ['an empty CA', { 'server-ca.pem': '' }, /^server-ca\.pem: holds no certificate/],
  [
    'a broken CA',
    { 'server-ca.pem': '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----' },
    /^server-ca\.pem: a certificate cannot be read/,
  ],
  ['a token with a space', { 'enrolment-token': 'two words of a token' }, /^enrolment-token: /],
  ['an empty token', { 'enrolment-token': '' }, /^enrolment-token: /],
  [
    'two keys of one name',
    { 'factory.json': '{"product":"a","product":"b"}' },
    /^factory\.json: is not strict JSON/,
  ],
  ['a product in capitals', inFactory({ product: 'Lumen' }), /"product"/],
  ['a cohort that could widen a subscription', inFactory({ cohort: '+' }), /"cohort"/],
  ['an unknown field', inFactory({ token: 'x' }), /unknown field "token"/],
  ['no server', inFactory({ server: undefined }), /"server"/],
  [
    'a server without TLS',
    withServer({ device: 'http://updates.example:8443' }),
    /"server\.device"/,
  ],
  ['a broker without TLS', withServer({ mqtt: 'mqtt://updates.example:1883' }), /"server\.mqtt"/],
  [
    'a password in a URL',
    withServer({ public: 'https://me:pw@updates.example' }),
    /"server\.public"/,
  ],
  ['a query in a URL', withServer({ public: 'https://updates.example?x=1' }), /"server\.public"/],
]
for (const [what, change, expected] of mistakes) {
  test(`names ${what}`, async () => {
    await assert.rejects(loadFactoryPack(await pack(change)), (error: FactoryPackError) => {
      assert.equal(error.name, 'FactoryPackError')
      assert.equal(error.mistakes.length, 1, error.mistakes.join('\n'))
      assert.match(error.mistakes[0] ?? '', expected)
      return true
    })
  })
}

test('a certificate of a server is no authority', async () => {
  const { certificate } = await (await TestAuthority.create()).server()
  await assert.rejects(loadFactoryPack(await pack({ 'server-ca.pem': certificate })), {
    mistakes: ['server-ca.pem: a certificate is not a CA'],
  })
})

test('names all mistakes at once, and never the token', async () => {
  const folder = await pack({
    'root.json': undefined,
    'server-ca.pem': '',
    'enrolment-token': 'secret with spaces',
    ...withServer({ device: 1, mqtt: 2 }),
  })
  await assert.rejects(loadFactoryPack(folder), (error: FactoryPackError) => {
    assert.equal(error.mistakes.length, 5)
    assert.doesNotMatch(error.message, /secret/)
    return true
  })
})
