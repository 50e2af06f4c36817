/** What the network process may ask of the privileged one. Each carries only what cannot be known here. */
import type { Fields } from '@fleetward/shared'
import { SLOT_NAMES } from '../core/update-machine.ts'
import type { SlotName } from '../ports.ts'

/** In the order of an update. */
export const QUESTIONS = [
  'contents',
  'bootedSlot',
  'boot',
  'startProduct',
  'stopProduct',
  'write',
  'tryBoot',
  'abandonTrial',
  'selfTest',
  'commit',
  'tellTime',
  'forgetOutput',
] as const

export type QuestionName = (typeof QUESTIONS)[number]

/** What the privileged process asks back while it verifies: a file of the release's origin. */
export const FETCH = 'fetch'
export const ORIGIN_FOLDERS = ['metadata', 'targets'] as const

export function slotOf(fields: Fields): SlotName {
  return fields.oneOf('slot', SLOT_NAMES)
}
