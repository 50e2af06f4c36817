/** What has to hold before a release is offered to a cohort. */
import { randomBytes } from 'node:crypto'
import type { Release } from '@fleetward/shared'
import type { z } from 'zod'
import type { Actor } from '../accounts/actor.ts'
import { FilterError } from '../devices/filter/filter-error.ts'
import { parseFilter } from '../devices/filter/parse-filter.ts'
import { entitlementFor } from '../entitlements/entitlement.ts'
import { HttpError } from '../http/problem.ts'
import type { Stores } from '../stores.ts'
import { type Approval, emergencyBy, NOTHING_APPROVED, withAuthor } from './approval.ts'
import { approvalRefused } from './approval-refused.ts'
import { dueNow } from './deadlines/due-now.ts'
import { decideDeadline } from './deadlines/rollout-terms.ts'
import { newEngineState } from './engine/engine-state.ts'
import { type ReturnMistake, returnMistakes } from './engine/fleet-return.ts'
import type { RolloutPlan } from './engine/plan/plan.ts'
import { planMistakes } from './engine/plan/plan-mistakes.ts'
import { rangesOfPlan } from './fill-members.ts'
import { planOfOneGroup } from './one-group.ts'
import { ownersNotice } from './owners-notice.ts'
import type { Rollout, RolloutState } from './rollout.ts'
import type { newRolloutSchema } from './rollout-api.ts'
import type { RolloutWithRelease } from './standing.ts'

export async function startRollout(
  stores: Stores,
  product: string,
  wanted: z.output<typeof newRolloutSchema>,
  by: Actor,
  now: number,
): Promise<RolloutWithRelease> {
  const drafted = await draftRollout(stores, product, wanted, by, now)
  await stores.rollouts.add(drafted.rollout)
  return drafted
}

/** The rollout as it would be added; nothing is written. */
export async function draftRollout(
  stores: Stores,
  product: string,
  wanted: z.output<typeof newRolloutSchema>,
  by: Actor,
  now: number,
): Promise<RolloutWithRelease> {
  const published = await stores.releases.find(product, wanted.release)
  if (published === undefined) {
    throw new HttpError(404, 'NO_SUCH_RELEASE', `No release ${wanted.release} is published`)
  }
  if (published.withdrawnAt !== undefined) {
    throw new HttpError(409, 'RELEASE_WITHDRAWN', `Release ${wanted.release} was withdrawn`)
  }
  if (!published.listed) {
    const message = `The current metadata does not list release ${wanted.release} any more, so no device could verify it`
    throw new HttpError(409, 'RELEASE_NOT_LISTED', message)
  }
  const ofCohort = await stores.rollouts.ofCohort(product, wanted.cohort)
  const same = ofCohort.find(
    ({ release, state }) => release === wanted.release && state !== 'withdrawn',
  )
  if (same !== undefined) {
    const message = `Rollout ${same.id} offers this release to this cohort already: widen or resume it`
    throw new HttpError(409, 'ROLLOUT_EXISTS', message, { facts: { rollout: same.id } })
  }

  await requireNoWayBack(stores, product, published.release, ofCohort)
  const plan: RolloutPlan =
    wanted.plan === undefined ? planOfOneGroup(wanted.share ?? 1) : asPlan(wanted.plan)
  requireGoodPlan(plan, now)
  await requireWayBack(stores, product, published.release, plan.returnTo)
  const { due, ratings } = await dueNow(stores, product, published.release, now)
  const reason = wanted.loosened?.reason
  const { deadline, terms } = decideDeadline(wanted.policy.deadline, { due, reason, by, now })
  const rollout: Rollout = {
    product,
    id: `${wanted.release.replaceAll('.', '-')}-${randomBytes(4).toString('hex')}`,
    release: wanted.release,
    cohort: wanted.cohort,
    state: 'creating',
    attempt: 1,
    share: { salt: randomBytes(12).toString('base64url'), upTo: 0 },
    policy: withoutUndefined({ ...wanted.policy, deadline }),
    notice:
      wanted.notice === undefined
        ? ownersNotice(published.release, await stores.advisories.published(product), ratings)
        : withoutUndefined(wanted.notice),
    plan,
    engine: newEngineState(plan.groups.length),
    ranges: rangesOfPlan(plan),
    isFilled: false,
    trouble: undefined,
    startsItself: wanted.start,
    authors: withAuthor([], by),
    terms,
    approval: emergencyApproval(wanted.emergency?.reason, published.release, by, now),
    revision: 1,
    startedAt: now,
    changedAt: now,
  }
  const entitlement = entitlementFor(published)
  return {
    ...{ rollout, release: published.release },
    ...(entitlement === undefined ? {} : { entitlement }),
  }
}

/**
 * A release that is older than what the cohort was offered is a way back, and one below the security counter of that
 * reopens a hole: devices would refuse it, and the operator hears it first.
 */
async function requireNoWayBack(
  stores: Stores,
  product: string,
  release: Release,
  before: readonly Rollout[],
): Promise<void> {
  for (const rollout of before) {
    const earlier = await stores.releases.find(product, rollout.release)
    if (earlier === undefined || !OFFERED.includes(rollout.state)) continue
    const { version, securityCounter: highestCounter } = earlier.release
    const to = { ...release, isWithdrawn: false, isListed: true }
    const mistakes = returnMistakes({ version, highestCounter }, to)
    if (!mistakes.includes('belowSecurityCounter')) continue
    const message = `Devices of this cohort were offered ${version}, whose security counter is higher: they refuse to go below it`
    throw new HttpError(409, 'SECURITY_COUNTER_TOO_LOW', message, {
      facts: { offered: version, counter: release.securityCounter, highestCounter },
    })
  }
}

/** Better now than when the rollout has stopped itself and nothing can be gone back to. */
async function requireWayBack(
  stores: Stores,
  product: string,
  { version, securityCounter: highestCounter }: Release,
  returnTo: string | undefined,
): Promise<void> {
  if (returnTo === undefined) return
  const earlier = await stores.releases.find(product, returnTo)
  if (earlier === undefined) {
    throw new HttpError(404, 'NO_SUCH_RELEASE', `No release ${returnTo} is published`)
  }
  const { listed: isListed, withdrawnAt } = earlier
  const to = { ...earlier.release, isListed, isWithdrawn: withdrawnAt !== undefined }
  const [mistake] = returnMistakes({ version, highestCounter }, to)
  if (mistake !== undefined) throw wayBackRefused(mistake, returnTo)
}

function wayBackRefused(mistake: ReturnMistake, returnTo: string): HttpError {
  const says = `The fleet cannot go back to ${returnTo}:`
  switch (mistake) {
    case 'belowSecurityCounter': {
      const message = `${says} its security counter is lower, so devices refuse it`
      return new HttpError(409, 'SECURITY_COUNTER_TOO_LOW', message)
    }
    case 'notEarlier':
      return new HttpError(409, 'RETURN_NOT_EARLIER', `${says} it is not earlier than the release`)
    case 'withdrawn':
      return new HttpError(409, 'RELEASE_WITHDRAWN', `${says} it was withdrawn`)
    case 'notListed': {
      const message = `${says} the current metadata does not list it any more`
      return new HttpError(409, 'RELEASE_NOT_LISTED', message)
    }
  }
}

/** As JSON it would be kept anyway: without what is undefined, at any depth. */
function asPlan(plan: NonNullable<z.output<typeof newRolloutSchema>['plan']>): RolloutPlan {
  return JSON.parse(JSON.stringify(plan)) as RolloutPlan
}

const OFFERED: readonly RolloutState[] = ['running', 'paused', 'finished', 'stopped']

function requireGoodPlan(plan: RolloutPlan, now: number): void {
  const mistakes = [
    ...planMistakes(plan, now).map(({ at, says }) => `plan.${at}: ${says}`),
    ...plan.groups.flatMap(({ members }, index) =>
      'filter' in members ? filterMistakes(members.filter, `plan.groups[${index}].members`) : [],
    ),
  ]
  if (mistakes.length > 0) {
    throw new HttpError(422, 'PLAN_CONTRADICTS_ITSELF', mistakes.join('; ').slice(0, 1000))
  }
}

function filterMistakes(text: string, at: string): readonly string[] {
  try {
    parseFilter(text)
    return []
  } catch (error) {
    if (error instanceof FilterError) return [`${at}: ${error.message}`]
    throw error
  }
}

/** One person may let a fix out alone; it is recorded, and shown until somebody else has looked. */
function emergencyApproval(
  reason: string | undefined,
  release: Release,
  by: Actor,
  now: number,
): Approval {
  if (reason === undefined) return NOTHING_APPROVED
  if (release.kind === 'functionality') {
    const message = 'New functions are no emergency: only a security release goes out unapproved'
    throw new HttpError(422, 'EMERGENCY_NOT_SECURITY', message)
  }
  const emergency = emergencyBy(by, reason, now)
  if (typeof emergency === 'string') throw approvalRefused(emergency)
  return { ...NOTHING_APPROVED, emergency }
}

/** An absent field and one that is undefined differ for the types, and undefined is no JSON. */
function withoutUndefined<T extends object>(
  object: T,
): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  const present = Object.entries(object).filter(([, value]) => value !== undefined)
  return Object.fromEntries(present) as { [Key in keyof T]: Exclude<T[Key], undefined> }
}
