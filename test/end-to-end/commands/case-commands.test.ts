/** `fleetward cases` before a server: a drill of a Friday night and an incident, by commands alone. CRA P-004 */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { endings } from '../../../packages/server/test/support/edge-under-test.ts'
import { signedIn, storesOf } from '../../../packages/server/test/support/people.ts'
import { TestServer } from '../../../packages/server/test/support/test-server.ts'
import { CommandLine, type How, tokenOf } from '../support/command-line.ts'

const PRODUCT = 'lumen'
const FRIDAY = '2026-11-27T22:00:00Z'
const ended = endings()
let server: TestServer
let commandLine: CommandLine

before(async () => {
  commandLine = await CommandLine.open(ended)
  server = await TestServer.start(ended)
  await server.call('POST', '/products', { id: PRODUCT })
  const officer = await signedIn(server, [{ role: 'securityOfficer', product: '*' }])
  await commandLine.face(server, await tokenOf(server, officer.account))
  await commandLine.keep('fields.json', '{"generalInformation":"Shell injection"}')
  await commandLine.keep('notice.txt', 'Install 1.4.3 today.\n')
})
after(() => ended.endAll())

const run = (words: readonly string[], how: How = {}) => commandLine.run(['cases', ...words], how)

async function done(...words: readonly string[]) {
  const ran = await run(words)
  assert.equal(ran.exitCode, 0, `${words.join(' ')}: ${ran.said}`)
  return ran.json
}

test('a drill of a Friday night goes from the first sign to its end, in its own time', async () => {
  const { id } = await done(
    ...['open', '--product', PRODUCT, '--kind', 'vulnerability', '--title', 'Friday night'],
    ...['--cve', 'CVE-2021-21315', '--affected', '1.4.2', '--fixed-version', '1.4.3'],
    ...['--zone', 'Europe/Berlin', '--first-signal', '2026-11-27T21:00:00Z'],
    ...['--drill', '--at', FRIDAY],
  )
  const at = (time: string) => ['--at', time]
  await done('note', id, 'KEV names systeminformation', ...at(FRIDAY))
  await done('exploited', id, '--evidence', 'KEV', ...at(FRIDAY))
  const known = await done('aware', id, '--since', FRIDAY, '--evidence', 'Call', ...at(FRIDAY))
  const due = Date.parse('2026-11-28T22:00:00Z') / 1000
  assert.equal(known.clocks[0].dueAt, due)
  await done('fill', id, '--set', 'summary=Commands = root', '--file', '@fields.json')
  await done('scope', id, '--affected', '1.4.1', '--affected', '1.4.2')
  const sheet = await run(['sheet', id, 'early-warning', '--html', '@sheet.html'], { json: false })
  assert.match(sheet.out, /DRILL/)
  assert.match(sheet.out, /Commands = root/)
  assert.match(sheet.out, /1\.4\.1, 1\.4\.2/)
  assert.match(await readFile(commandLine.at('sheet.html'), 'utf8'), /<title>DRILL/)

  const saturday = '2026-11-28T08:00:00Z'
  const reference = ['--reference', 'DRILL-1']
  await done('submit', id, 'early-warning', ...reference, '--time', saturday, ...at(saturday))
  const sunday = '2026-11-29T08:00:00Z'
  await done(
    ...['submit', id, 'notification', ...reference, '--time', sunday, ...at(sunday)],
    ...['--set', 'sensitivity=TLP:AMBER', '--proof-sha256', 'a'.repeat(64)],
  )
  await done('requested', id, '--by', 'BSI', '--due', '2026-12-01T12:00:00Z', ...at(sunday))
  const late = await done('show', id, '--at', '2026-12-01T13:00:00Z')
  assert.deepEqual([late.clocks[3].state, late.clocks[3].lateBySeconds], ['overdue', 3600])
  const lines = await run(['show', id, '--at', '2026-12-01T13:00:00Z'], { json: false })
  assert.match(lines.out, /DRILL lumen vulnerability open/)
  assert.match(lines.out, /intermediate report overdue: .*LATE by 1 h 0 min/)
  assert.match(lines.out, /final report not started: no corrective or mitigating measure/)
  assert.match(lines.out, /marked as exploited, by /)
  // Codes and ids apart, no name of a program: two words in one.
  assert.doesNotMatch(lines.out, /\b[a-z]+[A-Z][a-z]+/)
  await done('submit', id, 'intermediate', '--request', '1', ...reference, '--time', sunday)
  await done('measure', id, '1.4.3 is offered', '--available', sunday, ...at(sunday))
  await done(
    ...['tell', id, '--audience', 'impacted', '--channel', 'e-mail', '--file', '@notice.txt'],
  )
  await done('correct', id, 'aware', '--to', '2026-11-27T21:30:00Z', '--reason', 'Earlier')
  await done(
    ...['correct', id, 'early-warning', '--to', saturday, '--reference', 'DRILL-2'],
    ...['--reason', 'Typo'],
  )
  const monday = '2026-11-30T08:00:00Z'
  await done('submit', id, 'final-report', ...reference, '--time', monday, ...at(monday))
  const closed = await done('close', id, '--reason', 'Practised')
  assert.equal(closed.closedAt, Date.parse(monday) / 1000)
  const told = closed.events.find(({ type }: { type: string }) => type === 'usersTold')
  assert.deepEqual(told.facts, {
    ...{ audience: 'impacted', channel: 'e-mail', text: 'Install 1.4.3 today.\n' },
    versions: ['1.4.1', '1.4.2'],
  })
  const { cases } = await done('list', '--state', 'closed')
  assert.deepEqual(
    cases.map((one: { id: string }) => one.id),
    [id],
  )
  const events = await storesOf(server).events.after(0, 100)
  assert.deepEqual(
    events.filter(({ type }) => type.startsWith('case.')),
    [],
  )
})

test('a suggestion is taken up as an incident, whose severity is answered before it is marked', async () => {
  const suggestion = '1f3a5c7e9b1d2468'
  const at = Math.floor(server.clock.at.getTime() / 1000)
  await storesOf(server).caseSuggestions.add({
    ...{ id: suggestion, product: PRODUCT, sign: 'rejected-signatures', state: 'open' },
    ...{ firstAt: at - 60, lastAt: at, revision: 1, reason: undefined, decidedAt: undefined },
    facts: { devices: 1, reports: 3, refusals: { THRESHOLD_NOT_MET: 3 }, examples: ['a'] },
    ...{ decidedBy: undefined, caseId: undefined },
  })
  const listed = await run(['suggestions', 'list'], { json: false })
  assert.match(listed.out, /rejected-signatures open: 3 reports of 1 devices/)
  const shown = await run(['suggestions', 'show', suggestion], { json: false })
  assert.match(shown.out, /THRESHOLD_NOT_MET: 3/)
  const wrong = await run([
    ...['suggestions', 'take-up', suggestion, '--title', 'x', '--answer', 'codeLed:yes'],
  ])
  assert.equal(wrong.exitCode, 2)
  const { id } = await done(
    ...['suggestions', 'take-up', suggestion, '--title', 'Forged updates'],
    ...['--answer', 'codeLed=no:Nothing ran'],
  )
  const early = await run(['severe', id, '--evidence', 'x'])
  assert.match(early.out, /SEVERITY_OPEN/)
  await done('severity', id, 'codeCapable', 'yes', '--reason', 'The update channel')
  const severe = await done('severe', id, '--evidence', 'Forged metadata', '--since', '1m')
  assert.equal(severe.isReportable, true)
  const back = await done('take-back', id, '--reason', 'A proxy')
  assert.equal(back.isReportable, false)
  const again = await run(['suggestions', 'dismiss', suggestion, '--reason', 'late'])
  assert.match(again.out, /SUGGESTION_DECIDED/)
})

for (const [what, words] of [
  ['a stage that there is not', ['submit', 'x', 'soon', '--reference', 'r', '--time', '1m']],
  ['a time that is none', ['aware', 'x', '--since', 'soon', '--evidence', 'e']],
  ['a field without a name', ['fill', 'x', '--set', 'nothing']],
  ['a kind that there is not', ['open', '--product', 'p', '--kind', 'bug', '--title', 't']],
] as const) {
  test(`the command refuses ${what} and asks no server`, async () => {
    const { exitCode, said } = await run(words, { json: false })
    assert.equal(exitCode, 2, said)
  })
}
