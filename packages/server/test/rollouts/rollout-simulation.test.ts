/** The rollout engine over whole fleets with a virtual clock: what the small tables promise holds at size. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GroupPlan, RolloutPlan } from '../../src/rollouts/engine/plan/plan.ts'
import { membersOf } from '../../src/rollouts/engine/progress.ts'
import { type DeviceStep, SimulatedFleet } from '../support/simulated-fleet.ts'

const HOUR = 3600
const STARTS_AT = 1_790_000_000
const FLEET = Array.from({ length: 100_000 }, (_, i) => `SN-${String(i).padStart(6, '0')}`)

const group = (name: string, members: GroupPlan['members'], change: Partial<GroupPlan> = {}) => ({
  name,
  members,
  success: { share: 0.95, minimum: 10, soakSeconds: 2 * HOUR, afterwards: 'next' as const },
  error: { share: 0.03, minimum: 20 },
  ...change,
})

const plan: RolloutPlan = {
  groups: [
    group('canary', { count: 500 }),
    group('early', { share: 0.1 }),
    group('everybody', { rest: true }),
  ],
  pace: {
    kind: 'exponential',
    startPerMinute: 30,
    factor: 1.5,
    everySuccesses: 1000,
    maxPerMinute: 240,
  },
  start: {},
  urgency: 'soft',
  priority: 500,
  silenceSeconds: 6 * HOUR,
}

/** The same for a device in every run. */
const chanceOf = (device: string) => (Number(device.slice(3)) * 2_654_435_761) % 1000
const begins: DeviceStep[] = [
  { after: 5, says: 'connects' },
  { after: 10, says: 'begins' },
]
const works: DeviceStep[] = [...begins, { after: 300, says: 'succeeds' }]

/** Of a thousand 10 fail, 5 fall silent, 100 postpone, 50 wait for their owner, 30 are away, 40 opted out. */
function mixed(device: string): DeviceStep[] {
  const chance = chanceOf(device)
  if (optsOut(device)) return [{ after: 5, says: 'connects' }]
  if (chance < 10) return [...begins, { after: 200, says: 'fails' }]
  if (chance < 15) return begins
  if (chance < 115) {
    const postpones: DeviceStep = { after: 5, says: { waitsFor: 'postponement' } }
    return [{ after: 5, says: 'connects' }, postpones, { after: 7 * 24 * HOUR, says: 'begins' }]
  }
  if (chance < 165) return [{ after: 9, says: { waitsFor: 'approval' } }]
  return chance < 195 ? [] : works
}
const optsOut = (device: string) => chanceOf(device) >= 960

function assertPaced(fleet: SimulatedFleet, perMinute: number): void {
  let from = 0
  let inWindow = 0
  for (const [index, { at, count }] of fleet.openings.entries()) {
    inWindow += count
    for (; (fleet.openings[from]?.at ?? at) < at - 60; from += 1) {
      inWindow -= fleet.openings[from]?.count ?? 0
    }
    assert.ok(inWindow <= perMinute, `${inWindow} devices in 60 s, opening ${index}`)
  }
}

test('a hundred thousand devices are brought to the end at their pace, late joiners with them', () => {
  const fleet = new SimulatedFleet({
    plan,
    devices: FLEET,
    behaviour: mixed,
    optedOut: optsOut,
    startsAt: STARTS_AT,
  })
  let ticks = 0
  let joined = 0
  while (fleet.state.state !== 'finished') {
    fleet.tick(15)
    ticks += 1
    if (ticks % 700 === 0 && joined < 5000) {
      for (let i = 0; i < 1000; i += 1) fleet.join(`SN-${900_000 + joined + i}`)
      joined += 1000
    }
    if (ticks % 1000 === 0) assert.deepEqual(fleet.recount(), fleet.progress)
    assert.ok(ticks < 10_000, JSON.stringify(fleet.moves.at(-1)))
  }
  assert.ok(ticks > 2000, String(ticks))
  assertPaced(fleet, 240)

  const opens = fleet.moves.filter(({ move }) => move.kind === 'openGroup')
  assert.deepEqual(
    opens.map(({ move }) => move.kind === 'openGroup' && move.group),
    [0, 1, 2],
  )
  // Two hours of soak each, at the least.
  for (const [before, after] of [
    [opens[0], opens[1]],
    [opens[1], opens[2]],
  ]) {
    assert.ok((after?.at ?? 0) - (before?.at ?? 0) >= 2 * HOUR)
  }
  assert.deepEqual(fleet.recount(), fleet.progress)
  assert.equal(membersOf(fleet.progress), FLEET.length + joined)
  assert.ok(fleet.count('postponed') > 9000 && fleet.count('optedOut') > 3000)
  assert.ok(fleet.count('waitingForConsent') > 4000 && fleet.count('offline') > 2000)
  assert.ok(fleet.progress.late.succeeded > 1000)

  // Late joiners that are left are let in at the pace, and nothing else moves.
  const { openGroup } = fleet.state
  while (fleet.progress.late.notOffered > 0) fleet.tick(15)
  assertPaced(fleet, 240)
  assert.deepEqual([fleet.state.state, fleet.state.openGroup], ['finished', openGroup])
  assert.equal(fleet.count('notOffered'), 0)
})

test('a release that breaks devices stops itself among the first, and stays stopped', () => {
  const breaks = (device: string): DeviceStep[] =>
    chanceOf(device) < 100 ? [...begins, { after: 100, says: 'fails' }] : works
  const fleet = new SimulatedFleet({ plan, devices: FLEET, behaviour: breaks, startsAt: STARTS_AT })
  for (let tick = 0; tick < 1000; tick += 1) fleet.tick(15)
  const { state, opened, halted } = fleet.state
  assert.deepEqual([state, halted?.rule], ['stopped', 'errorThreshold'])
  assert.ok(opened <= 500, `${opened} devices were opened`)
  assert.equal(fleet.count('notOffered'), FLEET.length - opened)
})

test('a release after which devices are never heard of again stops itself by their silence (hawkBit #693)', () => {
  const dies = (device: string) => (chanceOf(device) < 100 ? begins : works)
  const fleet = new SimulatedFleet({ plan, devices: FLEET, behaviour: dies, startsAt: STARTS_AT })
  for (let tick = 0; tick < 3000; tick += 1) fleet.tick(15)
  const { state, halted, opened } = fleet.state
  assert.equal(state, 'stopped')
  assert.ok(halted?.rule === 'errorThreshold' && halted.facts.silent >= 20)
  assert.equal(halted.facts.failed, 0)
  // The canaries were all there ever were.
  assert.ok(opened <= 500, `${opened} devices were opened`)
})
