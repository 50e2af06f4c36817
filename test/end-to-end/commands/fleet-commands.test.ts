/** `fleetward devices`, `cohorts` and `filters` before a whole server: every operation of the fleet from the command line. */
import assert from 'node:assert/strict'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { endings } from '../../../packages/server/test/support/edge-under-test.ts'
import { fleet, keepFleet, PRODUCT } from '../../../packages/server/test/support/filtered-fleet.ts'
import { WholeServer } from '../../../packages/server/test/support/whole-server.ts'
import { CommandLine } from '../support/command-line.ts'

const DEVICES = fleet(20).map((device) => ({
  ...device,
  ...{ revokedAt: undefined, isQuarantined: false, isTest: false, isPinned: false },
}))
const [FIRST = { id: '' }, SECOND = { id: '' }] = DEVICES

const ended = endings()
let server: WholeServer
let commandLine: CommandLine

before(async () => {
  server = await WholeServer.start(ended)
  commandLine = await CommandLine.open(ended)
  await commandLine.face(server, server.token)
  await keepFleet(server.edge.database, DEVICES)
})
after(() => ended.endAll())

/** What a script reads, where somebody says no to every question. */
const run = async (...words: readonly string[]) =>
  (await commandLine.run([...words, '--product', PRODUCT], { confirm: async () => false })).json
const ids = (answer: { devices: { id: string }[] }) => answer.devices.map(({ id }) => id)

test('devices are listed, searched, counted and shown', async () => {
  assert.equal((await run('devices', 'list')).devices.length, DEVICES.length)
  const found = ids(await run('devices', 'search', `id in ("${FIRST.id}", "${SECOND.id}")`))
  assert.deepEqual(found.toSorted(), [FIRST.id, SECOND.id].toSorted())
  assert.deepEqual(await run('devices', 'count', '--filter', 'id ~ ""'), { count: DEVICES.length })
  assert.equal((await run('devices', 'show', FIRST.id)).id, FIRST.id)
  assert.deepEqual((await run('devices', 'reports', FIRST.id)).reports, [])
  const { error } = await run('devices', 'search', 'vresion < 1.4.3')
  assert.deepEqual([error.code, error.facts.suggestion], ['FILTER_INVALID', 'version'])
})

test('one device or all that a filter means are changed', async () => {
  const one = await run('devices', 'set', FIRST.id, '--text', 'site=lab', '--number', 'floor=3')
  assert.deepEqual([one.attributes.site, one.attributes.floor], ['lab', 3])
  const both = `id in ("${FIRST.id}", "${SECOND.id}")`
  const dry = await run('devices', 'set', '--filter', both, '--flag', 'ours=true', '--dry-run')
  assert.deepEqual(dry, { matched: 2, changed: 0 })
  const done = await run('devices', 'set', '--filter', both, '--flag', 'ours=true')
  assert.deepEqual(done, { matched: 2, changed: 2 })
  assert.equal(
    (await run('devices', 'set', FIRST.id, '--remove', 'floor')).attributes.floor,
    undefined,
  )
  assert.equal((await run('devices', 'test', FIRST.id)).test, true)
  assert.equal((await run('devices', 'test', FIRST.id, '--off')).test, false)
  const assigned = await run('devices', 'assign', 'laboratory', FIRST.id)
  assert.deepEqual([assigned.cohort, assigned.pinned], ['laboratory', true])

  const both2 = await run('devices', 'quarantine', '--filter', both, '--reason', 'on purpose')
  assert.equal(both2.changed, 2)
  assert.equal((await run('devices', 'release', FIRST.id)).quarantine, undefined)
  assert.equal((await run('devices', 'release', '--filter', 'quarantined')).changed, 1)
  const { error } = await run('devices', 'release')
  assert.equal(error.code, 'USAGE')
  assert.equal((await run('devices', 'release', 'nobody')).error.code, 'NO_SUCH_DEVICE')
  await run('devices', 'dismiss', FIRST.id)
})

test('a device is asked to do something', async () => {
  assert.equal((await run('devices', 'send', FIRST.id, 'check-now')).state, 'pending')
  assert.equal((await run('devices', 'send', FIRST.id, 'erase')).error.code, 'NOT_CONFIRMED')
  const { commands } = await run('devices', 'commands', FIRST.id)
  assert.ok(commands.some(({ command }: { command: string }) => command === 'check-now'))
  assert.ok(!commands.some(({ command }: { command: string }) => command === 'erase'))
})

test('devices are imported and expected', async () => {
  const file = commandLine.at('devices.csv')
  await writeFile(file, `id,cohort,attr.batch\n${FIRST.id},,B1\nnew-1,field,B1\n`)
  const dry = await run('devices', 'import', file, '--dry-run')
  assert.deepEqual([dry.expected, dry.changed, dry.dryRun], [1, 1, true])
  assert.deepEqual((await run('devices', 'expected')).expected, [])
  assert.equal((await run('devices', 'import', file)).expected, 1)
  await writeFile(file, 'id,cohort\nok-1,field\nnot ok,field\n')
  const { error } = await run('devices', 'import', file)
  assert.equal(error.code, 'IMPORT_REFUSED')
  assert.match(error.message, /line 3, id/)
  assert.equal(
    (await run('devices', 'import', commandLine.at('devices.txt'))).error.code,
    'FILE_NAME_UNKNOWN',
  )

  const tokenOut = commandLine.at('new-2.token')
  const expected = await run(
    'devices',
    'expect',
    'new-2',
    '--cohort',
    'field',
    '--token-out',
    tokenOut,
  )
  assert.deepEqual([expected.cohort, expected.token], ['field', undefined])
  assert.match(await readFile(tokenOut, 'utf8'), /^[0-9a-f]{16}\.[\w-]{43}\n$/)
  assert.equal((await stat(tokenOut)).mode & 0o077, 0)
  const all = (await run('devices', 'expected')).expected.map(({ id }: { id: string }) => id)
  assert.deepEqual(all, ['new-1', 'new-2'])
  assert.deepEqual(await run('devices', 'forget', 'new-1'), { forgotten: 'new-1' })
})

test('cohorts have descriptions and rules', async () => {
  assert.equal((await run('cohorts', 'create', 'attic', '--description', 'above')).name, 'attic')
  assert.equal((await run('cohorts', 'describe', 'attic', 'ours')).description, 'ours')
  const { cohorts } = await run('cohorts', 'list')
  assert.ok(cohorts.some(({ name }: { name: string }) => name === 'attic'))
  const ruled = await run('cohorts', 'rule', 'attic', '--filter', 'attr.batch = "B1"')
  assert.deepEqual(ruled.rules, [{ cohort: 'attic', filter: 'attr.batch = "B1"' }])
  const first = await run('cohorts', 'rule', 'old', '--filter', 'version < 1.0.0', '--first')
  assert.deepEqual(
    first.rules.map(({ cohort }: { cohort: string }) => cohort),
    ['old', 'attic'],
  )
  assert.equal((await run('cohorts', 'show', 'attic')).place, 1)
  assert.deepEqual(await run('cohorts', 'rules'), first)
  const file = commandLine.at('rules.json')
  const wanted = { rules: [{ cohort: 'attic', filter: `id = "${SECOND.id}"` }] }
  await writeFile(file, JSON.stringify(wanted))
  assert.equal((await run('cohorts', 'preview', '--rules', file)).rules[0].cohort, 'attic')
  assert.deepEqual(await run('cohorts', 'set-rules', file), wanted)
  assert.deepEqual((await run('cohorts', 'no-rule', 'attic')).rules, [])
  assert.deepEqual(await run('cohorts', 'delete', 'old'), { deleted: 'old' })
  assert.equal((await run('cohorts', 'delete', 'laboratory')).error.code, 'COHORT_IN_USE')
})

test('filters are kept under a name', async () => {
  assert.equal((await run('filters', 'save', 'silent', 'lastSeen > 30d')).filter, 'lastSeen > 30d')
  const changed = await run('filters', 'save', 'silent', 'lastSeen > 9d', '--description', 'x')
  assert.deepEqual([changed.filter, changed.description], ['lastSeen > 9d', 'x'])
  assert.equal((await run('filters', 'list')).filters.length, 1)
  assert.equal((await run('filters', 'show', 'silent')).name, 'silent')
  assert.ok(Array.isArray((await run('devices', 'list', '--saved', 'silent')).devices))
  assert.equal((await run('filters', 'rename', 'silent', 'quiet')).name, 'quiet')
  assert.equal((await run('filters', 'save', 'loud', 'online')).name, 'loud')
  assert.equal((await run('filters', 'rename', 'loud', 'quiet')).error.code, 'FILTER_EXISTS')
  assert.equal((await run('filters', 'show', 'quiet')).description, 'x')
  assert.deepEqual(await run('filters', 'delete', 'quiet'), { deleted: 'quiet' })
  assert.equal((await run('filters', 'show', 'silent')).error.code, 'NO_SUCH_FILTER')
})

test('a device is revoked, and decommissioned by whoever means it', async () => {
  assert.notEqual((await run('devices', 'revoke', SECOND.id)).revokedAt, undefined)
  assert.equal((await run('devices', 'decommission', SECOND.id)).error.code, 'NOT_CONFIRMED')
  const gone = await run('devices', 'decommission', SECOND.id, '--yes')
  assert.deepEqual(gone, { id: SECOND.id, decommissioned: true })
  assert.equal((await run('devices', 'show', SECOND.id)).error.code, 'NO_SUCH_DEVICE')
})
