import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Offer, UpdateStateName } from '@fleetward/shared'
import { anOffer } from '../../../../test/support/signed-messages.ts'
import { advance } from './advance.ts'
import { type AgentRecord, firstRecord } from './agent-record.ts'
import {
  effectsOf,
  type Failure,
  next,
  otherSlot,
  type SlotName,
  type Update,
  type UpdateEvent,
  type UpdateState,
} from './update-machine.ts'

const NOW = 1_790_000_000
const update = (slot: SlotName, offer: Offer = anOffer()): Update => ({
  offer,
  validUntil: NOW + 86_400,
  slot,
})
const failure: Failure = { code: 'SELF_TEST_FAILED', facts: {} }
const idle: UpdateState = { name: 'idle' }

/** Every event, with every argument that matters. */
const eventsWhile = (booted: SlotName): UpdateEvent[] => [
  // The shell takes the slot that does not run.
  { name: 'offerTaken', update: update(otherSlot(booted)) },
  { name: 'offerRefused' },
  { name: 'mustWait', waitingFor: 'approval' },
  { name: 'mustWait', waitingFor: 'window' },
  { name: 'mayStart' },
  { name: 'offerGone' },
  { name: 'artifactFetched' },
  { name: 'slotWritten' },
  { name: 'maySwitch' },
  { name: 'armed' },
  { name: 'effectFailed', failure },
  { name: 'booted', slot: 'A' },
  { name: 'booted', slot: 'B' },
  { name: 'selfTestPassed' },
  { name: 'selfTestFailed', failure },
  { name: 'committed' },
  { name: 'settled' },
]

test('an update in which every step succeeds ends by committing the new slot', () => {
  const steps: UpdateEvent[] = [
    { name: 'offerTaken', update: update('B') },
    { name: 'mustWait', waitingFor: 'start' },
    { name: 'mayStart' },
    { name: 'artifactFetched' },
    { name: 'slotWritten' },
    { name: 'maySwitch' },
    { name: 'armed' },
    { name: 'booted', slot: 'B' },
    { name: 'selfTestPassed' },
  ]
  const state = steps.reduce(next, idle)
  assert.deepEqual(effectsOf(state), [{ name: 'commit', update: update('B') }])
  assert.equal(next(state, { name: 'committed' }).name, 'idle')
})

test('the bootloader falling back to the old slot fails the update, before commit at any time', () => {
  for (const name of ['rebooting', 'trial', 'committing'] as const) {
    const state = next({ name, update: update('B') }, { name: 'booted', slot: 'A' })
    assert.equal(state.name === 'failed' && state.failure.code, 'NEW_SLOT_DID_NOT_STAY', name)
  }
})

test('a power loss right after the bootloader was told leads on into the trial', () => {
  const arming: UpdateState = { name: 'arming', update: update('B') }
  assert.equal(next(arming, { name: 'booted', slot: 'B' }).name, 'trial')
  assert.equal(
    next(arming, { name: 'booted', slot: 'A' }),
    arming,
    'and right before, to arming again',
  )
})

test('a slot whose trial was not abandoned before a power loss is left again', () => {
  const failed: UpdateState = { name: 'failed', update: update('B'), failure }
  const state = next(failed, { name: 'booted', slot: 'B' })
  assert.deepEqual(
    effectsOf(state).map(({ name }) => name),
    ['abandonTrial', 'boot'],
  )
  assert.deepEqual(next(state, { name: 'booted', slot: 'A' }), failed)
})

test('a withdrawn offer is dropped until the bootloader is told, and no longer after', () => {
  const gone = (name: UpdateStateName) =>
    next({ name, update: update('B'), failure } as UpdateState, { name: 'offerGone' }).name
  for (const name of ['offered', 'downloading', 'installing'] as const)
    assert.equal(gone(name), 'idle')
  for (const name of ['arming', 'rebooting', 'trial', 'committing', 'rollingBack'] as const) {
    assert.equal(gone(name), name)
  }
})

test('waiting again for the same thing is no change', () => {
  const waiting: UpdateState = { name: 'offered', update: update('B'), waitingFor: 'approval' }
  assert.equal(next(waiting, { name: 'mustWait', waitingFor: 'approval' }), waiting)
})

describe('whatever happens', () => {
  const walked = walk()

  test('every state of the protocol is reached', () => {
    const names = new Set(walked.map(({ record }) => record.state.name))
    assert.equal(names.size, 10, [...names].join())
  })

  test('a slot is committed only when its self-test has just passed', () => {
    for (const { record, booted } of walked) {
      for (const event of eventsWhile(booted)) {
        const following = next(record.state, event)
        if (following === record.state || following.name !== 'committing') continue
        assert.deepEqual([record.state.name, event.name], ['trial', 'selfTestPassed'])
      }
    }
  })

  test('the running slot is never written, armed or discarded under its feet', () => {
    for (const { record, booted } of walked) {
      for (const effect of effectsOf(record.state)) {
        if (effect.name !== 'writeSlot' && effect.name !== 'tryBoot') continue
        assert.notEqual(effect.update.slot, booted, record.state.name)
      }
    }
  })

  test('only the slot that runs is tested and committed', () => {
    for (const { record, booted } of walked) {
      for (const effect of effectsOf(record.state)) {
        if (effect.name !== 'selfTest' && effect.name !== 'commit') continue
        assert.equal(effect.update.slot, booted, record.state.name)
      }
    }
  })

  test('the security counter rises only when a commit is done, and never falls', () => {
    for (const { record, booted } of walked) {
      for (const event of eventsWhile(booted)) {
        const following = advance(record, event, NOW)
        assert.ok(following.securityCounter >= record.securityCounter)
        if (following.securityCounter === record.securityCounter) continue
        assert.deepEqual([record.state.name, event.name], ['committing', 'committed'])
      }
    }
  })

  test('a failure is remembered, so that the same attempt is not made again', () => {
    for (const { record } of walked) {
      if (record.state.name !== 'failed') continue
      const { rollout, attempt, release } = record.state.update.offer
      assert.deepEqual(
        record.failedOffers.map(({ path, ...rest }) => ({ path, ...rest })),
        [{ path: release.path, rollout, sha256: release.sha256, attempt }],
      )
    }
  })

  test('the device can get back to idle', () => {
    for (const { record, booted } of walked) {
      const later = walk(record, booted)
      assert.ok(
        later.some(({ record: { state } }) => state.name === 'idle'),
        `stuck in ${JSON.stringify(record.state)}`,
      )
    }
  })
})

interface Walked {
  readonly record: AgentRecord
  readonly booted: SlotName
}

/** Every record that some sequence of events leads to. The machine is small enough to try them all. */
function walk(record: AgentRecord = firstRecord('early', 1, 0), booted: SlotName = 'A'): Walked[] {
  const seen = new Map<string, Walked>()
  const add = (walked: Walked) => {
    const key = JSON.stringify(walked)
    if (!seen.has(key)) seen.set(key, walked)
  }
  add({ record, booted })
  for (const walked of seen.values()) {
    for (const event of eventsWhile(walked.booted)) {
      const nowBooted = event.name === 'booted' ? event.slot : walked.booted
      // It counts without end, and decides nothing in here.
      const { failedTrials: _, ...record } = advance(walked.record, event, NOW)
      add({ record, booted: nowBooted })
    }
  }
  return [...seen.values()]
}
