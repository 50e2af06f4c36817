/**
 * `fleetward dossier` before a server: built with its gaps, signed by a person, completed, fetched and verified without
 * the server; and every way to alter the archive is refused. CRA P-002, P-026, P-134a, P-135, P-140, P-141, P-143, P-144, P-145, P-146
 */
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { runCommand } from '../../packages/cli/src/run-command.ts'
import { PRODUCT } from '../../packages/server/test/support/desk.ts'
import { endings } from '../../packages/server/test/support/edge-under-test.ts'
import { gatewaySbom } from '../../packages/server/test/support/gateway-sbom.ts'
import { signedIn, withToken } from '../../packages/server/test/support/people.ts'
import { TestServer } from '../../packages/server/test/support/test-server.ts'
import { aRisk, wholeFacts } from '../../packages/server/test/support/whole-facts.ts'

const ended = endings()
let server: TestServer
let folder: string
const at = (name: string) => join(folder, name)

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetward-dossier-'))
  ended.after(() => rm(folder, { recursive: true, force: true }))
  server = await TestServer.start(ended)
  const { desk } = await server.product()
  const releases = ['1.4.2', '1.4.3'].map((version, index) => ({
    ...{ version, kind: 'security' as const, securityCounter: index + 1 },
    ...{ artifact: new TextEncoder().encode(version), sbom: gatewaySbom(version).text },
  }))
  await server.publish(desk, 1, releases)
  const officer = await signedIn(server, [{ role: 'securityOfficer', product: '*' }])
  const { credential } = await withToken(server, officer.account)
  await writeFile(at('token'), `${credential.authorization?.slice(7)}\n`, { mode: 0o600 })
})
after(() => ended.endAll())

interface Ran {
  readonly exitCode: number
  readonly out: string
  // biome-ignore lint/suspicious/noExplicitAny: answers are compared, not computed with
  readonly json: any
}

async function run(words: readonly string[], { offline = false, json = true } = {}): Promise<Ran> {
  let out = ''
  const where = offline ? [] : ['--server', server.url('/'), '--token-file', at('token')]
  const given = words.map((word) => (word.startsWith('@') ? at(word.slice(1)) : word))
  const exitCode = await runCommand([...(json ? ['--json'] : []), ...given, ...where], {
    terminal: {
      note: () => {},
      progress: () => {},
      askSecret: () => assert.fail('nobody is there'),
      confirm: () => assert.fail('nobody is there'),
    },
    now: () => server.clock.now(),
    print: (text) => {
      out += text
    },
  })
  return { exitCode, out, json: json ? JSON.parse(out) : undefined }
}

const dossier = (...words: readonly string[]) => run(['dossier', ...words])
const verified = (file: string, key = '@keys.json') =>
  run(['dossier', 'verify', file, '--key', key], { offline: true })

test('a dossier with gaps is built, says what is missing, and ends with exit code 1', async () => {
  const built = await dossier('build', PRODUCT, '--out', '@first.zip')
  assert.equal(built.json.state, 'built', JSON.stringify(built.json))
  assert.deepEqual([built.exitCode, built.json.status], [1, 'incomplete'])
  await writeFile(at('keys.json'), JSON.stringify((await run(['audit', 'head'])).json))
  const { exitCode, json } = await verified('@first.zip')
  assert.deepEqual(
    [exitCode, json.status, json.declaration],
    [0, 'incomplete', 'draft'],
    JSON.stringify(json),
  )
  assert.deepEqual(json.gaps, built.json.gaps)
})

async function complete(): Promise<void> {
  const facts = `/products/${PRODUCT}/facts`
  const set = await server.call('POST', facts, wholeFacts(), { 'if-match': '*' })
  assert.equal(set.status, 200)
  await server.of('POST', '/risks', aRisk('rollback'))
  await server.of('POST', '/risk-assessments', { reviewer: 'A. Licht', nextReviewOn: '2027-11-21' })
  const contact = ['--contact', 'mailto:security@lumen.example', '--organisation', 'Lumen GmbH']
  assert.equal((await run(['disclosure', 'contact', ...contact])).exitCode, 0)
  for (const version of ['1.4.2', '1.4.3'])
    await run(['gate', 'check', version, '--product', PRODUCT])
}

const SIGNER = {
  ...{ name: 'A. Licht', function: 'managing director', place: 'Berlin', date: '2026-11-21' },
}
const signing = (read: string) => [
  ...['sign-declaration', PRODUCT, '--read', read],
  ...Object.entries(SIGNER).flatMap(([option, value]) => [`--${option}`, value]),
]

test('nobody signs a declaration with empty items, and nobody another one than he read', async () => {
  const { json: empty } = await dossier('sign-declaration', PRODUCT)
  assert.deepEqual([empty.state, empty.missing.length], ['draft', 7])
  const tooEarly = await dossier(...signing(empty.draft.sha256))
  assert.deepEqual([tooEarly.exitCode, tooEarly.json.error.code], [1, 'DECLARATION_INCOMPLETE'])
  await complete()
  const changed = await dossier(...signing(empty.draft.sha256))
  assert.deepEqual([changed.exitCode, changed.json.error.code], [1, 'DECLARATION_CHANGED'])
})

test('with every item filled only the signature is missing; signed by a person it is complete', async () => {
  const unsigned = await dossier('build', PRODUCT)
  assert.deepEqual(
    unsigned.json.gaps.map(({ item, what }: { item: string; what: string }) => `${item} ${what}`),
    ['V.8 The declaration of conformity is a draft: nobody has signed it'],
  )
  const { json: standing } = await dossier('sign-declaration', PRODUCT)
  const signed = await dossier(...signing(standing.draft.sha256))
  assert.deepEqual([signed.exitCode, signed.json.number, signed.json.signer], [0, 1, SIGNER])
  const built = await dossier('build', PRODUCT, '--out', '@complete.zip')
  assert.deepEqual([built.exitCode, built.json.status, built.json.gaps], [0, 'complete', []])
  const { json } = await verified('@complete.zip')
  assert.deepEqual([json.status, json.declaration], ['complete', 'signed'])
  assert.ok(json.auditEntries > 5, 'the audit log of the product is in it')
})
