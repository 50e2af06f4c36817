/** What is worth telling of the machine's way from one state to the next. Pure. */
import type { Facts } from '@fleetward/shared'
import type { ActivityEvent } from '../ports.ts'
import { type Failure, isBeforeArming, type UpdateState, updateOf } from './update-machine.ts'

/** Whether the server should hear of this change. A newer word for the same wait is no news. */
export function isNews(before: UpdateState, after: UpdateState): boolean {
  if (before.name !== after.name) return true
  if (before.name === 'installing' && after.name === 'installing') {
    return before.waitingFor !== after.waitingFor
  }
  if (before.name !== 'offered' || after.name !== 'offered') return false
  return (
    before.waitingFor !== after.waitingFor ||
    before.update.offer.rollout !== after.update.offer.rollout ||
    before.update.offer.attempt !== after.update.offer.attempt ||
    before.update.offer.release.path !== after.update.offer.release.path
  )
}

/** For the owner, in the activity log; undefined for a step that says nothing to a person. */
export function eventOfChange(before: UpdateState, after: UpdateState): ActivityEvent | undefined {
  switch (after.name) {
    case 'offered':
      return after.waitingFor === undefined ? 'update-offered' : 'update-waiting'
    case 'downloading':
      return 'update-downloading'
    case 'installing':
      return after.waitingFor === undefined ? undefined : 'update-waiting'
    case 'arming':
      return 'update-installed'
    case 'trial':
      return 'update-on-trial'
    case 'rollingBack':
      return 'update-rolled-back'
    case 'failed':
      return 'update-failed'
    case 'idle':
      if (before.name === 'committing') return 'update-committed'
      return isBeforeArming(before) ? 'update-dropped' : undefined
    default:
      return undefined
  }
}

/** For the log: from where to where, with which release, and why. */
export function factsOfChange(
  before: UpdateState,
  after: UpdateState,
  failure: Failure | undefined,
): Facts {
  const release = (updateOf(after) ?? updateOf(before))?.offer.release
  return {
    from: before.name,
    to: after.name,
    ...(release === undefined ? {} : { release: release.path, version: release.version }),
    ...('waitingFor' in after && after.waitingFor !== undefined
      ? { waitingFor: after.waitingFor }
      : {}),
    ...(failure === undefined ? {} : { ...failure.facts, code: failure.code }),
  }
}
