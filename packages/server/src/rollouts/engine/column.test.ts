import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UPDATE_STATE_NAMES, WAITING_FOR } from '@fleetward/shared'
import fc from 'fast-check'
import {
  COLUMN_CASES,
  DEVICE_OF_CASES,
  MEMBERSHIP_OF_CASES,
  ROLLOUT_OF_CASES,
} from '../../../test/support/column-cases.ts'
import { COLUMN_OF_WAIT, columnOf } from './column.ts'
import { BLOCKED_BY } from './membership.ts'
import { COLUMNS, type Column } from './progress.ts'
import { NOBODY_SILENT } from './silence.ts'

for (const { says, device, membership, overtakenBy, column } of COLUMN_CASES) {
  test(`${says}: ${column}`, () => {
    const seen = columnOf(
      { ...DEVICE_OF_CASES, ...device },
      { ...MEMBERSHIP_OF_CASES, ...membership },
      { ...ROLLOUT_OF_CASES, overtakenBy },
    )
    assert.equal(seen, column)
  })
}

test('the cases reach every column', () => {
  const reached = new Set(COLUMN_CASES.map(({ column }) => column))
  assert.deepEqual(
    COLUMNS.filter((column) => !reached.has(column)),
    [],
  )
})

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const waits = fc.constantFrom(...WAITING_FOR)
const instants = fc.integer({ min: 0, max: 3000 })
const devices = fc.record({
  device: fc.constant('SN-1'),
  version: maybe(fc.constantFrom('1.4.2', '1.4.3', '1.5.0')),
  rollout: maybe(fc.constantFrom('r', 's')),
  state: maybe(fc.constantFrom(...UPDATE_STATE_NAMES)),
  waitingFor: maybe(waits),
  optedOut: fc.boolean(),
  postponedUntil: maybe(instants),
  blocked: maybe(fc.constantFrom(...BLOCKED_BY)),
})
const memberships = fc.record({
  group: fc.constant(0),
  late: fc.boolean(),
  position: fc.constant(1),
  offeredAt: maybe(instants),
  silenceFrom: maybe(instants),
  end: maybe(
    fc.record({
      as: fc.constantFrom('succeeded' as const, 'failed' as const),
      attempt: fc.integer({ min: 1, max: 3 }),
      at: instants,
      code: fc.constant(undefined),
    }),
  ),
})
const rollouts = fc.record({
  overtakenBy: maybe(fc.constant('s')),
  attempt: fc.integer({ min: 1, max: 3 }),
})

test('whatever is known of a device, it is in a column, and only time or news moves it', () => {
  fc.assert(
    fc.property(devices, memberships, rollouts, (device, membership, change) => {
      const rollout = { ...ROLLOUT_OF_CASES, ...change }
      const column = columnOf(device, membership, rollout)
      assert.ok(COLUMNS.includes(column))
      // With the time limit far away, exactly the silent ones are elsewhere, and nobody else.
      const patient = { offered: NOBODY_SILENT, underWay: NOBODY_SILENT }
      const unhurried = columnOf(device, membership, { ...rollout, silence: patient })
      if (column === 'silent') assert.match(unhurried, /^(offered|underWay)$/)
      else assert.equal(unhurried, column)
    }),
  )
})

test('who waits, postponed, opted out, is away, blocked or overtaken is never silent', () => {
  fc.assert(
    fc.property(devices, memberships, rollouts, (device, membership, change) => {
      const rollout = { ...ROLLOUT_OF_CASES, ...change, silence: { offered: 9999, underWay: 9999 } }
      if (columnOf(device, membership, rollout) !== 'silent') return
      assert.equal(device.blocked, undefined)
      assert.ok(device.rollout !== 'r' || device.waitingFor === undefined)
      assert.notEqual(membership.silenceFrom, undefined)
    }),
  )
})

test('what a device waits for, short of a postponement or an opt-in, tells one kind of wait from another and nothing else', () => {
  const kinds: ReadonlySet<Column> = new Set(['waitingForConsent', 'waitingForWindow', 'waiting'])
  const ofKind = waits.filter((wait) => kinds.has(COLUMN_OF_WAIT[wait]))
  fc.assert(
    fc.property(
      devices,
      memberships,
      rollouts,
      ofKind,
      ofKind,
      (device, of, change, one, other) => {
        const rollout = { ...ROLLOUT_OF_CASES, ...change }
        const [first, second] = [one, other].map((waitingFor) =>
          columnOf({ ...device, waitingFor }, of, rollout),
        ) as [Column, Column]
        if (kinds.has(first)) {
          assert.deepEqual([first, second], [COLUMN_OF_WAIT[one], COLUMN_OF_WAIT[other]])
        } else assert.equal(second, first)
      },
    ),
  )
})
