/**
 * A fleet under a rollout, with a virtual clock. Devices decide by the manifest as real ones do (takesPart) and
 * report through what the server keeps of reports (afterReport); the runner around the engine opens whole
 * steps of positions, holds who joins late, and keeps the engine's state as JSON, as a database would.
 *
 * Counts are kept from change to change, because a hundred thousand devices are not counted anew in thousands of
 * ticks; {@link recount} counts anew.
 */
import { type Share, sharePosition, takesPart, type WaitingFor } from '@fleetward/shared'
import { columnOf, type RolloutForColumn } from '../../src/rollouts/engine/column.ts'
import { type EngineState, newEngineState } from '../../src/rollouts/engine/engine-state.ts'
import type { DeviceFacts, Membership } from '../../src/rollouts/engine/membership.ts'
import {
  afterOffer,
  afterReport,
  afterSighting,
  type TellingReport,
} from '../../src/rollouts/engine/membership-after.ts'
import type { Move } from '../../src/rollouts/engine/move.ts'
import { advance, opened } from '../../src/rollouts/engine/next-move.ts'
import { type OperatorMove, operatorMove } from '../../src/rollouts/engine/operator-moves.ts'
import {
  groupAt,
  groupRanges,
  type PositionRange,
} from '../../src/rollouts/engine/plan/group-ranges.ts'
import { type Step, stepsToOpen } from '../../src/rollouts/engine/plan/opening-steps.ts'
import type { RolloutPlan } from '../../src/rollouts/engine/plan/plan.ts'
import { type Column, nobody, type RolloutProgress } from '../../src/rollouts/engine/progress.ts'
import { silenceLimits } from '../../src/rollouts/engine/silence.ts'

/** What a device does with the offer, the first step first; `after` seconds of the step before. */
export interface DeviceStep {
  readonly after: number
  readonly says: 'connects' | 'begins' | 'succeeds' | 'fails' | { readonly waitsFor: WaitingFor }
}

export interface FleetSettings {
  readonly plan: RolloutPlan
  readonly devices: readonly string[]
  readonly behaviour: (device: string) => readonly DeviceStep[]
  readonly optedOut?: (device: string) => boolean
  /** Seconds since 1970. */
  readonly startsAt: number
  readonly artifactBytes?: number
}

interface SimulatedDevice {
  facts: DeviceFacts
  membership: Membership
  column: Column
  held: boolean
}

export const VERSION = '1.4.3'
export const SALT = 'fleet'
const ID = 'r'

export class SimulatedFleet {
  readonly plan: RolloutPlan
  readonly devices = new Map<string, SimulatedDevice>()
  /** All there were, for whoever checks the pace. */
  readonly openings: { readonly at: number; readonly count: number }[] = []
  readonly moves: { readonly at: number; readonly move: Move }[] = []
  now: number
  share: Share = { salt: SALT, upTo: 0 }
  attempt = 1
  readonly #settings: FleetSettings
  readonly #groups: Record<Column, number>[]
  readonly #late: Record<Column, number> = { ...nobody() }
  readonly #ranges: readonly PositionRange[]
  /** Of each group, by position: who has not had their turn. */
  readonly #queues: string[][]
  readonly #heads: number[]
  readonly #lateQueue: string[] = []
  #lateHead = 0
  readonly #agenda = new Agenda()
  readonly #listeningSince: number
  #kept = ''
  #state: EngineState | undefined
  #asMet: RolloutForColumn | undefined
  #overtakenBy: string | undefined

  constructor(settings: FleetSettings) {
    this.#settings = settings
    this.plan = settings.plan
    this.now = settings.startsAt
    this.#listeningSince = settings.startsAt - 86_400
    const positions = settings.devices
      .map((device) => ({ device, position: sharePosition(this.share.salt, device) }))
      .toSorted((a, b) => a.position - b.position || (a.device < b.device ? -1 : 1))
    const histogram = new Map<number, number>()
    for (const { position } of positions)
      histogram.set(position, (histogram.get(position) ?? 0) + 1)
    this.#ranges = groupRanges(this.plan, (position) => histogram.get(position) ?? 0).ranges
    this.#groups = this.plan.groups.map(() => ({ ...nobody() }))
    this.#queues = this.plan.groups.map(() => [])
    this.#heads = this.plan.groups.map(() => 0)
    for (const { device, position } of positions) this.#add(device, position)
    this.#keep(newEngineState(this.plan.groups.length))
    this.operate('created')
    this.operate('start')
  }

  /** As it comes back from where it is kept. */
  get state(): EngineState {
    this.#state ??= JSON.parse(this.#kept) as EngineState
    return this.#state
  }

  get overtakenBy(): string | undefined {
    return this.#overtakenBy
  }

  /** Another rollout goes first from now on, or none any more. */
  set overtakenBy(by: string | undefined) {
    this.#overtakenBy = by
    this.#lookAtAll()
  }

  get progress(): RolloutProgress {
    return {
      groups: this.#groups.map((counts) => ({ ...counts })),
      late: { ...this.#late },
      artifactBytes: this.#settings.artifactBytes ?? 1000,
      overtakenBy: this.overtakenBy,
    }
  }

  operate(move: OperatorMove): boolean {
    const { plan, progress, now } = this
    const next = operatorMove(move, this.state, { plan, progress, now, needsApproval: false })
    if (next === undefined) return false
    this.#keep(next)
    return true
  }

  /** A device that enrols now. */
  join(device: string): void {
    this.#add(device, sharePosition(this.share.salt, device))
  }

  /** `seconds` go by; then the runner has a look, and carries moves out until it has to wait. */
  tick(seconds: number): Move {
    this.now += seconds
    this.#asMet = undefined
    for (const act of this.#agenda.due(this.now)) act()
    for (;;) {
      const { state, move } = advance(this.plan, this.state, this.progress, this.now)
      this.#keep(state)
      const last = this.moves.at(-1)?.move
      if (last?.kind !== move.kind || last.because.rule !== move.because.rule) {
        this.moves.push({ at: this.now, move })
      }
      if (move.kind === 'wait') return move
      if (move.kind === 'open' && this.#open(move) === 0) return move
      if (move.kind !== 'open' && move.kind !== 'openGroup') return move
    }
  }

  /** Every device looked at anew. */
  recount(): RolloutProgress {
    const groups = this.plan.groups.map((): Record<Column, number> => ({ ...nobody() }))
    const late: Record<Column, number> = { ...nobody() }
    for (const device of this.devices.values()) {
      const { membership } = device
      const counts = membership.late ? late : groups[membership.group]
      if (counts !== undefined) counts[this.#columnOf(device)] += 1
    }
    return { ...this.progress, groups, late }
  }

  /** What a device finds when it looks at its manifests. */
  isOffered(device: string): boolean {
    return takesPart(this.share, device) && this.devices.get(device)?.held === false
  }

  count(column: Column): number {
    return this.#groups.reduce((sum, counts) => sum + counts[column], this.#late[column])
  }

  #add(device: string, position: number): void {
    const group = groupAt(this.#ranges, position)
    if (group === undefined) return
    const late = position < this.share.upTo
    const facts: DeviceFacts = {
      device,
      version: '1.4.2',
      rollout: undefined,
      state: 'idle',
      waitingFor: undefined,
      optedOut: this.#settings.optedOut?.(device) ?? false,
      postponedUntil: undefined,
      blocked: undefined,
    }
    const membership: Membership = {
      ...{ group, late, position },
      ...{ offeredAt: undefined, silenceFrom: undefined, end: undefined },
    }
    this.devices.set(device, { facts, membership, column: 'notOffered', held: late })
    this.#countsOf(membership).notOffered += 1
    if (late) this.#lateQueue.push(device)
    else this.#enqueue(group, device, position)
  }

  /** Behind all of its position. */
  #enqueue(group: number, device: string, position: number): void {
    const queue = this.#queues[group] ?? []
    let [from, to] = [0, queue.length]
    while (from < to) {
      // The first look is at the last one: most come in order.
      const middle = to === queue.length ? to - 1 : (from + to) >> 1
      if (this.#positionOf(queue[middle]) <= position) from = middle + 1
      else to = middle
    }
    queue.splice(from, 0, device)
  }

  #positionOf(device: string | undefined): number {
    return device === undefined ? -1 : (this.devices.get(device)?.membership.position ?? -1)
  }

  #open(move: Move & { kind: 'open' }): number {
    const count = move.group === 'late' ? this.#openLate(move.atMost) : this.#openSteps(move)
    if (count > 0) this.openings.push({ at: this.now, count })
    this.#keep(opened(this.state, count, this.now))
    return count
  }

  #openLate(atMost: number): number {
    const next = this.#lateQueue.slice(this.#lateHead, this.#lateHead + atMost)
    this.#lateHead += next.length
    for (const device of next) this.#offer(device)
    return next.length
  }

  #openSteps({ group, atMost, most }: Move & { kind: 'open' }): number {
    const index = Number(group)
    const queue = this.#queues[index] ?? []
    const head = this.#heads[index] ?? 0
    const rangeEnd = this.#ranges[index]?.to ?? 0
    const left = queue.length - head
    const bounds = { atMost, most, left, rangeEnd }
    const { upTo, count, split } = stepsToOpen(this.#steps(queue, head, atMost), bounds)
    this.share = { ...this.share, upTo: Math.max(this.share.upTo, upTo ?? 0) }
    this.#heads[index] = head + count
    if (split !== undefined) {
      for (let at = head + count; this.#positionOf(queue[at]) === split.position; at += 1) {
        this.#device(queue[at] ?? '').held = true
      }
    }
    for (const device of queue.slice(head, head + count)) this.#offer(device)
    return count
  }

  /** Until they hold more than `atMost`. */
  #steps(queue: readonly string[], head: number, atMost: number): Step[] {
    const steps: { position: number; count: number }[] = []
    for (let at = head; at < queue.length; at += 1) {
      const position = this.#positionOf(queue[at])
      const last = steps.at(-1)
      if (last?.position === position) last.count += 1
      else if (at - head > atMost) break
      else steps.push({ position, count: 1 })
    }
    return steps
  }

  #offer(id: string): void {
    const device = this.#device(id)
    device.held = false
    if (!this.isOffered(id)) throw new Error(`${id} has its turn and its manifest says nothing`)
    device.membership = afterOffer(device.membership, this.now)
    this.#moved(device)
    let at = this.now
    for (const step of this.#settings.behaviour(id)) {
      at += step.after
      this.#agenda.add(at, () => this.#act(device, step))
    }
  }

  #act(device: SimulatedDevice, { says }: DeviceStep): void {
    if (says === 'connects') {
      device.membership = afterSighting(device.membership, this.now)
    } else {
      this.#report(device, reportOf(says, this.attempt))
    }
    this.#moved(device)
    this.#expectSilence(device)
  }

  #report(device: SimulatedDevice, report: TellingReport): void {
    const { facts } = device
    const rollout = { id: ID, version: VERSION }
    device.membership = afterReport(device.membership, report, facts, rollout, this.now)
    const { state, waitingFor, version } = report
    device.facts = { ...facts, state, waitingFor, version, rollout: report.rollout }
  }

  /** A column that time alone moves a device to. */
  #expectSilence(device: SimulatedDevice): void {
    const { silenceFrom } = device.membership
    if (silenceFrom === undefined) return
    const at = silenceFrom + this.plan.silenceSeconds
    if (at > this.now) this.#agenda.add(at, () => this.#moved(device))
  }

  #moved(device: SimulatedDevice): void {
    const column = this.#columnOf(device)
    const counts = this.#countsOf(device.membership)
    counts[device.column] -= 1
    counts[column] += 1
    device.column = column
  }

  #columnOf({ facts, membership }: SimulatedDevice): Column {
    return columnOf(facts, membership, this.rolloutForColumn())
  }

  rolloutForColumn(): RolloutForColumn {
    const { attempt, overtakenBy, now } = this
    if (this.#asMet === undefined) {
      const silence = silenceLimits(this.plan, this.state, this.#listeningSince, now)
      this.#asMet = { id: ID, attempt, version: VERSION, overtakenBy, silence }
    }
    return this.#asMet
  }

  #keep(state: EngineState): void {
    this.#kept = JSON.stringify(state)
    this.#state = undefined
    this.#asMet = undefined
  }

  #lookAtAll(): void {
    this.#asMet = undefined
    for (const device of this.devices.values()) this.#moved(device)
  }

  #countsOf({ late, group }: Membership): Record<Column, number> {
    return late ? this.#late : (this.#groups[group] ?? this.#late)
  }

  #device(id: string): SimulatedDevice {
    const device = this.devices.get(id)
    if (device === undefined) throw new Error(`no device ${id}`)
    return device
  }
}

function reportOf(says: Exclude<DeviceStep['says'], 'connects'>, attempt: number): TellingReport {
  const about = { rollout: ID, attempt }
  if (says === 'begins') return { ...about, state: 'downloading', version: '1.4.2' }
  if (says === 'succeeds') return { rollout: ID, state: 'idle', version: VERSION }
  if (says === 'fails') {
    return { ...about, state: 'failed', version: '1.4.2', code: 'SELF_TEST_FAILED' }
  }
  return { ...about, state: 'offered', waitingFor: says.waitsFor, version: '1.4.2' }
}

/** What is due when, in seconds; the same second in the order it was put down. */
class Agenda {
  readonly #acts = new Map<number, (() => void)[]>()
  #from = Number.POSITIVE_INFINITY

  add(at: number, act: () => void): void {
    const acts = this.#acts.get(at)
    if (acts === undefined) this.#acts.set(at, [act])
    else acts.push(act)
    this.#from = Math.min(this.#from, at)
  }

  *due(now: number): Generator<() => void> {
    for (; this.#from <= now && this.#acts.size > 0; this.#from += 1) {
      yield* this.#acts.get(this.#from) ?? []
      this.#acts.delete(this.#from)
    }
  }
}
