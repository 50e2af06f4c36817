/** What is told before each deadline of a case, and cases that are drills. CRA P-004 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  aware,
  CaseDesk,
  clockOf,
  DAY,
  exploited,
  HOUR,
  START,
  said,
  submitted,
  VULNERABILITY,
} from '../support/case-desk.ts'

test('each step before a deadline is told once, also after the server was away, and the newest alone', async (t) => {
  const desk = await CaseDesk.open(t)
  const id = await desk.case(VULNERABILITY)
  await desk.acts(id, exploited, aware(START))
  const reminders = async () =>
    (await desk.told())
      .filter(({ type }) => type.startsWith('case.deadline'))
      .map(({ type, data }) => {
        const { stage, leadSeconds } = data as { stage: string; leadSeconds: number }
        return `${type} ${stage} ${leadSeconds / HOUR}`
      })
  assert.deepEqual(await reminders(), [])
  await desk.at(12 * HOUR - 1)
  assert.deepEqual(await reminders(), [])
  await desk.at(12 * HOUR)
  const first = ['case.deadline-near earlyWarning 12']
  assert.deepEqual(await reminders(), first)
  assert.deepEqual(await reminders(), first)
  await desk.server.stop()
  await desk.at(25 * HOUR)
  const second = [...first, 'case.deadline-passed earlyWarning 0']
  assert.deepEqual(await reminders(), second)
  await desk.server.stop()
  await desk.server.start()
  assert.deepEqual(await reminders(), second)
  await desk.acts(id, submitted('earlyWarning', START + 25 * HOUR))
  await desk.at(71 * HOUR)
  assert.deepEqual(await reminders(), [...second, 'case.deadline-near notification 1'])
  // A submission ends what would have been told.
  await desk.acts(id, submitted('notification', START + 71 * HOUR))
  await desk.at(80 * HOUR)
  assert.equal((await reminders()).length, 3)
  // The 14 days after the measure.
  const measure = { type: 'measureAvailable', availableAt: START + 80 * HOUR, measure: '1.4.3' }
  await desk.acts(id, measure)
  await desk.at(80 * HOUR + 13 * DAY)
  assert.equal((await reminders()).at(-1), 'case.deadline-near finalReport 24')
})

test('a drill counts in its own time, raises no alarm, and says what it is', async (t) => {
  const desk = await CaseDesk.open(t)
  const at = START + 400 * DAY
  const id = await desk.case({ ...VULNERABILITY, isDrill: true, at })
  await desk.acts(id, { ...exploited, at: at + HOUR }, { ...aware(at + HOUR), at: at + HOUR })
  const now = await desk.show(id)
  assert.deepEqual([now.now, clockOf(now, 'earlyWarning').state], [at + HOUR, 'running'])
  const later = await desk.show(id, `?at=${at + 26 * HOUR}`)
  assert.deepEqual(clockOf(later, 'earlyWarning').lateBySeconds, HOUR)
  const back = await desk.act(id, { type: 'noted', text: 'x', at })
  assert.deepEqual(said(back), [409, 'EVENT_OUT_OF_ORDER'])
  const sheet = await desk.sheet(id, 'earlyWarning')
  assert.equal(sheet.isDrill, true)
  assert.match(sheet.text, /DRILL/)
  await desk.at(500 * DAY)
  assert.deepEqual(await desk.told(), [])
  const real = await desk.case(VULNERABILITY)
  const asked = await desk.officer.call('GET', `/cases/${real}?at=${START}`)
  assert.deepEqual(said(asked), [409, 'NOT_A_DRILL'])
  const { body: entries } = await desk.server.call('GET', '/audit?action=case.recorded')
  assert.equal(entries[0].after.isDrill, true)
})
