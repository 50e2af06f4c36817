/** The console offers to let through what the server lets through, and nothing else. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  endOfDay,
  isWaivable,
} from '../../packages/console/src/screens/releases/gate/gate-reasons.ts'
import { GATE_CODES } from '../../packages/server/src/gate/gate.ts'
import { NEVER_WAIVED } from '../../packages/server/src/gate/waiver.ts'

test('exactly what nobody may waive is not offered to be waived', () => {
  const offered = GATE_CODES.filter((code) => !isWaivable(code))
  assert.deepEqual(offered.toSorted(), NEVER_WAIVED.toSorted())
})

test('the last day of a waiver counts to its end where the viewer is', () => {
  const end = new Date((endOfDay('2026-12-24') ?? 0) * 1000)
  assert.deepEqual([end.getDate(), end.getHours(), end.getMinutes()], [24, 23, 59])
  assert.equal(endOfDay('soon'), undefined)
})
