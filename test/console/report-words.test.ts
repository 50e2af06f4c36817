/** The console counts the clocks of reports as the server does. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  dueOf,
  isOver,
  REPORT_STATES,
} from '../../packages/console/src/screens/reports/report-words.ts'
import {
  overdue,
  type Report,
  REPORT_STATES as SERVERS,
} from '../../packages/server/src/disclosure/report.ts'

test('the clock that is shown is the one that the server counts by', () => {
  for (const state of REPORT_STATES) {
    const report = { state, acknowledgeBy: 10, assessBy: 20 }
    const late = overdue(report as Report, state === 'received' ? 15 : 25)
    assert.equal(dueOf(report)?.what, late, state)
  }
})

test('every state has words and a place', () => {
  assert.deepEqual([...REPORT_STATES].toSorted(), [...SERVERS].toSorted())
  assert.deepEqual(REPORT_STATES.filter(isOver), ['duplicate', 'invalid', 'closed'])
})
