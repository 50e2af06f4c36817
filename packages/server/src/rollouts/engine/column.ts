/** Which one column a device of a rollout is in. Pure; the table in column-cases.ts is its specification. */
import { compareVersions, type WaitingFor } from '@fleetward/shared'
import type { DeviceFacts, Membership } from './membership.ts'
import type { Column } from './progress.ts'
import type { SilenceLimits } from './silence.ts'

/** The rollout as its devices meet it. */
export interface RolloutForColumn {
  readonly id: string
  readonly attempt: number
  /** Of its release. */
  readonly version: string
  /** Another rollout of the cohort is offered in its place. */
  readonly overtakenBy: string | undefined
  readonly silence: SilenceLimits
  /** What a device needs to be offered it. */
  readonly entitlement?: string | undefined
}

/** States in which an update has begun: what becomes of the offer no longer stops it by itself. */
const BEGUN: ReadonlySet<string | undefined> = new Set([
  'downloading',
  'installing',
  'arming',
  'rebooting',
  'trial',
  'committing',
  'rollingBack',
])

/** One place for each wait: member-column.ts makes its query of it. */
export const COLUMN_OF_WAIT: Readonly<Record<WaitingFor, Column>> = {
  approval: 'waitingForConsent',
  // The owner is asked as well; only, without an answer it begins by itself when the deadline has passed.
  deadline: 'waitingForConsent',
  window: 'waitingForWindow',
  postponement: 'postponed',
  optIn: 'optedOut',
  ...{ power: 'waiting', space: 'waiting', product: 'waiting', start: 'waiting' },
}

/** The first rule that fits; an end comes before everything, so that what was counted stays counted. */
export function columnOf(
  device: DeviceFacts,
  membership: Membership,
  rollout: RolloutForColumn,
): Column {
  const { offeredAt, silenceFrom, end } = membership
  if (offeredAt === undefined) return 'notOffered'
  if (end?.as === 'succeeded') return 'succeeded'
  if (end?.as === 'failed' && end.attempt >= rollout.attempt) return 'failed'
  if (device.blocked !== undefined) return 'blocked'

  const isAboutThis = device.rollout === rollout.id
  const isAtWork = BEGUN.has(device.state)
  const waits =
    isAboutThis && device.waitingFor !== undefined ? COLUMN_OF_WAIT[device.waitingFor] : undefined
  if (isAtWork && isAboutThis) {
    return waits ?? (isSilent(silenceFrom, rollout.silence.underWay) ? 'silent' : 'underWay')
  }

  const ahead = device.version === undefined ? -1 : compareVersions(device.version, rollout.version)
  if (ahead === 0) return 'succeeded'
  if (ahead > 0 || rollout.overtakenBy !== undefined || isAtWork) return 'overtaken'
  if (waits !== undefined) return waits
  if (device.optedOut) return 'optedOut'
  if (silenceFrom === undefined) return 'offline'
  return isSilent(silenceFrom, rollout.silence.offered) ? 'silent' : 'offered'
}

function isSilent(silenceFrom: number | undefined, limit: number): boolean {
  return silenceFrom !== undefined && silenceFrom <= limit
}
