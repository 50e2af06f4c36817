/**
 * Whom a rollout reaches is a part of what was approved. Who changes that from outside, by the rules of a cohort or by
 * moving devices into it, is an author like who widens a share, and what was approved is approved anew.
 */

import type { ReachChange } from '../ports.ts'
import type { Manifests } from '../publishing/manifests.ts'
import type { Stores } from '../stores.ts'
import { isApproved, voided, withAuthor } from './approval.ts'
import { keep } from './operate.ts'
import { changed, type Rollout, type RolloutState, withEngine } from './rollout.ts'
import { offersAmong, rolloutsOfCohort } from './standing.ts'

const NOT_BEGUN: readonly RolloutState[] = ['waitingForApproval', 'ready', 'scheduled']
const BEGUN: readonly RolloutState[] = ['running', 'paused', 'stopped']

export async function voidApprovals(
  stores: Stores,
  manifests: Pick<Manifests, 'signFor'>,
  change: ReachChange,
): Promise<void> {
  const { product, cohorts, begunToo } = change
  const rule = await stores.rollouts.approvalRule(product)
  if (rule.count === 0) return
  for (const cohort of cohorts) {
    const rollouts = await rolloutsOfCohort(stores, product, cohort)
    // One that is finished reaches whoever comes as long as it is offered.
    const { finished } = offersAmong(rollouts)
    for (const { rollout } of rollouts) {
      const { id, state } = rollout
      const isBegun = BEGUN.includes(state) || finished.includes(id)
      if (!NOT_BEGUN.includes(state) && !(begunToo && isBegun)) continue
      const next = reachingOthers(rollout, change)
      const isFree = next.approval.emergency !== undefined || isApproved(next, rule)
      await write(stores, manifests, rollout, isFree ? next : waiting(next, change.at), change)
    }
  }
}

function reachingOthers(rollout: Rollout, { by, at }: ReachChange): Rollout {
  const authors = withAuthor(rollout.authors, by)
  return changed(rollout, { authors, approval: voided(rollout.approval) }, at)
}

function waiting(rollout: Rollout, at: number): Rollout {
  const engine = { ...rollout.engine, state: 'waitingForApproval' as const, metSeconds: undefined }
  return { ...withEngine(rollout, engine, at), revision: rollout.revision }
}

async function write(
  stores: Stores,
  manifests: Pick<Manifests, 'signFor'>,
  before: Rollout,
  next: Rollout,
  { by, at, requestId }: ReachChange,
): Promise<void> {
  await keep(stores, before, next, { by, requestId }, 'rollout.reachChanged', at)
  if (next.state === before.state) return
  // Nothing more is offered until somebody else has agreed.
  await manifests.signFor(stores, next)
  const { product, id, release, cohort } = next
  await stores.events.add({
    ...{ at, type: 'approval.requested', product },
    data: { rollout: id, release, cohort },
  })
}
