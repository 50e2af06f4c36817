/**
 * Whether an update may start now, and whom or what it waits for otherwise. Everybody who has a
 * say is an argument: what the manufacturer signed, what the operator wishes, what the owner chose.
 * The owner's bounds are signed offline; a manifest can widen them, never narrow them (protocol §5.5).
 *
 * Pure and total: the table in decide.test.ts is its specification.
 */
import {
  type Offer,
  type OpenTime,
  type OwnersBounds,
  sha256Hex,
  type WaitingFor,
} from '@fleetward/shared'
import { isOptedOut, type OwnersChoices } from './owners-choices.ts'
import { latestOf } from './postponement.ts'

export type { OwnersChoices }

/** Before the download, or before the switch to what is downloaded and written. */
export type Step = 'begin' | 'switch'

export interface Situation {
  /** `begin` when left out. */
  readonly step?: Step
  readonly offer: Offer
  /** Manifest's last second (protocol §5.2). */
  readonly validUntil: number
  /** What the policy comes to once the release's own bounds are kept (protocol §5.5). */
  readonly bounds: OwnersBounds
  /** When this release was first offered to this device: seconds since 1970. */
  readonly firstNotice: number
  /** When it was last taken, if that was not at first notice. */
  readonly againAt?: number | undefined
  readonly device: string
  /** What stands under the owner's choices. */
  readonly defaults: {
    readonly security: 'automatic' | 'ask'
    readonly functionality: 'automatic' | 'ask'
    readonly approvalAsLastStep?: boolean
  }
  readonly owner: OwnersChoices
  /** The owner's maintenance window that is open now or opens next; without one any time is right. */
  readonly window?: OpenTime
  /** The same of the window in the offer's policy. Who has both starts when both are open. */
  readonly operatorsWindow?: OpenTime
  /** What the device itself is short of. */
  readonly obstacle?: 'power' | 'space' | 'product'
  /** Seconds since 1970. */
  readonly now: number
}

export type Decision =
  | { readonly start: true }
  /** `until`: when to ask again at the latest (seconds since 1970); without it, on news only. */
  | { readonly start: false; readonly waitingFor: WaitingFor; readonly until?: number }

export function decide(situation: Situation): Decision {
  const { step = 'begin', offer, owner, now, obstacle } = situation
  const { deadline } = situation.bounds
  const isSecurity = offer.release.kind !== 'functionality'
  const isPastDeadline = isSecurity && deadline !== undefined && now >= deadline
  const isApproved = owner.approved?.path === offer.release.path

  // A server that is away, or a clock that jumped: the operator's word has run out, and only a
  // manifest signed anew brings it back. What has begun on it goes on.
  if (step === 'begin' && now > situation.validUntil) return wait('start')

  if (!isApproved) {
    if (isOptedOut(owner, now)) {
      // CRA Annex I, Part I (2)(c): the opt-out stands, the deadline notwithstanding.
      return wait('optIn', owner.optedOutUntil === 'forever' ? undefined : owner.optedOutUntil)
    }
    const postponedUntil = postponementEnd(situation)
    if (postponedUntil !== undefined && now < postponedUntil) {
      return wait('postponement', postponedUntil)
    }
    if (!isPastDeadline) {
      if (step === 'begin' ? asks(situation, isSecurity) : asksLast(situation)) {
        // With a deadline a security update installs by itself in the end; without, only on approval.
        const endsByItself = isSecurity && deadline !== undefined
        if (!endsByItself) return wait('approval')
        return wait(step === 'begin' ? 'deadline' : 'approval', deadline)
      }
      const earliest = startOf(situation)
      if (step === 'begin' && now < earliest) return wait('start', earliest)
      // A long download may have outlasted the window in which it began.
      const closed = closedWindows(situation)
      if (closed.length > 0) return wait('window', nextOpening(closed, now))
    }
  }

  // Nobody's deadline makes an empty battery full.
  if (obstacle !== undefined) return wait(obstacle)
  return { start: true }
}

/**
 * When this device starts by itself: a part of `spread` after it took the offer, so that a fleet
 * does not download in the same second. From device and rollout, so a restart draws no new lot.
 */
export function startOf({ offer, firstNotice, againAt, device }: Situation): number {
  const { notBefore, spread } = offer.policy
  const digest = sha256Hex(new TextEncoder().encode(`start\n${offer.rollout}\n${device}`))
  const share = Number.parseInt(digest.slice(0, 8), 16) / 2 ** 32
  return Math.max(againAt ?? firstNotice, notBefore ?? 0) + Math.floor(share * spread)
}

function closedWindows({ window, operatorsWindow, now }: Situation): readonly OpenTime[] {
  return [window, operatorsWindow]
    .filter((open) => open !== undefined)
    .filter(({ opens, closes }) => now < opens || now >= closes)
}

/** When all of them may have opened; undefined when one of them is just over. */
function nextOpening(closed: readonly OpenTime[], now: number): number | undefined {
  const ahead = closed.map(({ opens }) => opens).filter((opens) => opens > now)
  return ahead.length === closed.length ? Math.max(...ahead) : undefined
}

/** Not beyond what is left of the allowance; an operator's deadline does not shorten it (protocol §5.5). */
function postponementEnd({
  offer,
  owner,
  firstNotice,
  bounds,
  now,
}: Situation): number | undefined {
  if (owner.postponed?.path !== offer.release.path) return undefined
  return Math.min(owner.postponed.until, latestOf(firstNotice, bounds, now))
}

function asksLast({ owner, defaults }: Situation): boolean {
  return owner.approvalAsLastStep ?? defaults.approvalAsLastStep ?? false
}

/** A combined release carries a security fix that could not be separated: it counts as security. */
function asks({ offer, owner, defaults }: Situation, isSecurity: boolean): boolean {
  if (offer.policy.apply === 'ask') return true
  const mode = isSecurity
    ? (owner.security ?? defaults.security)
    : (owner.functionality ?? defaults.functionality)
  return mode === 'ask'
}

function wait(waitingFor: WaitingFor, until?: number): Decision {
  return { start: false, waitingFor, ...(until === undefined ? {} : { until }) }
}
