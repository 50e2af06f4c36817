import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextSlot } from './boot-choice.ts'
import { countedTries, singleTry } from './boot-conventions.ts'
import { bootedSlotOf } from './booted-slot.ts'

test('a board that came with both slots in its order is on no trial', () => {
  const counted = new Map([
    ['BOOT_ORDER', 'A B'],
    ['BOOT_A_LEFT', '3'],
    ['BOOT_B_LEFT', '3'],
  ])
  assert.deepEqual(countedTries.read(counted), { permanent: 'A' })
  assert.deepEqual(singleTry.read(new Map([['ORDER', 'B A']])), { permanent: 'B' })
})

test('outside of a trial the other slot is in no order and has no try', () => {
  assert.deepEqual(Object.fromEntries(countedTries.write({ permanent: 'A' })), {
    BOOT_ORDER: 'A',
    BOOT_A_LEFT: '3',
    BOOT_B_LEFT: '0',
    fleetward_trial: 'none',
  })
  assert.deepEqual(Object.fromEntries(singleTry.write({ permanent: 'B' })), {
    ...{ ORDER: 'B', A_OK: '0', A_TRY: '0', B_OK: '1', B_TRY: '0' },
    fleetward_trial: 'none',
  })
})

for (const [what, variables, triesLeft] of [
  ['used up', { BOOT_ORDER: 'B A', BOOT_B_LEFT: '0' }, 0],
  ['not a number', { BOOT_ORDER: 'B A', BOOT_B_LEFT: 'many' }, 0],
  ['of a slot that somebody took out of the order', { BOOT_ORDER: 'A', BOOT_B_LEFT: '3' }, 0],
  ['left', { BOOT_ORDER: 'B A', BOOT_B_LEFT: '2' }, 2],
] as const) {
  test(`tries ${what}: the trial has ${triesLeft}`, () => {
    const choice = countedTries.read(
      new Map([...Object.entries(variables), ['fleetward_trial', 'B']]),
    )
    assert.deepEqual(choice, { permanent: 'A', trial: { slot: 'B', triesLeft } })
    assert.equal(choice === undefined ? '' : nextSlot(choice), triesLeft > 0 ? 'B' : 'A')
  })
}

test('GRUB has one try: taken when its script says so', () => {
  const variables = singleTry.write({ permanent: 'A', trial: { slot: 'B', triesLeft: 1 } })
  assert.equal(singleTry.read(variables)?.trial?.triesLeft, 1)
  assert.equal(singleTry.read(new Map([...variables, ['B_TRY', '1']]))?.trial?.triesLeft, 0)
})

test('variables that say nothing give no choice', () => {
  for (const order of ['', 'C', 'rescue A']) {
    assert.equal(countedTries.read(new Map([['BOOT_ORDER', order]])), undefined)
  }
  assert.equal(singleTry.read(new Map()), undefined)
})

const ROOTS = { A: ['/dev/mmcblk0p2', 'PARTUUID=aa'], B: ['/dev/mmcblk0p3', 'PARTUUID=bb'] }
for (const [commandLine, slot] of [
  ['quiet fleetward.slot=B root=/dev/mmcblk0p2', 'B'],
  ['rauc.slot=A', 'A'],
  ['rauc.slot=A fleetward.slot=A\n', 'A'],
  ['rauc.slot=A fleetward.slot=B', undefined],
  ['fleetward.slot=', undefined],
  ['fleetward.slot=AB root=/dev/mmcblk0p2', undefined],
  ['xfleetward.slot=A', undefined],
  ['root=/dev/mmcblk0p3 rw', 'B'],
  ['root=PARTUUID=aa', 'A'],
  ['root=/dev/mmcblk0p2 root=/dev/mmcblk0p3', 'B'],
  ['root=/dev/mmcblk0p20', undefined],
  ['', undefined],
] as const) {
  test(`the kernel was given "${commandLine.trim()}": slot ${slot ?? 'unknown'}`, () => {
    assert.equal(bootedSlotOf(commandLine, ROOTS), slot)
  })
}
