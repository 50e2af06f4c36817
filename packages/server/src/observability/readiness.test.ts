import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { pino } from 'pino'
import { clockPart, clockState } from './parts.ts'
import { isReady, type Part, type PartState, Readiness } from './readiness.ts'

function watching(t: TestContext, look: () => Promise<PartState>) {
  const clock = { at: new Date('2026-11-21T12:00:00Z'), now: () => clock.at }
  const logged: Record<string, unknown>[] = []
  const log = pino({ base: null }, { write: (line) => void logged.push(JSON.parse(line)) })
  const part: Part = { name: 'part', look }
  const readiness = new Readiness([part], clock, log)
  t.after(() => readiness.stop())
  /** As if nobody had asked for long. */
  const report = async () => {
    await new Promise((resolve) => setTimeout(resolve, 520))
    return readiness.report()
  }
  return { clock, logged, report }
}

test('since when is since the change, and each change is one line of the log', async (t) => {
  let state: PartState = { isReady: true }
  const { clock, logged, report } = watching(t, async () => state)
  assert.ok(isReady(await report()))
  const start = clock.at
  clock.at = new Date(start.getTime() + 60_000)
  state = { isReady: false, says: 'ECONNREFUSED' }
  const away = await report()
  assert.deepEqual(away.part, { isReady: false, says: 'ECONNREFUSED', since: clock.at })
  clock.at = new Date(start.getTime() + 120_000)
  assert.deepEqual(await report(), away)
  state = { isReady: true }
  assert.deepEqual((await report()).part?.since, clock.at)
  assert.deepEqual(
    logged.map(({ event }) => event),
    ['not-ready', 'ready-again'],
  )
})

test('a part that fails or never answers is not ready, and says it in a word', async (t) => {
  const refused = Object.assign(new Error('connect to db.internal as fleetward'), {
    code: 'ECONNREFUSED',
  })
  const { report, logged } = watching(t, () => Promise.reject(refused))
  assert.equal((await report()).part?.says, 'ECONNREFUSED')
  assert.ok(!JSON.stringify(logged).includes('db.internal'))
  const { report: hanging } = watching(t, () => new Promise(() => {}))
  assert.match((await hanging()).part?.says ?? '', /no answer/)
})

const NOW = new Date(1_790_000_000_000)
const clocks: [what: string, signedAgo: number, database: number | undefined, ready: boolean][] = [
  ['nothing to compare with', 1e9, undefined, true],
  ['signed a minute from now', -60, undefined, true],
  ['signed an hour from now: the clock went back', -3600, undefined, false],
  ['the database agrees', 10, 1_790_000_001, true],
  ['the database is an hour ahead', 10, 1_790_003_600, false],
  ['the database is an hour behind', 10, 1_789_996_400, false],
]
for (const [what, signedAgo, now, ready] of clocks) {
  test(`the clock: ${what}`, () => {
    const signedAt = NOW.getTime() / 1000 - signedAgo
    assert.equal(clockState(NOW, { signedAt, now }).isReady, ready)
  })
}

test('a database that is away says nothing against the clock', async () => {
  const part = clockPart({ now: () => NOW }, () => Promise.reject(new Error('away')))
  assert.equal((await part.look()).isReady, true)
})
