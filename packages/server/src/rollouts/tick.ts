/**
 * One look at one rollout, and the move that follows, in one transaction: the engine decides (engine/next-move.ts),
 * here its decision is written and the manifests that say it are signed. What has to be told to devices is returned,
 * because it begins once this is durable.
 */
import { SERVER_ACTOR } from '../accounts/actor.ts'
import type { Manifests } from '../publishing/manifests.ts'
import type { Stores } from '../stores.ts'
import { isApproved } from './approval.ts'
import { sentenceOf } from './engine/explain/explain-rollout.ts'
import type { Move } from './engine/move.ts'
import { advance, opened } from './engine/next-move.ts'
import { mustBeKept } from './engine/observed.ts'
import { operatorMove } from './engine/operator-moves.ts'
import { stepsToOpen } from './engine/plan/opening-steps.ts'
import { membersOf, type RolloutProgress } from './engine/progress.ts'
import { type Rollout, withEngine } from './rollout.ts'
import { type Moment, standingOf } from './standing.ts'

export interface Ticked {
  readonly rollout: Rollout
  /** False: there is nothing more to do before `until`, or before news. */
  readonly isMoving: boolean
  /** Devices that were held and are not any more. */
  readonly released: readonly string[]
  /** Devices that are held from now on, whose cohort was open to them. */
  readonly shut: readonly string[]
}

/** What a move has done to single devices. */
interface Carried {
  readonly next: Rollout
  /** Devices whose turn has come. */
  readonly count: number
  readonly released: readonly string[]
  readonly shut: readonly string[]
  /** Whose own manifests say something new. */
  readonly byName: readonly string[]
}

/** Devices whose turn comes in one transaction, which other writers wait for. */
const OPENED_MAX_COUNT = 3_000
/** Each of them with a manifest of its own. */
const OPENED_SINGLY_MAX_COUNT = 500

/** How often what the engine saw is written although nothing happened: engine/observed.ts, well below its limit. */
const KEEP_SECONDS = 30
/** More positions than a cohort has. */
const STEPS_MAX_COUNT = 10_001

export async function tick(
  stores: Stores,
  rollout: Rollout,
  manifests: Pick<Manifests, 'signFor'>,
  moment: Moment,
): Promise<Ticked> {
  if (rollout.state === 'creating' || !rollout.isFilled) return created(stores, rollout, moment)
  const { counting, progress } = await standingOf(stores, rollout, moment)
  const { now } = moment
  // Who may be offered it is named, device by device: no share of the cohort says it.
  const isNamed = counting.entitlement !== undefined
  const open = isNamed ? undefined : openToTheEnd(rollout, progress)
  if (open !== undefined) {
    await keep(stores, rollout, open)
    await manifests.signFor(stores, open)
    return { rollout: open, isMoving: true, released: [], shut: [] }
  }
  const { state, move } = advance(rollout.plan, rollout.engine, progress, now)
  // Without a device nothing is finished: the first may be on its way.
  if (move.kind === 'finish' && membersOf(progress) === 0) {
    return { rollout, isMoving: false, released: [], shut: [] }
  }
  if (move.kind === 'wait') {
    if (mustBeKept(rollout.engine, state, KEEP_SECONDS)) {
      await stores.rollouts.keepEngine(rollout.product, rollout.id, state)
    }
    return { rollout, isMoving: false, released: [], shut: [] }
  }
  const looked = withEngine(rollout, state, now)
  const { next, count, released, shut, byName } = await carryOut(stores, looked, move, {
    now,
    isNamed,
  })
  await keep(stores, rollout, next)
  await tellOf(stores, next, move, now)
  await manifests.signFor(stores, next, byName)
  // What is next in line may be more than is left of this minute.
  return { rollout: next, isMoving: move.kind !== 'open' || count > 0, released, shut }
}

/** Everybody has a row: it is ready, or waits to be approved. */
async function created(stores: Stores, rollout: Rollout, moment: Moment): Promise<Ticked> {
  const filled: Rollout = { ...rollout, isFilled: true }
  const { now } = moment
  if (rollout.state !== 'creating') {
    await keep(stores, rollout, filled)
    return { rollout: filled, isMoving: true, released: [], shut: [] }
  }
  const { progress } = await standingOf(stores, filled, moment)
  const rule = await stores.rollouts.approvalRule(rollout.product)
  const needsApproval = !isApproved(rollout, rule) && rollout.approval.emergency === undefined
  const facts = { plan: rollout.plan, progress, needsApproval, now }
  const ready = operatorMove('created', filled.engine, facts) ?? filled.engine
  const engine = rollout.startsItself ? (operatorMove('start', ready, facts) ?? ready) : ready
  const next = withEngine(filled, engine, now)
  await keep(stores, rollout, next)
  if (needsApproval) {
    await stores.events.add({
      ...{ at: now, type: 'approval.requested', product: rollout.product },
      data: { rollout: rollout.id, release: rollout.release, cohort: rollout.cohort },
    })
  }
  return { rollout: next, isMoving: next.state === 'scheduled', released: [], shut: [] }
}

async function keep(stores: Stores, before: Rollout, next: Rollout): Promise<void> {
  if (!(await stores.rollouts.replace(before.revision, next))) {
    throw new Error(`rollout ${before.id} changed while it was looked at`)
  }
}

async function carryOut(
  stores: Stores,
  rollout: Rollout,
  move: Exclude<Move, { kind: 'wait' }>,
  { now, isNamed }: { readonly now: number; readonly isNamed: boolean },
): Promise<Carried> {
  const nobody = { count: 0, released: [], shut: [], byName: [] }
  if (move.kind !== 'open') return { next: rollout, ...nobody }
  const { group, atMost, most } = move
  const range = group === 'late' || isNamed ? undefined : rollout.ranges[group]
  if (group !== 'late' && range !== undefined) {
    return openPositions(stores, rollout, { group, range, atMost, most }, now)
  }
  // One by one: who is late is let in by name, and a filter's devices have manifests of their own.
  const limit = Math.min(atMost, OPENED_SINGLY_MAX_COUNT)
  const turn = await stores.members.offerFirst(rollout, group, limit, now)
  const released = turn.flatMap(({ device, wasHeld }) => (wasHeld ? [device] : []))
  const devices = turn.map(({ device }) => device)
  const byName = (await stores.members.cohortsOf(rollout.product, devices)).get(rollout.cohort)
  const next = openedBy(rollout, turn.length, now)
  return { next, count: turn.length, released, shut: [], byName: byName ?? [] }
}

async function openPositions(
  stores: Stores,
  rollout: Rollout,
  opening: { group: number; range: { to: number }; atMost: number; most: number },
  now: number,
): Promise<Carried> {
  const { group, range, most } = opening
  const atMost = Math.min(opening.atMost, OPENED_MAX_COUNT)
  const steps = await stores.members.steps(rollout, group, STEPS_MAX_COUNT)
  const left = steps.reduce((sum, step) => sum + step.count, 0)
  const { upTo, count, split } = stepsToOpen(steps, { atMost, most, left, rangeEnd: range.to })
  const released: string[] = []
  if (upTo !== undefined) {
    const whole = split === undefined ? upTo : split.position
    released.push(...(await stores.members.offerBelow(rollout, group, whole, now)))
  }
  let shut: readonly string[] = []
  if (split !== undefined && upTo !== undefined) {
    const turn = await stores.members.offerFirst(rollout, group, split.opened, now)
    released.push(...turn.flatMap(({ device, wasHeld }) => (wasHeld ? [device] : [])))
    shut = await stores.members.holdBelow(rollout, group, upTo)
  }
  await stores.manifests.markStale(rollout.product, { rollout: rollout.id, offeredAt: now })
  const share = { ...rollout.share, upTo: Math.max(rollout.share.upTo, upTo ?? 0) }
  return { next: openedBy({ ...rollout, share }, count, now), count, released, shut, byName: shut }
}

/**
 * Nobody waits in the groups that are open: their ranges are open to the end, so that whoever comes is late.
 * Undefined when it is so already.
 */
function openToTheEnd(rollout: Rollout, { groups, overtakenBy }: RolloutProgress) {
  const { share, ranges, engine, state } = rollout
  if ((state !== 'running' && state !== 'finished') || overtakenBy !== undefined) return undefined
  let upTo = share.upTo
  for (let group = 0; group <= engine.openGroup; group += 1) {
    if ((groups[group]?.notOffered ?? 0) > 0) break
    upTo = Math.max(upTo, ranges[group]?.to ?? 0)
  }
  return upTo === share.upTo ? undefined : { ...rollout, share: { ...share, upTo } }
}

function openedBy(rollout: Rollout, count: number, now: number): Rollout {
  return { ...rollout, engine: opened(rollout.engine, count, now) }
}

const TOLD: Readonly<Partial<Record<Move['kind'], string>>> = {
  openGroup: 'rollout.groupOpened',
  pause: 'rollout.paused',
  stop: 'rollout.stopped',
  finish: 'rollout.finished',
}

/** Opening devices is the pace's daily work; what changes the state is told and written down. */
async function tellOf(
  stores: Stores,
  { product, id, release, cohort, state }: Rollout,
  move: Exclude<Move, { kind: 'wait' }>,
  now: number,
): Promise<void> {
  const type = TOLD[move.kind]
  if (type === undefined) return
  const because = { rule: move.because.rule, sentence: sentenceOf(move.because) }
  await stores.events.add({
    ...{ at: now, type, product },
    data: { rollout: id, release, cohort, because: because.sentence },
  })
  await stores.audit.append({
    ...{ at: now, actor: SERVER_ACTOR, action: type, product, subject: `rollout/${id}` },
    ...{ after: { state, ...because }, outcome: 'done' },
  })
}
