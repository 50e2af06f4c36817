/** The words for where an update is (protocol §12): the same in records, reports, API and pages. */

export const UPDATE_STATE_NAMES = [
  'idle',
  'offered',
  'downloading',
  'installing',
  'arming',
  'rebooting',
  'trial',
  'committing',
  'rollingBack',
  'failed',
] as const

export type UpdateStateName = (typeof UPDATE_STATE_NAMES)[number]

/** What an update waits for. A wait is never a failure. */
export const WAITING_FOR = [
  'approval',
  'window',
  'postponement',
  'optIn',
  'deadline',
  'power',
  'space',
  'product',
  'start',
] as const

export type WaitingFor = (typeof WAITING_FOR)[number]
