/** What the starter and the agent inside a slot say to each other: one variable and one exit code. */
import type { SlotName } from '../ports.ts'

/** From the starter: this slot was booted, its try is taken. */
export const BOOTED_SLOT_VARIABLE = 'FLEETWARD_BOOTED_SLOT'

/** To the starter: boot again, the state is saved. EX_PROTOCOL in sysexits(3), which nothing else here uses. */
export const BOOT_AGAIN_EXIT_CODE = 76

/** undefined for an agent that nobody started from a slot. */
export function startedSlot(
  environment: Readonly<Record<string, string | undefined>>,
): SlotName | undefined {
  const slot = environment[BOOTED_SLOT_VARIABLE]
  return slot === 'A' || slot === 'B' ? slot : undefined
}
