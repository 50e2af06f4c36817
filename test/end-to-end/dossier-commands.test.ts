/**
 * `fleetward dossier` before a server: built with its gaps, signed by a person, completed, fetched and verified without
 * the server; and every way to alter the archive is refused. CRA P-002, P-026, P-134a, P-135, P-140, P-141, P-143, P-144, P-145, P-146
 */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
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
