/** Which slot runs, from the words the bootloader gave the kernel. */
import { SLOT_NAMES } from '../../core/update-machine.ts'
import type { SlotName } from '../../ports.ts'
import { isSlotName } from './boot-choice.ts'

/** Words that name the slot outright; `rauc.slot` because boot scripts made for RAUC set it. */
const SLOT_WORDS = ['fleetward.slot=', 'rauc.slot=']
const ROOT_WORD = 'root='

/** undefined: nothing names a slot, or two words contradict each other. */
export function bootedSlotOf(
  commandLine: string,
  roots: Readonly<Record<SlotName, readonly string[]>>,
): SlotName | undefined {
  const words = commandLine.split(/\s+/)
  const named = new Set(
    words.flatMap((word) => {
      const prefix = SLOT_WORDS.find((candidate) => word.startsWith(candidate))
      return prefix === undefined ? [] : [word.slice(prefix.length)]
    }),
  )
  if (named.size > 0) {
    const [slot] = named
    return named.size === 1 && isSlotName(slot) ? slot : undefined
  }
  // Of several `root=` the kernel takes the last.
  const root = words.findLast((word) => word.startsWith(ROOT_WORD))?.slice(ROOT_WORD.length)
  if (root === undefined) return undefined
  const slots = SLOT_NAMES.filter((slot) => roots[slot].includes(root))
  return slots.length === 1 ? slots[0] : undefined
}
