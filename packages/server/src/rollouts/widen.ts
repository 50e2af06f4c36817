/** A larger share of the cohort: the last group takes in the positions behind it. */
import { SHARE_ALL } from '@fleetward/shared'
import { HttpError } from '../http/problem.ts'
import type { Stores } from '../stores.ts'
import { withAuthor } from './approval.ts'
import { type Doing, keep } from './operate.ts'
import { changed, type Rollout, shareOf } from './rollout.ts'

/**
 * `upTo`: of the whole rollout, in ten-thousandths. Whoever was offered the release keeps the offer, so a share only
 * grows; taking it back is withdrawing.
 */
export async function widen(
  stores: Stores,
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
  const { state } = rollout.engine
  const engine = {
    ...rollout.engine,
    // It has devices in line again.
    state: state === 'finished' ? ('running' as const) : state,
    metSeconds: undefined,
  }
  const next = changed(
    {
      ...{ ...rollout, plan: { ...rollout.plan, groups }, ranges, engine, state: engine.state },
      // Those behind the share get their rows before anything moves on.
      isFilled: false,
      authors: withAuthor(rollout.authors, doing.by),
    },
    {},
    now,
  )
  await keep(stores, rollout, next, doing, 'rollout.widened', now)
  return next
}

function membersTo(upTo: number, from: number) {
  return upTo === SHARE_ALL ? { rest: true as const } : { share: shareOf(upTo - from) }
}
