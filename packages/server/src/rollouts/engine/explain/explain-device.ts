/** Why a device did, or did not, get the release of a rollout: one sentence, with the rule that decided. */
import { compareVersions, type WaitingFor } from '@fleetward/shared'
import { columnOf, type RolloutForColumn } from '../column.ts'
import type { EngineState } from '../engine-state.ts'
import type { BlockedBy, DeviceFacts, Membership } from '../membership.ts'
import type { RolloutPlan } from '../plan/plan.ts'
import type { RolloutProgress } from '../progress.ts'
import { type Explanation, explainRollout } from './explain-rollout.ts'
import { continued, instant } from './wording.ts'

export interface DeviceQuestion {
  readonly device: DeviceFacts
  /** Undefined: the rollout has no row for it. */
  readonly membership: Membership | undefined
  readonly rollout: RolloutForColumn
  readonly plan: RolloutPlan
  readonly state: EngineState
  readonly progress: RolloutProgress
}

/**
 * Whether the answer hangs on how far the rollout is. Where it does not, nobody has to count a fleet for one device.
 */
export function hangsOnProgress(question: Omit<DeviceQuestion, 'progress'>): boolean {
  const { device, membership, rollout } = question
  return (
    membership !== undefined &&
    columnOf(device, membership, rollout) === 'notOffered' &&
    !isKeptBack(question)
  )
}

/** By something of its own, whatever the rollout does. */
function isKeptBack({ device, rollout }: Pick<DeviceQuestion, 'device' | 'rollout'>): boolean {
  return (
    device.blocked !== undefined || isAhead(device, rollout) || rollout.overtakenBy !== undefined
  )
}

export function explainDevice(question: DeviceQuestion, now: number): Explanation {
  const { device, membership, rollout } = question
  if (membership === undefined) {
    const facts = { rollout: rollout.id }
    const sentence = `Rollout ${rollout.id} is not for it: it is not in its cohort, or in none of its groups.`
    return { rule: 'notMember', facts, sentence }
  }
  const column = columnOf(device, membership, rollout)
  const { offeredAt = 0, silenceFrom = 0, end } = membership
  switch (column) {
    case 'notOffered':
      return itsTurn(question, membership, now)
    case 'offered':
      return answer(
        'offered',
        { offeredAt },
        `It was offered the release at ${instant(offeredAt)} and has not begun.`,
      )
    case 'underWay':
      return answer(
        'underWay',
        { state: device.state },
        `It is at work on the release: ${device.state}.`,
      )
    case 'succeeded':
      return succeeded(question, end?.at)
    case 'failed':
      return answer(
        'failed',
        { code: end?.code, attempt: end?.attempt, at: end?.at },
        `It failed${end?.code === undefined ? '' : ` with ${end.code}`} in attempt ${end?.attempt}; a retry lets it try again.`,
      )
    case 'silent':
      return answer(
        'silent',
        { silenceFrom, silenceSeconds: question.plan.silenceSeconds, state: device.state },
        `It has come to no end since ${instant(silenceFrom)}, which is longer than the time limit, so it counts as failed.`,
      )
    case 'waitingForConsent':
    case 'waitingForWindow':
    case 'waiting':
      return answer(
        column,
        { waitingFor: device.waitingFor },
        `It waits ${WAITS[device.waitingFor ?? 'start']}.`,
      )
    case 'postponed': {
      const until = device.postponedUntil
      return answer(
        'postponed',
        { until },
        `Its owner postponed the release${until === undefined ? '' : ` until ${instant(until)}`}.`,
      )
    }
    case 'optedOut':
      return answer(
        'optedOut',
        {},
        'Its owner opted out of automatic updates and has not asked for this one.',
      )
    case 'offline':
      return answer(
        'offline',
        { offeredAt },
        `It was not seen since its offer at ${instant(offeredAt)}.`,
      )
    case 'blocked':
      return blocked(device.blocked ?? 'revoked', rollout)
    case 'overtaken':
      return overtaken(question)
  }
}

/** Why its turn has not come: first what holds it alone, then what holds its group, then what holds the rollout. */
function itsTurn(question: DeviceQuestion, membership: Membership, now: number): Explanation {
  const { device, plan, state, progress } = question
  if (device.blocked !== undefined) return blocked(device.blocked, question.rollout)
  if (isKeptBack(question)) return overtaken(question)
  const why = explainRollout(plan, state, progress, now)
  const name = plan.groups[membership.group]?.name ?? ''
  const isMoving = state.state === 'running' || (state.state === 'finished' && membership.late)
  if (!isMoving) {
    const facts = { state: state.state, because: why.rule, ...why.facts }
    return answer('rolloutNotRunning', facts, `Its turn has not come: ${continued(why.sentence)}`)
  }
  if (membership.group > state.openGroup) {
    const open = plan.groups[state.openGroup]?.name ?? ''
    const facts = { group: name, openGroup: open, because: why.rule, figures: why.facts }
    const sentence = `Its group ${name} is not open yet; the rollout is at group ${open}, and ${continued(why.sentence)}`
    return answer('groupNotOpen', facts, sentence)
  }
  const facts = {
    ...{ group: name, late: membership.late },
    ...{ because: why.rule, figures: why.facts },
  }
  const joined = membership.late
    ? 'It joined late and waits for its turn like everybody'
    : 'It waits for its turn'
  return answer('inQueue', facts, `${joined}: ${continued(why.sentence)}`)
}

function overtaken({ device, rollout }: DeviceQuestion): Explanation {
  const { version, rollout: other, state } = device
  if (isAhead(device, rollout)) {
    const sentence = `It runs ${version}, and this rollout offers ${rollout.version}.`
    return answer('runsAsNew', { version, offered: rollout.version }, sentence)
  }
  const by = rollout.overtakenBy ?? other
  const facts = { by, state }
  return answer(
    'overtaken',
    facts,
    `Rollout ${by} goes before this one, and no device is offered two.`,
  )
}

/** What it has taken since is said too: nobody should read that it runs an old release. */
function succeeded({ device, rollout }: DeviceQuestion, at: number | undefined): Explanation {
  const { version } = rollout
  const runs = device.version
  if (runs === undefined || runs === version) {
    return answer('succeeded', { version, at }, `It runs ${version}.`)
  }
  return answer('succeeded', { version, runs, at }, `It took ${version}, and runs ${runs} now.`)
}

function isAhead({ version }: DeviceFacts, rollout: RolloutForColumn): boolean {
  return version !== undefined && compareVersions(version, rollout.version) >= 0
}

function blocked(by: BlockedBy, { entitlement }: RolloutForColumn): Explanation {
  if (by === 'notEntitled') {
    const sentence = `This release is offered to devices with the entitlement ${entitlement ?? ''} alone, and it has none, or none any more.`
    return answer('blocked', { by, entitlement }, sentence)
  }
  return answer('blocked', { by }, `Nothing is offered to it: ${BLOCKED[by]}.`)
}

function answer(rule: string, facts: Explanation['facts'], sentence: string): Explanation {
  return { rule, facts, sentence }
}

const BLOCKED: Readonly<Record<Exclude<BlockedBy, 'notEntitled'>, string>> = {
  revoked: 'its certificate is revoked',
  quarantined: 'it is quarantined',
  decommissioned: 'it is decommissioned',
  leftCohort: 'it has left the cohort',
}

const WAITS: Readonly<Record<WaitingFor, string>> = {
  approval: "for its owner's consent",
  window: 'for a maintenance window',
  postponement: 'for the end of a postponement',
  optIn: 'for its owner to opt in',
  deadline: "for its owner's consent, or for the deadline",
  power: 'for enough power',
  space: 'for free space',
  product: 'for the product to allow a restart',
  start: 'for its own start, which is spread over the fleet, or for a manifest in force',
}
