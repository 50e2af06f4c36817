/** States of a vulnerability report and what is due. CRA P-123 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DISCLOSURE_DEFAULTS } from './disclosure-settings.ts'
import { plainLine, plainText } from './plain-text.ts'
import { dueTimes, isOver, nextStates, overdue, REPORT_STATES, type ReportState } from './report.ts'

test('every state is reached from the first one, and none is a dead end', () => {
  const reached = new Set<ReportState>(['received'])
  for (const state of reached) for (const next of nextStates(state)) reached.add(next)
  assert.deepEqual([...reached].toSorted(), [...REPORT_STATES].toSorted())
  for (const state of REPORT_STATES) assert.ok(nextStates(state).length > 0, state)
})

test('nothing is published that was not confirmed and fixed', () => {
  const before = (wanted: ReportState) =>
    REPORT_STATES.filter((state) => nextStates(state).includes(wanted))
  assert.deepEqual(before('published'), ['fixed'])
  assert.deepEqual(before('fixed'), ['fixing'])
  assert.deepEqual(before('fixing'), ['confirmed', 'fixed'])
  assert.deepEqual(REPORT_STATES.filter(isOver), ['duplicate', 'invalid', 'closed'])
})

const HOUR = 3_600
const due = dueTimes(0, { ...DISCLOSURE_DEFAULTS.settings, acknowledgeHours: 2, assessHours: 5 })
const cases: [state: ReportState, hour: number, expected: string | undefined][] = [
  ['received', 2, undefined],
  ['received', 3, 'acknowledgement'],
  ['received', 6, 'assessment'],
  ['acknowledged', 3, undefined],
  ['acknowledged', 5, undefined],
  ['acknowledged', 6, 'assessment'],
  ['confirmed', 6, undefined],
  ['invalid', 6, undefined],
  ['closed', 6, undefined],
]
for (const [state, hour, expected] of cases) {
  test(`a report that is ${state} after ${hour} hours: ${expected ?? 'nothing'} is overdue`, () => {
    assert.equal(overdue({ state, ...due }, hour * HOUR), expected)
  })
}

test('text of strangers loses what steers terminals and readers, and keeps what it says', () => {
  assert.equal(
    plainText(' \u001b[31mred\u0007\u0000 \r\nnext\rlast\t. '),
    '[31mred \nnext\nlast\t.',
  )
  assert.equal(plainText('ab\u202ecd\u2066ef\u200bgh\u{e0041}\ufeff'), 'abcdefgh')
  assert.equal(plainText('\ud800x'), '\ufffdx')
  // Joiners are letters of some languages, and of pictures.
  const kept = 'Gr\u00fc\u00dfe, \u0645\u06cc\u200c\u062e\u0648\u0627, \u{1f469}\u200d\u{1f527}'
  assert.equal(plainText(kept), kept)
  assert.equal(plainLine('a\nb\u2028c \t d'), 'a b c d')
})
