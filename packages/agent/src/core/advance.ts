/**
 * What an event does to the record: the machine's next state and everything that has to be saved
 * together with it. Pure. The only place where the security counter rises.
 */
import {
  FAILED_OFFERS_MAX_COUNT,
  type FailedOffer,
  FIRST_NOTICES_MAX_COUNT,
} from '@fleetward/shared'
import type { AgentRecord, FirstNotice } from './agent-record.ts'
import { failedTrialsAfter } from './failed-trials.ts'
import { next, type Update, type UpdateEvent, type UpdateState } from './update-machine.ts'

/** The very same record when the event means nothing in its state. `now` in seconds. */
export function advance(record: AgentRecord, event: UpdateEvent, now: number): AgentRecord {
  const before = record.state
  const state = next(before, event)
  if (state === before) return record
  const failedTrials = failedTrialsAfter(record.failedTrials, before, state, now)
  return {
    ...record,
    ...(failedTrials.length === 0 ? {} : { failedTrials }),
    state,
    securityCounter: counterAfter(record, before, event),
    failedOffers: failedOffersAfter(record, state),
    firstNotices: firstNoticesAfter(record, state, now),
  }
}

/**
 * Only the commit of a slot raises it, and only once the bootloader has made the slot permanent: a
 * floor raised earlier would lock out the slot to fall back to (MCUboot 0eaf6668).
 */
function counterAfter(record: AgentRecord, before: UpdateState, event: UpdateEvent): number {
  if (before.name !== 'committing' || event.name !== 'committed') return record.securityCounter
  return Math.max(record.securityCounter, before.update.offer.release.securityCounter)
}

function failedOffersAfter(record: AgentRecord, state: UpdateState): readonly FailedOffer[] {
  if (state.name !== 'failed') return record.failedOffers
  const failed = failedOfferOf(state.update)
  const others = record.failedOffers.filter((other) => !isSameOffer(other, failed))
  return [...others, failed].slice(-FAILED_OFFERS_MAX_COUNT)
}

/** By release: a new rollout of the same release does not start the owner's time anew. */
function firstNoticesAfter(
  record: AgentRecord,
  state: UpdateState,
  now: number,
): readonly FirstNotice[] {
  if (state.name !== 'offered') return record.firstNotices
  const { path } = state.update.offer.release
  const known = record.firstNotices.find((notice) => notice.path === path)
  if (known === undefined) {
    return [...record.firstNotices, { path, at: now }].slice(-FIRST_NOTICES_MAX_COUNT)
  }
  if (isStillOffered(record.state, state.update)) return record.firstNotices
  // A fleet that is asked to try again must not download in the same second either.
  const again = { ...known, againAt: now }
  return record.firstNotices.map((notice) => (notice === known ? again : notice))
}

function isStillOffered(before: UpdateState, { offer }: Update): boolean {
  if (before.name !== 'offered') return false
  const { rollout, attempt, release } = before.update.offer
  const isSameRelease = release.path === offer.release.path
  return isSameRelease && rollout === offer.rollout && attempt === offer.attempt
}

function failedOfferOf({ offer }: Update): FailedOffer {
  const { path, sha256 } = offer.release
  return { rollout: offer.rollout, path, sha256, attempt: offer.attempt }
}

function isSameOffer(a: FailedOffer, b: FailedOffer): boolean {
  return a.rollout === b.rollout && a.path === b.path && a.sha256 === b.sha256
}
