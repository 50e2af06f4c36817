/** What is worth telling of the machine's way from one state to the next. Pure. */
import type { Facts } from '@fleetward/shared'
import { type Failure, type UpdateState, updateOf } from './update-machine.ts'

/** Whether the server should hear of this change. A newer word for the same wait is no news. */
export function isNews(before: UpdateState, after: UpdateState): boolean {
  if (before.name !== after.name) return true
  if (before.name !== 'offered' || after.name !== 'offered') return false
  return (
    before.waitingFor !== after.waitingFor ||
    before.update.offer.rollout !== after.update.offer.rollout ||
    before.update.offer.attempt !== after.update.offer.attempt ||
    before.update.offer.release.path !== after.update.offer.release.path
  )
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
    ...(after.name === 'offered' && after.waitingFor !== undefined
      ? { waitingFor: after.waitingFor }
      : {}),
    ...(failure === undefined ? {} : { ...failure.facts, code: failure.code }),
  }
}
