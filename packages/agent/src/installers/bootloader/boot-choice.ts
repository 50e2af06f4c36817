/**
 * What a bootloader with boot counting keeps, whatever its variables are called: the slot it boots, and
 * during a trial the other one with the tries it has left. Nothing else is ever bootable: a slot that
 * is neither may be half written.
 */
import type { SlotName } from '../../ports.ts'

export interface BootChoice {
  readonly permanent: SlotName
  readonly trial?: { readonly slot: SlotName; readonly triesLeft: number }
}

export type BootVariables = ReadonlyMap<string, string>

/** The variables of one bootloader, and what they mean. */
export interface BootConvention {
  readonly names: readonly string[]
  /** How many boots of a slot on trial it can count. */
  readonly trialBootsMax: number
  /** undefined: they say nothing, as before the bootloader has saved any. */
  read(variables: BootVariables): BootChoice | undefined
  /** Every one of {@link names}: what is left of an older choice must not mix with this one. */
  write(choice: BootChoice): BootVariables
}

/** Where a bootloader keeps its variables. */
export interface BootVariableStore {
  /** Of `names`, those that are set. */
  read(names: readonly string[]): Promise<BootVariables>

  /** All of them or none, also when power is lost in between. */
  write(variables: BootVariables): Promise<void>
}

/** The slot that runs after the next boot. */
export function nextSlot({ permanent, trial }: BootChoice): SlotName {
  return trial !== undefined && trial.triesLeft > 0 ? trial.slot : permanent
}

export function isSlotName(word: string | undefined): word is SlotName {
  return word === 'A' || word === 'B'
}
