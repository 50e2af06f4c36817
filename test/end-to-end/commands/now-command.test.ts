/** `fleetward now` before a server: what needs somebody, in sentences, and the command that leads on. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Command } from 'commander'
import {
  KNOWN_KINDS,
  kindWords,
  matterWords,
} from '../../../packages/cli/src/commands/operating/matter-words.ts'
import { programToRead } from '../../../packages/cli/test/program-to-read.ts'
import type { Role } from '../../../packages/server/src/accounts/permission.ts'
import { MATTER_KINDS } from '../../../packages/server/src/attention/sources/list.ts'
import { PRODUCT } from '../../../packages/server/test/support/desk.ts'
import { endings } from '../../../packages/server/test/support/edge-under-test.ts'
import { signedIn, storesOf } from '../../../packages/server/test/support/people.ts'
import {
  type DocumentSchema,
  type DocumentSchemas,
  exampleOf,
} from '../../../packages/server/test/support/schema-example.ts'
import { TestServer } from '../../../packages/server/test/support/test-server.ts'
import { CommandLine, tokenOf } from '../support/command-line.ts'

const ended = endings()
let server: TestServer
let commandLine: CommandLine

before(async () => {
  commandLine = await CommandLine.open(ended)
  server = await TestServer.start(ended)
  const { desk } = await server.product()
  const artifact = Buffer.from('firmware')
  await server.publish(desk, 1, [{ version: '1.4.3', kind: 'security', artifact }])
})
after(() => ended.endAll())

/** As somebody in this role, in the product alone or everywhere. */
async function now(role: Role, where: string, ...words: readonly string[]) {
  const person = await signedIn(server, [{ role, product: where }])
  await commandLine.face(server, await tokenOf(server, person.account))
  const { exitCode, said } = await commandLine.run(['now', ...words], { json: false })
  assert.equal(exitCode, 0, said)
  return said.trimEnd()
}

test('whoever has nothing to do is told so, what was looked at and what is not his to see', async () => {
  const out = await now('viewer', PRODUCT)
  const [first = '', second = '', ...others] = out.split('\n')
  assert.match(first, /^Nothing needs you now; looked at rollouts that halted, .*approvals.*\.$/)
  assert.match(second, /^Not yours to see: clocks of Article 14, exploited vulnerabilities, .*\.$/)
  assert.deepEqual(others, [])
})

test('each matter is a sentence with its times and the command that leads on; --json is as the server says', async () => {
  const body = { release: '1.4.3', cohort: 'everyone', start: false }
  const { id } = (await server.of('POST', '/rollouts', body)).body
  const out = await now('viewer', PRODUCT)
  assert.deepEqual(out.split('\n').slice(0, 3), [
    `SOON   ${PRODUCT}: rollout ${id} (1.4.3, security, to everyone) is ready and waits to be started`,
    '       since 2026-11-21 00:00 UTC',
    `       fleetward rollout begin ${id} --product ${PRODUCT}`,
  ])
  assert.match(out, /^Looked at rollouts that halted,/m)
  assert.doesNotMatch(out, /Nothing needs you/)
  const { matters, lookedAt } = JSON.parse(await now('viewer', PRODUCT, '--json'))
  assert.deepEqual(
    matters.map(({ kind, subject }: { kind: string; subject: object }) => [kind, subject]),
    [['rolloutWaits', { rollout: id }]],
  )
  assert.ok(lookedAt.includes('rolloutWaits'))
})

test('the words of a stranger steer no terminal', async () => {
  const at = Math.floor(server.clock.at.getTime() / 1000)
  const { disclosure } = storesOf(server)
  await disclosure.add({
    ...{ id: '0'.repeat(16), sha256: '0'.repeat(64), receivedAt: at, state: 'received' },
    ...{ stateAt: at, title: 'A\u001b[2Jhole\u202e', text: 'x', affected: '', version: '' },
    ...{ reporter: '', contact: '', creditName: '', product: PRODUCT, assignee: undefined },
    ...{ duplicateOf: undefined, isEmbargoed: false, told: undefined, revision: 1 },
    ...{ acknowledgeBy: at + 86_400, assessBy: at + 86_400 },
  })
  const out = await now('auditor', PRODUCT)
  assert.match(out, /^URGENT .*the report "A\?\[2Jhole\?" waits for its acknowledgement$/m)
  assert.match(out, /^ {7}since 2026-11-21 00:00 UTC, by 2026-11-22 00:00 UTC$/m)
  assert.match(out, /^ {7}fleetward disclosure show 0{16}$/m)
})

test('every kind of the server has its name, a sentence that lacks nothing and a command that exists', async () => {
  assert.deepEqual(KNOWN_KINDS.toSorted(), MATTER_KINDS.toSorted())
  const { schemas } = (await server.call('GET', '/openapi.json')).body.components as {
    schemas: DocumentSchemas
  }
  const program = programToRead()
  for (const kind of KNOWN_KINDS) {
    const schema = schemas[`Matter${kind.charAt(0).toUpperCase()}${kind.slice(1)}`]
    assert.ok(schema !== undefined, kind)
    const example = exampleOf(schema as DocumentSchema, schemas, true)
    const { says, next } = matterWords(example as Parameters<typeof matterWords>[0])
    assert.doesNotMatch(`${says} ${next ?? ''} ${kindWords(kind)}`, /undefined|\[object/, kind)
    if (next !== undefined) assert.ok(exists(program, next.split(' ')), next)
  }
})

test('a kind that this command line does not know is shown as it came', () => {
  const times = { severity: 'soon', product: null, since: 1, by: null }
  const facts = { count: 3, why: { code: 'NEW' } }
  assert.deepEqual(matterWords({ kind: 'newKind', ...times, subject: { id: 'x' }, facts }), {
    says: 'newKind: id x, count 3, code NEW',
    next: undefined,
  })
})

/** What follows a command without further ones is an argument. */
function exists(command: Command, [word, ...rest]: readonly string[]): boolean {
  if (command.commands.length === 0) return true
  const next = command.commands.find((one) => one.name() === word)
  return next !== undefined && exists(next, rest)
}
