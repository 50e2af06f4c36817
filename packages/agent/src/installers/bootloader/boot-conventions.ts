/**
 * The variables of U-Boot and GRUB as RAUC's boot scripts use them, so that those scripts serve
 * unchanged, and one more: `fleetward_trial`. Without it `BOOT_ORDER=A B`, which boards come with, could
 * not be told from a trial of A.
 */

import { otherSlot } from '../../core/update-machine.ts'
import type { SlotName } from '../../ports.ts'
import {
  type BootChoice,
  type BootConvention,
  type BootVariables,
  isSlotName,
} from './boot-choice.ts'

const TRIAL = 'fleetward_trial'
const NO_TRIAL = 'none'
/** Tries of the permanent slot. It has no alternative: the scripts begin again when they are used up. */
const PERMANENT_TRIES = 3

/** `BOOT_ORDER` names the slots in order, `BOOT_x_LEFT` the tries that are left of each. */
export const countedTries: BootConvention = {
  names: ['BOOT_ORDER', 'BOOT_A_LEFT', 'BOOT_B_LEFT', TRIAL],
  // One digit: U-Boot's `setexpr` counts in hexadecimal, its `test` reads decimal.
  trialBootsMax: 9,
  read: (variables) =>
    choiceOf(variables, 'BOOT_ORDER', (slot) => {
      const left = variables.get(`BOOT_${slot}_LEFT`) ?? '0'
      return /^[0-9]$/.test(left) ? Number(left) : 0
    }),
  write: (choice) =>
    new Map([
      ['BOOT_ORDER', orderOf(choice)],
      ['BOOT_A_LEFT', String(triesOf(choice, 'A'))],
      ['BOOT_B_LEFT', String(triesOf(choice, 'B'))],
      [TRIAL, choice.trial?.slot ?? NO_TRIAL],
    ]),
}

/** `x_OK` says that a slot may boot, `x_TRY` that its one try is taken: GRUB's scripts cannot count. */
export const singleTry: BootConvention = {
  names: ['ORDER', 'A_OK', 'A_TRY', 'B_OK', 'B_TRY', TRIAL],
  trialBootsMax: 1,
  read: (variables) =>
    choiceOf(variables, 'ORDER', (slot) => {
      const mayBoot = variables.get(`${slot}_OK`) === '1' && variables.get(`${slot}_TRY`) === '0'
      return mayBoot ? 1 : 0
    }),
  write: (choice) => {
    const isIn = (slot: SlotName) => (triesOf(choice, slot) > 0 ? '1' : '0')
    return new Map([
      ['ORDER', orderOf(choice)],
      ['A_OK', isIn('A')],
      ['A_TRY', '0'],
      ['B_OK', isIn('B')],
      ['B_TRY', '0'],
      [TRIAL, choice.trial?.slot ?? NO_TRIAL],
    ])
  },
}

function choiceOf(
  variables: BootVariables,
  orderName: string,
  triesLeft: (slot: SlotName) => number,
): BootChoice | undefined {
  const [first] = (variables.get(orderName) ?? '').split(' ')
  const trial = variables.get(TRIAL)
  if (isSlotName(trial)) {
    // Somebody changed the order by hand: the slot on trial is not next any more.
    const left = first === trial ? triesLeft(trial) : 0
    return { permanent: otherSlot(trial), trial: { slot: trial, triesLeft: left } }
  }
  return isSlotName(first) ? { permanent: first } : undefined
}

function orderOf({ permanent, trial }: BootChoice): string {
  return trial === undefined ? permanent : `${trial.slot} ${permanent}`
}

function triesOf({ permanent, trial }: BootChoice, slot: SlotName): number {
  if (slot === permanent) return PERMANENT_TRIES
  return slot === trial?.slot ? trial.triesLeft : 0
}
