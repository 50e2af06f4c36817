/**
 * What a person does to a rollout, in one transaction: the move is open to it, what follows from it is written, the
 * manifests that say it are signed, and the audit log has who it was.
 */
import type { Json } from '@fleetward/shared'
import type { Actor } from '../accounts/actor.ts'
import { HttpError } from '../http/problem.ts'
import type { Manifests } from '../publishing/manifests.ts'
import type { Stores } from '../stores.ts'
import { approve, isApproved, seen } from './approval.ts'
import { approvalRefused } from './approval-refused.ts'
import { type OperatorMove, operatorMove } from './engine/operator-moves.ts'
import { changed, type Rollout, shareOf, withEngine } from './rollout.ts'
import { type Moment, standingOf } from './standing.ts'

export interface Doing {
  readonly by: Actor
  readonly requestId?: string | undefined
}

export interface Operated {
  readonly rollout: Rollout
  /** Devices that were held and are not any more. */
  readonly released: readonly string[]
}

export type PersonsMove = Exclude<OperatorMove, 'created' | 'approve' | 'voidApproval'>

export async function operate(
  stores: Stores,
  manifests: Pick<Manifests, 'signFor'>,
  rollout: Rollout,
  move: PersonsMove,
  doing: Doing,
  moment: Moment,
): Promise<Operated> {
  const { now } = moment
  if (move === 'resume' || move === 'start') await requireOffered(stores, rollout)
  const { progress } = await standingOf(stores, rollout, moment)
  const rule = await stores.rollouts.approvalRule(rollout.product)
  const needsApproval = !isApproved(rollout, rule) && rollout.approval.emergency === undefined
  const facts = { plan: rollout.plan, progress, needsApproval, now }
  const engine = operatorMove(move, rollout.engine, facts)
  if (engine === undefined) throw notOpen(rollout, move)
  if (engine === rollout.engine && move !== 'retry') return { rollout, released: [] }
  let next = withEngine(rollout, engine, now)
  if (move === 'retry') {
    await stores.members.retry(rollout, now)
    next = changed(next, { attempt: rollout.attempt + 1 }, now)
  }
  const released = move === 'withdraw' ? await stores.members.releaseAll(rollout) : []
  await keep(stores, rollout, next, doing, `rollout.${PAST[move]}`, now)
  await manifests.signFor(stores, next)
  if (next.state === 'waitingForApproval') {
    const { product, id, release, cohort } = next
    const data = { rollout: id, release, cohort }
    await stores.events.add({ at: now, type: 'approval.requested', product, data })
  }
  return { rollout: next, released }
}

/** Nobody approves what he created or changed; with the last approval that is needed it is ready. */
export async function approveRollout(
  stores: Stores,
  rollout: Rollout,
  doing: Doing,
  now: number,
): Promise<Rollout> {
  if (rollout.state !== 'waitingForApproval') throw notOpen(rollout, 'approve')
  const rule = await stores.rollouts.approvalRule(rollout.product)
  const { person } = doing.by
  const grants = person === undefined ? [] : await stores.accounts.grants(person)
  const roles = grants.flatMap(({ role, product }) =>
    product === '*' || product === rollout.product ? [role] : [],
  )
  const approval = approve(rollout, rule, doing.by, roles, now)
  if (typeof approval === 'string') throw approvalRefused(approval)
  const approved = changed(rollout, { approval }, now)
  const isReady = isApproved(approved, rule)
  const state = rollout.engine.openGroup < 0 ? 'ready' : 'paused'
  const next = isReady ? withEngine(approved, { ...rollout.engine, state }, now) : approved
  await keep(stores, rollout, next, doing, 'rollout.approved', now)
  await stores.events.add({
    ...{ at: now, type: 'approval.given', product: rollout.product },
    data: { rollout: rollout.id, by: doing.by.name, isReady },
  })
  return next
}

/** A second person has looked at a rollout that one person started in an emergency. */
export async function lookAtEmergency(
  stores: Stores,
  rollout: Rollout,
  doing: Doing,
  now: number,
): Promise<Rollout> {
  const approval = seen(rollout, doing.by, now)
  if (typeof approval === 'string') throw approvalRefused(approval)
  if (approval === rollout.approval) return rollout
  const next = changed(rollout, { approval }, now)
  await keep(stores, rollout, next, doing, 'rollout.emergencySeen', now)
  return next
}

export async function keep(
  stores: Stores,
  before: Rollout,
  next: Rollout,
  { by, requestId }: Doing,
  action: string,
  now: number,
): Promise<void> {
  if (!(await stores.rollouts.replace(before.revision, next))) {
    throw new HttpError(409, 'CHANGED_MEANWHILE', 'The rollout changed; look again')
  }
  const { product, id } = next
  await stores.audit.append({
    ...{ at: now, actor: by, action, product, subject: `rollout/${id}`, requestId },
    ...{ before: told(before), after: told(next), outcome: 'done' },
  })
  await stores.events.add({
    ...{ at: now, type: action, product },
    data: { rollout: id, release: next.release, cohort: next.cohort, by: by.name },
  })
}

/** What of a rollout the audit log compares. */
export function told(rollout: Rollout): Json {
  const { state, attempt, release, cohort, plan, policy, notice, authors, approval } = rollout
  const { terms } = rollout
  const share = shareOf(rollout.share.upTo)
  const whom = { release, cohort, share, plan, authors, approval }
  const parts = { state, attempt, policy, terms, notice, ...whom }
  return JSON.parse(JSON.stringify(parts)) as Json
}

async function requireOffered(stores: Stores, { product, release }: Rollout): Promise<void> {
  const published = await stores.releases.find(product, release)
  if (published?.withdrawnAt !== undefined) throw withdrawnAlready()
}

function notOpen(rollout: Rollout, move: OperatorMove): HttpError {
  if (rollout.state === 'withdrawn') return withdrawnAlready()
  const message = `The rollout is ${rollout.state}, and that leaves no way to ${move}`
  return new HttpError(409, 'ROLLOUT_STATE_WRONG', message, { facts: { state: rollout.state } })
}

export function withdrawnAlready(): HttpError {
  return new HttpError(409, 'ROLLOUT_WITHDRAWN', 'It was withdrawn for good; start a new rollout')
}

const PAST: Readonly<Record<PersonsMove, string>> = {
  start: 'started',
  pause: 'paused',
  resume: 'resumed',
  stop: 'stopped',
  retry: 'retried',
  openNextGroup: 'groupOpened',
  withdraw: 'withdrawn',
}
