/** A larger share of the cohort: the last group takes in the positions behind it. */
import { SHARE_ALL } from '@fleetward/shared'
import { HttpError } from '../http/problem.ts'
import type { Manifests } from '../publishing/manifests.ts'
import type { Stores } from '../stores.ts'
import { isApproved, voided, withAuthor } from './approval.ts'
import { type Doing, keep } from './operate.ts'
import { changed, type Rollout, type RolloutState, shareOf } from './rollout.ts'

/**
 * `upTo`: of the whole rollout, in ten-thousandths. Whoever was offered the release keeps the offer, so a share only
 * grows; taking it back is withdrawing. Where the product asks for approval, the larger share has to be approved anew.
 */
export async function widen(
  stores: Stores,
  manifests: Pick<Manifests, 'signFor'>,
  rollout: Rollout,
  upTo: number,
  doing: Doing,
  now: number,
): Promise<Rollout> {
  const end = Math.max(0, ...rollout.ranges.map((range) => range?.to ?? 0))
  if (upTo < end) {
    const message = 'A share never shrinks: devices have been offered the release. Withdraw instead'
    throw new HttpError(409, 'SHARE_NOT_WIDENED', message, { facts: { share: shareOf(end) } })
  }
  const last = rollout.ranges.findLastIndex((range) => range !== undefined)
  const range = rollout.ranges[last]
  if (upTo === end || range === undefined) return rollout
  const groups = rollout.plan.groups.map((group, index) =>
    index === last ? { ...group, members: membersTo(upTo, range.from) } : group,
  )
  const ranges = rollout.ranges.map((one, index) =>
    index === last ? { from: range.from, to: upTo } : one,
  )
  const approval = voided(rollout.approval)
  const authors = withAuthor(rollout.authors, doing.by)
  const rule = await stores.rollouts.approvalRule(rollout.product)
  const isWaiting =
    rollout.state !== 'creating' &&
    approval.emergency === undefined &&
    !isApproved({ approval, authors }, rule)
  const engine = {
    ...rollout.engine,
    state: isWaiting ? ('waitingForApproval' as const) : withMoreInLine(rollout.engine.state),
    metSeconds: undefined,
  }
  const next = changed(
    {
      ...{ ...rollout, plan: { ...rollout.plan, groups }, ranges, engine, state: engine.state },
      // Those behind the share get their rows before anything moves on.
      isFilled: false,
      ...{ authors, approval },
    },
    {},
    now,
  )
  await keep(stores, rollout, next, doing, 'rollout.widened', now)
  if (isWaiting) {
    // What was approved was less: nothing more is offered until the rest is, too.
    await manifests.signFor(stores, next)
    const { product, id, release, cohort } = next
    const data = { rollout: id, release, cohort }
    await stores.events.add({ at: now, type: 'approval.requested', product, data })
  }
  return next
}

function withMoreInLine(state: RolloutState): RolloutState {
  return state === 'finished' ? 'running' : state
}

function membersTo(upTo: number, from: number) {
  return upTo === SHARE_ALL ? { rest: true as const } : { share: shareOf(upTo - from) }
}
