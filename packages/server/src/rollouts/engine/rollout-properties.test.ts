/**
 * What holds of every rollout, whatever its plan and whatever its devices do. Small fleets under the real engine;
 * rollout-simulation.test.ts has the large ones.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sharePosition } from '@fleetward/shared'
import fc from 'fast-check'
import { type DeviceStep, SALT, SimulatedFleet } from '../../../test/support/simulated-fleet.ts'
import { devicesPerMinute } from './allowance.ts'
import { explainDevice } from './explain/explain-device.ts'
import { explainRollout } from './explain/explain-rollout.ts'
import { figuresOf, reachesErrorThreshold, standingOf } from './group-standing.ts'
import { OPERATOR_MOVES } from './operator-moves.ts'
import type { GroupPlan, Pace, RolloutPlan } from './plan/plan.ts'
import { planMistakes } from './plan/plan-mistakes.ts'
import { COLUMNS, type Column, type GroupProgress, membersOf } from './progress.ts'

const STARTS_AT = 1_790_000_000

const shares = fc.constantFrom(0.01, 0.1, 0.5, 0.8, 0.95, 1)
const groups = (name: string, members: GroupPlan['members']): fc.Arbitrary<GroupPlan> =>
  fc.record({
    name: fc.constant(name),
    members: fc.constant(members),
    success: fc.record({
      share: shares,
      minimum: fc.integer({ min: 1, max: 5 }),
      soakSeconds: fc.constantFrom(0, 60, 1000),
      afterwards: fc.constantFrom('next' as const, 'next' as const, 'pause' as const),
    }),
    error: fc.record({ share: shares, minimum: fc.integer({ min: 1, max: 8 }) }),
  })
const paces: fc.Arbitrary<Pace> = fc.oneof(
  fc.record({
    kind: fc.constant('fixed' as const),
    devicesPerMinute: fc.integer({ min: 1, max: 40 }),
  }),
  fc.record({
    kind: fc.constant('exponential' as const),
    startPerMinute: fc.integer({ min: 1, max: 5 }),
    factor: fc.constantFrom(1.1, 1.5, 2),
    everySuccesses: fc.integer({ min: 1, max: 10 }),
    maxPerMinute: fc.integer({ min: 5, max: 40 }),
  }),
)
const plans: fc.Arbitrary<RolloutPlan> = fc.record({
  groups: fc.tuple(
    groups('first', { share: 0.2 }),
    groups('second', { share: 0.3 }),
    groups('rest', { rest: true }),
  ),
  pace: paces,
  start: fc.constant({}),
  urgency: fc.constant('soft' as const),
  priority: fc.constant(500),
  silenceSeconds: fc.constantFrom(600, 5000),
})

const waits = fc.integer({ min: 0, max: 900 })
const lives: fc.Arbitrary<readonly DeviceStep[]> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(step('connects'), step('begins'), step('succeeds')) },
  { weight: 2, arbitrary: fc.tuple(step('begins'), step('fails')) },
  { weight: 1, arbitrary: fc.tuple(step('begins')) },
  {
    weight: 1,
    arbitrary: fc.tuple(step({ waitsFor: 'postponement' }), step('begins'), step('succeeds')),
  },
  ...(['approval', 'deadline', 'window', 'power'] as const).map((waitsFor) => ({
    weight: 1,
    arbitrary: fc.tuple(step({ waitsFor }), step('begins'), step('succeeds')),
  })),
  { weight: 1, arbitrary: fc.tuple(step({ waitsFor: 'optIn' })) },
  { weight: 1, arbitrary: fc.constant([]) },
)

function step(says: DeviceStep['says']): fc.Arbitrary<DeviceStep> {
  return waits.map((after) => ({ after, says }))
}

/** What happens from outside before a tick. */
const happenings = fc.oneof(
  { weight: 20, arbitrary: fc.constant('nothing' as const) },
  { weight: 2, arbitrary: fc.constant('joins' as const) },
  { weight: 1, arbitrary: fc.constant('overtaken' as const) },
  { weight: 1, arbitrary: fc.constant('freed' as const) },
  { weight: 1, arbitrary: fc.constant('pause' as const) },
  { weight: 2, arbitrary: fc.constant('resume' as const) },
)
const courses = fc.record({
  plan: plans,
  lives: fc.array(lives, { minLength: 1, maxLength: 80, size: 'max' }),
  ticks: fc.array(fc.tuple(fc.constantFrom(1, 7, 20, 59, 60, 61, 119, 600), happenings), {
    maxLength: 120,
    size: 'max',
  }),
  /** Many devices on one position, as in a large fleet. */
  isCrowded: fc.boolean(),
})

/** Ids, and which number each has. */
type Ids = readonly [readonly string[], ReadonlyMap<string, number>]

function numbered(ids: readonly string[]): Ids {
  return [ids, new Map(ids.map((id, number) => [id, number]))]
}

const MANY = Array.from({ length: 60_000 }, (_, i) => `SN-${i}`)
const SPARSE = numbered(MANY.slice(0, 300))
/** Some six on each position, over the edges of the groups. */
const CROWDED_POSITIONS = new Set([
  ...Array.from({ length: 20 }, (_, i) => 1990 + i),
  ...Array.from({ length: 20 }, (_, i) => 4990 + i),
])
const CROWDED = numbered(MANY.filter((id) => CROWDED_POSITIONS.has(sharePosition(SALT, id))))

type Course = typeof courses extends fc.Arbitrary<infer T> ? T : never

/** Runs a course; `look` sees the fleet after each tick. */
function run(
  { plan, lives: all, ticks, isCrowded }: Course,
  look: (fleet: SimulatedFleet) => void,
): SimulatedFleet {
  const [ids, numbers] = isCrowded ? CROWDED : SPARSE
  const fleet = new SimulatedFleet({
    plan,
    devices: ids.slice(0, all.length),
    behaviour: (device) => all[(numbers.get(device) ?? 0) % all.length] ?? [],
    startsAt: STARTS_AT,
  })
  let joined = all.length
  look(fleet)
  for (const [seconds, happening] of ticks) {
    if (happening === 'joins') {
      fleet.join(ids[joined] ?? assert.fail())
      joined += 1
    } else if (happening === 'overtaken') fleet.overtakenBy = 's'
    else if (happening === 'freed') fleet.overtakenBy = undefined
    else if (happening !== 'nothing') fleet.operate(happening)
    fleet.tick(seconds)
    look(fleet)
  }
  return fleet
}

/*
 * The thresholds a second time, from docs/rollouts.md alone and in whole numbers: the engine is not its own measure.
 */

function countsOf(
  { offered, underWay, succeeded, failed, silent }: GroupProgress,
  accepted: number,
) {
  const failures = Math.max(0, failed + silent - accepted)
  return { failures, counted: offered + underWay + succeeded + failures }
}

function isAboveErrors({ error }: GroupPlan, counts: GroupProgress, accepted: number): boolean {
  const { failures, counted } = countsOf(counts, accepted)
  return failures >= error.minimum && failures * 100 >= Math.round(error.share * 100) * counted
}

function meetsSuccess({ success }: GroupPlan, counts: GroupProgress, accepted: number): boolean {
  const { succeeded, offered, underWay, postponed, offline, notOffered } = counts
  const { failures, counted } = countsOf(counts, accepted)
  const mayStillSpeak = waitingIn(counts) + postponed + offline
  if (notOffered > 0) return false
  if (counted === 0) return mayStillSpeak === 0
  const able = succeeded + failures + offered + underWay + mayStillSpeak
  const isEnough = succeeded >= Math.min(success.minimum, able)
  return isEnough && succeeded * 100 >= Math.round(success.share * 100) * counted
}

/** Whatever they wait for. */
function waitingIn({ waitingForConsent, waitingForWindow, waiting }: GroupProgress): number {
  return waitingForConsent + waitingForWindow + waiting
}

/** A sentence in which a fact is missing. */
const HOLE = /undefined|NaN|null|\[object|^$/

const RUNS = { numRuns: 100 }

test('the plans of these tests contradict nothing', () => {
  fc.assert(fc.property(plans, (plan) => assert.deepEqual(planMistakes(plan, STARTS_AT), [])))
})

test('no 60 seconds ever see more devices opened than the pace allows, late joiners among them', () => {
  fc.assert(
    fc.property(courses, (course) => {
      const { pace } = course.plan
      assert.ok(pace)
      run(course, ({ openings, state, now }) => {
        const recent = openings.filter(({ at }) => at >= now - 60)
        const opened = recent.reduce((sum, { count }) => sum + count, 0)
        assert.ok(opened <= devicesPerMinute(pace, state.successes))
      })
    }),
    RUNS,
  )
})

test('no group opens before the one before it has met its success share for the whole soak time', () => {
  fc.assert(
    fc.property(courses, (course) => {
      const { plan } = course
      const metSince = plan.groups.map((): number | undefined => undefined)
      let before = -1
      run(course, (fleet) => {
        const { state, progress, now } = fleet
        for (let group = Math.max(0, before); group < state.openGroup; group += 1) {
          const since = metSince[group]
          const { success } = plan.groups[group] ?? assert.fail()
          if (before < 0 && group === 0 && success.soakSeconds === 0) continue
          const isMet = success.soakSeconds === 0 || since !== undefined
          assert.ok(isMet, `group ${group} was never met`)
          assert.ok(now - (since ?? now) >= success.soakSeconds)
        }
        before = state.openGroup
        for (const [index, group] of plan.groups.entries()) {
          const counts = progress.groups[index] ?? assert.fail()
          const isMet = meetsSuccess(group, counts, state.accepted.groups[index] ?? 0)
          metSince[index] = isMet ? (metSince[index] ?? now) : undefined
        }
      })
    }),
    RUNS,
  )
})

test('it stops at the error threshold and opens nobody after, whatever the order of the reports', () => {
  fc.assert(
    fc.property(courses, (course) => {
      const { plan } = course
      let stoppedAt: number | undefined
      run(course, ({ state, progress, openings }) => {
        if (stoppedAt === undefined && state.state === 'stopped') stoppedAt = openings.length
        // Resumed by hand: accepted, and counted anew.
        if (state.state !== 'stopped') stoppedAt = undefined
        if (stoppedAt !== undefined) assert.equal(openings.length, stoppedAt)
        if (state.state !== 'running' && state.state !== 'paused') return
        for (let index = 0; index <= state.openGroup; index += 1) {
          const [group, counts] = [plan.groups[index], progress.groups[index]]
          assert.ok(group && counts)
          const accepted = state.accepted.groups[index] ?? 0
          assert.ok(!isAboveErrors(group, counts, accepted), 'it goes on above its threshold')
        }
      })
    }),
    RUNS,
  )
})

test('two orders of the same reports come to the same end', () => {
  const failing = fc.array(fc.boolean(), { minLength: 10, maxLength: 40 })
  fc.assert(
    fc.property(
      plans,
      failing,
      fc.infiniteStream(fc.integer({ min: 0, max: 5000 })),
      (plan, fails, delays) => {
        const all = { ...plan, pace: { kind: 'fixed', devicesPerMinute: 1000 } } as const
        const only = {
          ...all,
          groups: [{ ...all.groups[2], name: 'all' } as GroupPlan],
          silenceSeconds: 90_000,
        }
        const ends = [0, 1].map(() => {
          const after = fails.map(() => delays.next().value)
          const fleet = new SimulatedFleet({
            plan: only,
            devices: fails.map((_, i) => `SN-${i}`),
            startsAt: STARTS_AT,
            behaviour: (device) => {
              const i = Number(device.slice(3))
              return [
                { after: 1, says: 'connects' },
                { after: after[i] ?? 0, says: fails[i] === true ? 'fails' : 'succeeds' },
              ]
            },
          })
          for (let tick = 0; tick < 70; tick += 1) fleet.tick(100)
          return fleet.state.state
        })
        assert.equal(ends[0], ends[1])
      },
    ),
    RUNS,
  )
})

test('what has stopped or finished moves by nobody but a person', () => {
  fc.assert(
    fc.property(courses, (course) => {
      let last: string | undefined
      let openGroup = -1
      const withoutPeople = {
        ...course,
        ticks: course.ticks.map(
          ([seconds, happening]) =>
            [seconds, happening === 'resume' ? 'nothing' : happening] as const,
        ) as Course['ticks'],
      }
      run(withoutPeople, ({ state }) => {
        if (last === 'finished' || last === 'stopped') assert.equal(state.state, last)
        assert.ok(state.openGroup >= openGroup)
        last = state.state
        openGroup = state.openGroup
      })
    }),
    RUNS,
  )
})

const counts: fc.Arbitrary<GroupProgress> = fc.record(
  Object.fromEntries(COLUMNS.map((column) => [column, fc.nat(40)])) as Record<
    Column,
    fc.Arbitrary<number>
  >,
)

test('which wait a device is counted under changes no figure and no threshold of its group', () => {
  const one = groups('one', { rest: true })
  fc.assert(
    fc.property(one, counts, fc.nat(20), (group, apart, accepted) => {
      const all = { waitingForConsent: 0, waitingForWindow: 0, waiting: waitingIn(apart) }
      const together = { ...apart, ...all }
      assert.deepEqual(figuresOf(apart, accepted), figuresOf(together, accepted))
      for (const progress of [apart, together, { ...apart, notOffered: 0 }]) {
        const standing = standingOf(group, progress, accepted)
        const passes = standing === 'met' || standing === 'untried'
        assert.equal(passes, meetsSuccess(group, progress, accepted))
        const stops = reachesErrorThreshold(group, progress, accepted)
        assert.equal(stops, isAboveErrors(group, progress, accepted))
      }
      assert.equal(standingOf(group, apart, accepted), standingOf(group, together, accepted))
    }),
    { numRuns: 1000 },
  )
})

test('a rollout takes the same course whatever its devices wait for', () => {
  const waitingFor = (course: Course, waitsFor: 'approval' | 'window' | 'power'): Course => ({
    ...course,
    lives: course.lives.map((life) =>
      life.map(({ after, says }) => {
        const isWait = typeof says === 'object' && says.waitsFor !== 'optIn'
        return { after, says: isWait ? { waitsFor } : says }
      }),
    ),
  })
  fc.assert(
    fc.property(courses, (course) => {
      const [first, ...others] = (['approval', 'window', 'power'] as const).map((wait) => {
        const { openings, moves, state } = run(waitingFor(course, wait), () => {})
        const rules = moves.map(({ at, move: { kind, because } }) => [at, kind, because.rule])
        return { openings, rules, state }
      })
      for (const other of others) assert.deepEqual(other, first)
    }),
    RUNS,
  )
})

test('each device is in exactly one column, and none is forgotten', () => {
  fc.assert(
    fc.property(courses, (course) => {
      const fleet = run(course, ({ devices, progress }) => {
        assert.equal(membersOf(progress), devices.size)
        for (const counts of [...progress.groups, progress.late]) {
          for (const column of COLUMNS) assert.ok(counts[column] >= 0)
        }
      })
      fleet.tick(10_000)
      assert.deepEqual(fleet.recount(), fleet.progress)
    }),
    RUNS,
  )
})

test('a device finds the offer in its manifest from its turn on, and never before', () => {
  fc.assert(
    fc.property(courses, (course) => {
      run(course, (fleet) => {
        for (const [id, { membership }] of fleet.devices) {
          assert.equal(fleet.isOffered(id), membership.offeredAt !== undefined)
        }
      })
    }),
    RUNS,
  )
})

test('every rollout and every device has its sentence at any time', () => {
  fc.assert(
    fc.property(courses, (course) => {
      const fleet = run(course, ({ plan, state, progress, now }) => {
        assert.doesNotMatch(explainRollout(plan, state, progress, now).sentence, HOLE)
      })
      const { plan, state, progress, now } = fleet
      for (const { facts: device, membership } of fleet.devices.values()) {
        const rollout = fleet.rolloutForColumn()
        const asked = { device, membership, rollout, plan, state, progress }
        assert.doesNotMatch(explainDevice(asked, now).sentence, HOLE)
      }
    }),
    RUNS,
  )
})

test('everybody who can succeed has succeeded in the end', () => {
  fc.assert(
    fc.property(plans, fc.integer({ min: 1, max: 60 }), (plan, count) => {
      const fleet = new SimulatedFleet({
        plan,
        devices: Array.from({ length: count }, (_, i) => `SN-${i}`),
        behaviour: () => [{ after: 10, says: 'succeeds' }],
        startsAt: STARTS_AT,
      })
      for (let tick = 0; tick < 400 && fleet.state.state !== 'finished'; tick += 1) {
        if (fleet.tick(61).kind === 'pause') fleet.operate('resume')
      }
      assert.equal(fleet.state.state, 'finished')
      fleet.tick(61)
      assert.equal(fleet.count('succeeded'), count)
    }),
    RUNS,
  )
})

test('no order of moves by people and by itself breaks the state', () => {
  const acts = fc.array(
    fc.tuple(fc.constantFrom(...OPERATOR_MOVES), fc.integer({ min: 0, max: 500 })),
    {
      maxLength: 40,
    },
  )
  fc.assert(
    fc.property(courses, acts, (course, moves) => {
      const fleet = run({ ...course, ticks: [] }, () => {})
      for (const [move, seconds] of moves) {
        fleet.operate(move)
        const { state: before } = fleet.state
        fleet.tick(seconds)
        const { state } = fleet.state
        if (before === 'withdrawn') assert.equal(state, 'withdrawn')
        assert.ok(fleet.state.openGroup < course.plan.groups.length)
      }
    }),
    RUNS,
  )
})
