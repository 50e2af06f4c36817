/**
 * Another deadline for a rollout that there is: a person's act. An earlier one stands at once. A later one needs its
 * reason, and where the product asks for approval, it is approved anew.
 */
import type { Manifests } from '../../publishing/manifests.ts'
import type { Stores } from '../../stores.ts'
import { isApproved, voided, withAuthor } from '../approval.ts'
import { type Doing, keep, withdrawnAlready } from '../operate.ts'
import { changed, type Rollout, withEngine } from '../rollout.ts'
import { dueNow } from './due-now.ts'
import { decideDeadline } from './rollout-terms.ts'

export interface NewDeadline {
  readonly deadline: number | null
  readonly reason?: string | undefined
}

export async function changeDeadline(
  stores: Stores,
  manifests: Pick<Manifests, 'signFor'>,
  rollout: Rollout,
  wanted: NewDeadline,
  doing: Doing,
  now: number,
): Promise<Rollout> {
  if (rollout.state === 'withdrawn') throw withdrawnAlready()
  const { product, startedAt, policy } = rollout
  const published = await stores.releases.find(product, rollout.release)
  const { due } =
    published === undefined
      ? { due: undefined }
      : await dueNow(stores, product, published.release, startedAt)
  const { reason } = wanted
  const facts = { due, signed: policy.deadline, reason, by: doing.by, now }
  const { deadline, terms } = decideDeadline(wanted.deadline, facts)
  const { deadline: _, ...others } = policy
  const next = changed(
    rollout,
    {
      policy: deadline === undefined ? others : { ...others, deadline },
      ...{ terms, authors: withAuthor(rollout.authors, doing.by) },
    },
    now,
  )
  const decided = terms.loosened === undefined ? next : await approvedAnew(stores, next, now)
  await keep(stores, rollout, decided, doing, 'rollout.deadlineChanged', now)
  await manifests.signFor(stores, decided)
  if (decided.state === 'waitingForApproval' && rollout.state !== 'waitingForApproval') {
    const { id, release, cohort } = decided
    const data = { rollout: id, release, cohort }
    await stores.events.add({ at: now, type: 'approval.requested', product, data })
  }
  return decided
}

async function approvedAnew(stores: Stores, rollout: Rollout, now: number): Promise<Rollout> {
  const next = { ...rollout, approval: voided(rollout.approval) }
  const rule = await stores.rollouts.approvalRule(rollout.product)
  const isFree = next.approval.emergency !== undefined || isApproved(next, rule)
  if (isFree || rollout.state === 'creating') return next
  const engine = { ...rollout.engine, state: 'waitingForApproval' as const, metSeconds: undefined }
  return { ...withEngine(next, engine, now), revision: rollout.revision }
}
