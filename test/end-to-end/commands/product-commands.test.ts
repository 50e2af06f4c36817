/** `fleetward products facts` and `fleetward risks` before a server. */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { PRODUCT } from '../../../packages/server/test/support/desk.ts'
import { endings } from '../../../packages/server/test/support/edge-under-test.ts'
import { signedIn } from '../../../packages/server/test/support/people.ts'
import { TestServer } from '../../../packages/server/test/support/test-server.ts'
import { aRisk, wholeFacts } from '../../../packages/server/test/support/whole-facts.ts'
import { CommandLine, tokenOf } from '../support/command-line.ts'

const ended = endings()
let server: TestServer
let commandLine: CommandLine
const file = (name: string) => commandLine.at(name)

before(async () => {
  commandLine = await CommandLine.open(ended)
  server = await TestServer.start(ended)
  const { desk } = await server.product()
  const artifact = new Uint8Array(1000)
  await server.publish(desk, 1, [{ version: '1.4.3', kind: 'security', artifact }])
  const chief = await signedIn(server, [{ role: 'administrator', product: '*' }])
  await commandLine.face(server, await tokenOf(server, chief.account))
  await writeFile(file('facts.json'), JSON.stringify(wholeFacts()))
  const { id: _id, ...risk } = aRisk('rollback', { tests: [] })
  await writeFile(file('risk.json'), JSON.stringify(risk))
})
after(() => ended.endAll())

const run = (words: readonly string[], json = true) => commandLine.run(words, { json })
const facts = (...words: string[]) => run(['products', 'facts', ...words.toSpliced(1, 0, PRODUCT)])
const risks = (...words: string[]) => run(['risks', ...words, '--product', PRODUCT])

test('from nothing written to a product of which nothing is missing', async () => {
  const nothing = await run(['products', 'facts', 'gaps', PRODUCT], false)
  assert.match(nothing.out, /annex-2: not complete\n {2}1\. Manufacturer/)
  assert.match(nothing.out, /Next: fleetward products facts set --help/)

  const single = await facts(
    'set',
    '--role',
    'steward',
    '--fact',
    'name=Lumen',
    '--member-state',
    'DE',
  )
  assert.deepEqual(single.json.facts, {
    ...{ name: 'Lumen', economicRole: 'steward', memberStates: ['DE'] },
  })
  const half = await facts('set', '--support-ends', '2034-12')
  assert.deepEqual([half.exitCode, half.json.error.code], [1, 'REQUEST_INVALID'])
  const whole = await facts('set', '--file', file('facts.json'))
  assert.deepEqual([whole.exitCode, whole.json.version], [0, 2])
  assert.deepEqual(whole.json.facts, wholeFacts())

  const short = await facts('set', '--support-ends', '2029-12')
  assert.deepEqual([short.exitCode, short.json.error.code], [1, 'SUPPORT_PERIOD_TOO_SHORT'])
  assert.equal(short.json.error.facts.atLeast, '2031-08')
  const moved = await facts('set', '--support-ends', '2035-06', '--clear', 'conformity.procedure')
  assert.deepEqual(
    [moved.json.facts.supportPeriod.ends, moved.json.facts.conformity],
    ['2035-06', undefined],
  )
  await facts('set', '--fact', 'conformity.procedure=A')
  const history = await facts('history')
  assert.deepEqual(
    history.json.versions.map(({ version }: { version: number }) => version),
    [4, 3, 2, 1],
  )
  assert.equal((await facts('show', '--version', '1')).json.facts.name, 'Lumen')

  assert.equal((await facts('gaps')).json.isComplete, false)
  const added = await risks('add', 'rollback', '--file', file('risk.json'), '--owner', 'B. Licht')
  assert.deepEqual([added.json.level, added.json.owner], ['high', 'B. Licht'])
  assert.deepEqual((await risks('status')).json.highWithoutEvidence, ['rollback'])
  await risks('change', 'rollback', '--test', 'test/attacks/rollback')
  const reviewed = await risks('review', '--reviewer', 'A. Licht', '--next', '2027-11-21')
  assert.deepEqual([reviewed.json.version, reviewed.json.isOverdue], [1, false])
  const full = await facts('gaps')
  assert.deepEqual([full.json.isComplete, full.json.undecided], [true, []])
  const said = await run(['products', 'facts', 'gaps', PRODUCT], false)
  assert.match(said.out, /the law: applies\nannex-2: complete\n(?:.*\n)*Nothing is missing\.\n$/)

  assert.match(
    (await run(['risks', 'list', '--product', PRODUCT], false)).out,
    /^rollback +high, mitigate/,
  )
  assert.equal((await risks('remove', 'rollback')).exitCode, 0)
  assert.equal((await risks('history', '--version', '1')).json.risks[0].id, 'rollback')
  assert.equal((await facts('gaps')).json.isComplete, false)
})

test('what is shown as JSON can be given back', async () => {
  const shown = await facts('show')
  await writeFile(file('shown.json'), shown.out)
  const again = await facts('set', '--file', file('shown.json'))
  assert.equal(again.exitCode, 0, again.out)
  assert.deepEqual(again.json.facts, shown.json.facts)
  await risks('add', 'shown', '--file', file('risk.json'))
  const risk = await risks('show', 'shown')
  await writeFile(file('shown-risk.json'), risk.out)
  const copy = await risks('add', 'copied', '--file', file('shown-risk.json'))
  assert.equal(copy.exitCode, 0, copy.out)
  assert.deepEqual([copy.json.id, copy.json.threat], ['copied', risk.json.threat])
})

test('a security release cannot be deleted from the desk, and the date is said', async () => {
  const listed = await run(['release', 'list', '--product', PRODUCT], false)
  assert.match(listed.out, /stays until 2036-11-21/)
  const { exitCode, json } = await run([
    'release',
    'delete',
    '--version',
    '1.4.3',
    '--product',
    PRODUCT,
  ])
  assert.deepEqual(
    [exitCode, json.error.code, json.error.facts.date],
    [...[1, 'RETAINED_UNTIL', '2036-11-21']],
  )
})

for (const [what, words] of [
  ['nothing to set', ['set']],
  ['a role that is none', ['set', '--role', 'king']],
  ['a fact twice', ['set', '--role', 'steward', '--fact', 'economicRole=importer']],
  ['a fact and its end', ['set', '--clear', 'name', '--fact', 'name=Lumen']],
  ['a fact to be cleared that is not there', ['set', '--clear', 'conformity.notifiedBody']],
  ['a path that leads nowhere', ['set', '--fact', '__proto__.x=1']],
] as const) {
  test(`a command that says ${what} asks the server nothing`, async () => {
    const before = (await facts('show')).json.version
    const { exitCode } = await facts(...words)
    assert.equal(exitCode, 2)
    assert.equal((await facts('show')).json.version, before)
  })
}
