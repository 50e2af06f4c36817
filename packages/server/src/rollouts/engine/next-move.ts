/**
 * What a rollout does next, from its plan, its state and its progress alone. The order is the rule: what stops
 * it comes first, then what overtakes it, then passing a group, then opening devices.
 */
import { afterMove } from './after-move.ts'
import { allowanceOf } from './allowance.ts'
import type { EngineState } from './engine-state.ts'
import type { Because } from './explain/because.ts'
import { figuresOf, reachesErrorThreshold, standingOf } from './group-standing.ts'
import type { Move, OpenedGroup } from './move.ts'
import { observed } from './observed.ts'
import type { GroupPlan, RolloutPlan } from './plan/plan.ts'
import { opensAt } from './plan/windows.ts'
import { type GroupProgress, membersOf, type RolloutProgress } from './progress.ts'

/** One tick: look, decide, and the state that must be durable before the move is carried out. */
export function advance(
  plan: RolloutPlan,
  state: EngineState,
  progress: RolloutProgress,
  now: number,
): { readonly state: EngineState; readonly move: Move } {
  const seen = observed(plan, state, progress, now)
  const move = nextMove(plan, seen, progress, now)
  return { state: afterMove(seen, move, now), move }
}

/** How many devices were really opened of an `open` move: steps do not come in every size. */
export function opened(state: EngineState, count: number, now: number): EngineState {
  if (count === 0) return state
  const openings = [...state.openings, { at: now, count }]
  return { ...state, openings, opened: state.opened + count }
}

/** `state` as {@link observed} at `now`. */
export function nextMove(
  plan: RolloutPlan,
  state: EngineState,
  progress: RolloutProgress,
  now: number,
): Move {
  switch (state.state) {
    case 'scheduled':
      return start(plan, state, now)
    case 'running':
      return stopAtErrors(plan, state, progress) ?? run(plan, state, progress, now)
    case 'paused':
      return stopAtErrors(plan, state, progress) ?? standStill(state, progress)
    case 'finished':
      return letLateOnesIn(plan, state, progress, now)
    default:
      return standStill(state, progress)
  }
}

function standStill({ state }: EngineState, progress: RolloutProgress): Move {
  return wait({ rule: 'notRunning', facts: { state, members: membersOf(progress) } })
}

function start({ groups }: RolloutPlan, { startsAt }: EngineState, now: number): Move {
  if (startsAt !== undefined && now < startsAt) {
    return wait({ rule: 'startsLater', facts: { at: startsAt } }, startsAt)
  }
  const name = groups[0]?.name ?? ''
  return { kind: 'openGroup', group: 0, because: { rule: 'startReached', facts: { name } } }
}

/** In every group that is open, and among those who joined late, who are held to the latest group's threshold. */
function stopAtErrors(
  plan: RolloutPlan,
  state: EngineState,
  progress: RolloutProgress,
): Move | undefined {
  for (let index = 0; index <= state.openGroup; index += 1) {
    const [group, counts] = [plan.groups[index], progress.groups[index]]
    if (group === undefined || counts === undefined) continue
    const accepted = state.accepted.groups[index] ?? 0
    const because = errorsBecause(group, group.name, counts, accepted)
    if (because !== undefined) return { kind: 'stop', because }
  }
  const because = lateErrors(plan, state, progress)
  return because === undefined ? undefined : { kind: 'stop', because }
}

function lateErrors(
  plan: RolloutPlan,
  state: EngineState,
  progress: RolloutProgress,
): Because | undefined {
  const latest = plan.groups[Math.max(0, state.openGroup)]
  if (latest === undefined) return undefined
  return errorsBecause(latest, 'late', progress.late, state.accepted.late)
}

function errorsBecause(
  group: GroupPlan,
  name: string,
  counts: GroupProgress,
  accepted: number,
): Because | undefined {
  if (!reachesErrorThreshold(group, counts, accepted)) return undefined
  const { counted } = figuresOf(counts, accepted)
  const { failed, silent } = counts
  return {
    rule: 'errorThreshold',
    facts: { name, failed, silent, accepted, counted, ...group.error },
  }
}

function run(plan: RolloutPlan, state: EngineState, progress: RolloutProgress, now: number): Move {
  if (progress.overtakenBy !== undefined) {
    return wait({ rule: 'overtaken', facts: { by: progress.overtakenBy } })
  }
  const group = plan.groups[state.openGroup]
  const counts = progress.groups[state.openGroup]
  if (group === undefined || counts === undefined)
    return start(plan, { ...state, startsAt: now }, now)
  const hasSoaked = state.metSeconds !== undefined && state.metSeconds >= group.success.soakSeconds
  const turns = turnsLeft(plan, state, progress)
  if (hasSoaked && turns.length === 0) return pass(plan, state, progress, now)
  return (
    open(plan, state, progress, [lateTurn(progress), ...turns], now) ?? lookOn(group, counts, state)
  )
}

interface Turn {
  readonly group: OpenedGroup
  readonly name: string
  readonly left: number
}

/** They come first: until their turn they are held, and get nothing else of their cohort either. */
function lateTurn({ late }: RolloutProgress): Turn {
  return { group: 'late', name: 'late', left: late.notOffered }
}

/** Who waits for their turn in a group that is open, the first group first. */
function turnsLeft(plan: RolloutPlan, state: EngineState, progress: RolloutProgress): Turn[] {
  const openGroups = progress.groups.slice(0, state.openGroup + 1)
  return openGroups
    .map(({ notOffered }, group) => ({
      group,
      name: plan.groups[group]?.name ?? '',
      left: notOffered,
    }))
    .filter(({ left }) => left > 0)
}

/** The open group has met its success share for long enough. */
function pass(plan: RolloutPlan, state: EngineState, progress: RolloutProgress, now: number): Move {
  const index = state.openGroup
  const [group, counts] = [plan.groups[index], progress.groups[index]]
  if (group === undefined || counts === undefined) return standStill(state, progress)
  const because = passedBecause(group, counts, state)
  if (group.success.afterwards === 'pause' && state.pausedAfter !== index)
    return { kind: 'pause', because }
  if (index === plan.groups.length - 1) {
    return atWorkThatCounts(plan, state, progress) ?? { kind: 'finish', because }
  }
  return closedWindow(plan, now) ?? { kind: 'openGroup', group: index + 1, because }
}

/** As long as those at work could still reach an error threshold, the end is not decided. */
function atWorkThatCounts(
  plan: RolloutPlan,
  state: EngineState,
  progress: RolloutProgress,
): Move | undefined {
  for (const [index, group] of plan.groups.entries()) {
    const counts = progress.groups[index]
    if (counts === undefined) continue
    const { offered, underWay, failed } = counts
    const atWorst = { ...counts, offered: 0, underWay: 0, failed: failed + offered + underWay }
    if (reachesErrorThreshold(group, atWorst, state.accepted.groups[index] ?? 0)) {
      return wait({ rule: 'othersAtWork', facts: { name: group.name, offered, underWay } })
    }
  }
  return undefined
}

function passedBecause(group: GroupPlan, counts: GroupProgress, state: EngineState): Because {
  const { name } = group
  const accepted = state.accepted.groups[state.openGroup] ?? 0
  if (standingOf(group, counts, accepted) === 'untried') {
    const { optedOut, blocked, overtaken } = counts
    return { rule: 'groupPassedUntried', facts: { name, optedOut, blocked, overtaken } }
  }
  const { succeeded, counted } = figuresOf(counts, accepted)
  return { rule: 'groupPassed', facts: { name, succeeded, counted } }
}

/** Of the first that has devices left; undefined when nobody waits for their turn. */
function open(
  plan: RolloutPlan,
  state: EngineState,
  { artifactBytes }: RolloutProgress,
  turns: readonly Turn[],
  now: number,
): Move | undefined {
  const next = turns.find(({ left }) => left > 0)
  if (next === undefined) return undefined
  const { group, name, left } = next
  const closed = closedWindow(plan, now)
  if (closed !== undefined) return closed
  const allowance = allowanceOf(plan, state, { artifactBytes, left }, now)
  if (allowance.wait !== undefined) return wait(allowance.wait.because, allowance.wait.until)
  const { count: atMost, most } = allowance
  const because: Because = { rule: 'opening', facts: { name, atMost, left } }
  return { kind: 'open', group, atMost, most, because }
}

function closedWindow({ window }: RolloutPlan, now: number): Move | undefined {
  const at = opensAt(window, now)
  if (window === undefined || at === now) return undefined
  return wait({ rule: 'windowClosed', facts: { opensAt: at, zone: window.zone } }, at)
}

/** Everybody was offered the release; now the devices have the word. */
function lookOn(group: GroupPlan, counts: GroupProgress, state: EngineState): Move {
  const { name } = group
  const accepted = state.accepted.groups[state.openGroup] ?? 0
  if (state.metSeconds !== undefined) {
    const { soakSeconds } = group.success
    const facts = { name, metSeconds: state.metSeconds, soakSeconds }
    return wait(
      { rule: 'soaking', facts },
      (state.observedAt ?? 0) + soakSeconds - state.metSeconds,
    )
  }
  const standing = standingOf(group, counts, accepted)
  if (standing === 'nobodyYet') {
    const { waitingForConsent, waitingForWindow, waiting } = counts
    const waits = { waitingForConsent, waitingForWindow, waiting }
    const { postponed, optedOut, offline } = counts
    return wait({ rule: 'nobodyYet', facts: { name, ...waits, postponed, optedOut, offline } })
  }
  const { succeeded, counted } = figuresOf(counts, accepted)
  const { share, minimum } = group.success
  const rule = standing === 'outOfReach' ? 'successOutOfReach' : 'successShort'
  return wait({ rule, facts: { name, succeeded, counted, share, minimum } })
}

/** A finished rollout decides nothing any more, but who joins late is still paced, and not let into a trap. */
function letLateOnesIn(
  plan: RolloutPlan,
  state: EngineState,
  progress: RolloutProgress,
  now: number,
): Move {
  const { overtakenBy, late } = progress
  const errors = lateErrors(plan, state, progress)
  if (errors !== undefined) return wait(errors)
  if (overtakenBy !== undefined) return wait({ rule: 'overtaken', facts: { by: overtakenBy } })
  const turns = [lateTurn(progress), ...turnsLeft(plan, state, progress)]
  const opening = open(plan, state, progress, turns, now)
  if (opening !== undefined) return opening
  const facts = { succeeded: state.successes, late: late.succeeded }
  return wait({ rule: 'finished', facts })
}

function wait(because: Because, until?: number): Move {
  return until === undefined ? { kind: 'wait', because } : { kind: 'wait', until, because }
}
