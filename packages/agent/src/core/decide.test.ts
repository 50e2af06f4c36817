import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Offer, WaitingFor } from '@fleetward/shared'
import { anOffer } from '../../../../test/support/signed-messages.ts'
import { decide, type Situation, startOf } from './decide.ts'

const NOW = 1_790_000_000
const HOUR = 3600
const DAY = 24 * HOUR
const PATH = anOffer().release.path

const security = anOffer()
const functionality = anOffer({ release: { ...security.release, kind: 'functionality' } })
const combined = anOffer({ release: { ...security.release, kind: 'combined' } })
const withPolicy = (offer: Offer, policy: Partial<Offer['policy']>): Offer => ({
  ...offer,
  policy: { ...offer.policy, ...policy },
})

const situation = (changes: Partial<Situation>): Situation => ({
  offer: security,
  validUntil: NOW + DAY,
  bounds: { postponeUpToSeconds: 14 * DAY },
  firstNotice: NOW,
  device: 'G1-0001',
  defaults: { security: 'automatic', functionality: 'ask' },
  owner: {},
  now: NOW,
  ...changes,
})
const soon = { bounds: { postponeUpToSeconds: 14 * DAY, deadline: NOW + DAY } }
const passed = { bounds: { postponeUpToSeconds: 14 * DAY, deadline: NOW } }
const postponed = (until: number) => ({ postponed: { path: PATH, until } })

const table: [string, Partial<Situation>, 'start' | WaitingFor, number?][] = [
  // CRA P-052, P-053
  ['a security update installs by itself', {}, 'start'],
  ['a functionality update asks', { offer: functionality }, 'approval'],
  ['a combined update carries a fix and installs by itself', { offer: combined }, 'start'],
  [
    'a functionality update whose settings say so installs by itself',
    { offer: functionality, defaults: { security: 'automatic', functionality: 'automatic' } },
    'start',
  ],
  ['the owner’s choice stands over the settings', { owner: { security: 'ask' } }, 'approval'],
  [
    'the owner’s choice stands over the settings, the other way too',
    { offer: functionality, owner: { functionality: 'automatic' } },
    'start',
  ],
  [
    'an operator who asks makes it ask',
    { offer: withPolicy(security, { apply: 'ask' }) },
    'approval',
  ],
  [
    'what was approved installs',
    { offer: functionality, owner: { approved: { path: PATH } } },
    'start',
  ],
  [
    'an approval of another release is none',
    { offer: functionality, owner: { approved: { path: 'functionality/1.0.0/x' } } },
    'approval',
  ],

  [
    'an owner who is asked about a fix with a deadline can let it come',
    { owner: { security: 'ask' }, ...soon },
    'deadline',
    NOW + DAY,
  ],
  ['the deadline of a fix passes: it installs', { owner: { security: 'ask' }, ...passed }, 'start'],
  ['a deadline is no word about functionality', { offer: functionality, ...passed }, 'approval'],

  // CRA P-054
  ['opted out: nothing installs by itself', { owner: { optedOutUntil: 'forever' } }, 'optIn'],
  ['opted out until a date', { owner: { optedOutUntil: NOW + 1 } }, 'optIn', NOW + 1],
  ['that date has come', { owner: { optedOutUntil: NOW } }, 'start'],
  [
    'an opt-out stands beyond the deadline',
    { owner: { optedOutUntil: 'forever' }, ...passed },
    'optIn',
  ],
  [
    'opted out, "install now" works',
    { owner: { optedOutUntil: 'forever', approved: { path: PATH } } },
    'start',
  ],

  // CRA P-055
  ['postponed until a time', { owner: postponed(NOW + HOUR) }, 'postponement', NOW + HOUR],
  ['the postponement is over', { owner: postponed(NOW) }, 'start'],
  [
    'a postponement of another release is none',
    { owner: { postponed: { path: 'other', until: NOW + HOUR } } },
    'start',
  ],
  [
    'never longer than the owner may in total',
    { owner: postponed(NOW + 30 * DAY) },
    'postponement',
    NOW + 14 * DAY,
  ],
  [
    'which counts from the first notice',
    { owner: postponed(NOW + 30 * DAY), firstNotice: NOW - 14 * DAY },
    'start',
  ],
  [
    'also beyond an operator’s deadline: the allowance is the release’s',
    { owner: postponed(NOW + 2 * DAY), ...soon },
    'postponement',
    NOW + 2 * DAY,
  ],
  [
    'a clock that stood in the future at first notice leaves the allowance and no more',
    { owner: postponed(NOW + 900 * DAY), firstNotice: NOW + 800 * DAY },
    'postponement',
    NOW + 14 * DAY,
  ],
  [
    '"install now" ends a postponement',
    { owner: { ...postponed(NOW + HOUR), approved: { path: PATH } } },
    'start',
  ],

  [
    'not before the operator’s time',
    { offer: withPolicy(security, { notBefore: NOW + HOUR }) },
    'start',
    NOW + HOUR,
  ],
  [
    '"install now" does not wait for it',
    { offer: withPolicy(security, { notBefore: NOW + HOUR }), owner: { approved: { path: PATH } } },
    'start',
  ],
  [
    'before the maintenance window',
    { window: { opens: NOW + HOUR, closes: NOW + 2 * HOUR } },
    'window',
    NOW + HOUR,
  ],
  ['inside the maintenance window', { window: { opens: NOW, closes: NOW + 1 } }, 'start'],
  ['after the maintenance window', { window: { opens: NOW - HOUR, closes: NOW } }, 'window'],
  [
    'before the operator’s window',
    { operatorsWindow: { opens: NOW + HOUR, closes: NOW + 2 * HOUR } },
    'window',
    NOW + HOUR,
  ],
  ['inside the operator’s window', { operatorsWindow: { opens: NOW, closes: NOW + 1 } }, 'start'],
  [
    'inside the operator’s window, before the owner’s: the owner’s is no less',
    {
      operatorsWindow: { opens: NOW, closes: NOW + HOUR },
      window: { opens: NOW + HOUR, closes: NOW + 2 * HOUR },
    },
    'window',
    NOW + HOUR,
  ],
  [
    'before both: when the later one opens',
    {
      operatorsWindow: { opens: NOW + 2 * HOUR, closes: NOW + 3 * HOUR },
      window: { opens: NOW + HOUR, closes: NOW + 4 * HOUR },
    },
    'window',
    NOW + 2 * HOUR,
  ],
  [
    '"install now" does not wait for the operator’s window',
    {
      operatorsWindow: { opens: NOW + HOUR, closes: NOW + 2 * HOUR },
      owner: { approved: { path: PATH } },
    },
    'start',
  ],
  [
    'a passed deadline does not wait for the operator’s window',
    { operatorsWindow: { opens: NOW + HOUR, closes: NOW + 2 * HOUR }, ...passed },
    'start',
  ],
  [
    'a download that outlasted the operator’s window waits for the next one',
    { step: 'switch', operatorsWindow: { opens: NOW + HOUR, closes: NOW + 2 * HOUR } },
    'window',
    NOW + HOUR,
  ],
  [
    'a passed deadline does not wait for the window',
    { window: { opens: NOW + HOUR, closes: NOW + 2 * HOUR }, ...passed },
    'start',
  ],

  ['the battery is low', { obstacle: 'power' }, 'power'],
  ['a deadline makes no battery full', { obstacle: 'power', ...passed }, 'power'],
  [
    'nor does "install now"',
    { obstacle: 'product', owner: { approved: { path: PATH } } },
    'product',
  ],
  ['at the switch nobody is asked again', { step: 'switch' }, 'start'],
  [
    'at the switch a manifest that ran out stops nothing that has begun',
    { step: 'switch', validUntil: NOW - 1 },
    'start',
  ],
  [
    'a download that outlasted the window waits for the next one',
    { step: 'switch', window: { opens: NOW + HOUR, closes: NOW + 2 * HOUR } },
    'window',
    NOW + HOUR,
  ],
  [
    'whoever wants the last word is asked at the switch',
    { step: 'switch', owner: { approvalAsLastStep: true } },
    'approval',
  ],
  ['not before: the download begins by itself', { owner: { approvalAsLastStep: true } }, 'start'],
  [
    'a deadline ends the wait for the last word',
    { step: 'switch', owner: { approvalAsLastStep: true }, ...passed },
    'start',
  ],
  [
    'the last word can be put off',
    { step: 'switch', owner: { approvalAsLastStep: true, ...postponed(NOW + HOUR) } },
    'postponement',
    NOW + HOUR,
  ],
  [
    'who opts out meanwhile is heard at the switch',
    { step: 'switch', owner: { optedOutUntil: 'forever' } },
    'optIn',
  ],
  [
    'a product that is busy holds the switch up',
    { step: 'switch', obstacle: 'product' },
    'product',
  ],
  ['the manifest ran out', { validUntil: NOW - 1 }, 'start'],
  ['the manifest’s last second', { validUntil: NOW }, 'start'],
]

describe('what becomes of an offer', () => {
  for (const [name, changes, expected, until] of table) {
    test(name, () => {
      const decision = decide(situation(changes))
      // `start` is the one word with two senses: waiting for the start, or starting.
      const waits = until !== undefined || expected !== 'start' || name === 'the manifest ran out'
      assert.deepEqual(
        decision,
        waits
          ? { start: false, waitingFor: expected, ...(until === undefined ? {} : { until }) }
          : { start: true },
      )
    })
  }
})

describe('the start within spread', () => {
  const spread = 1000
  const offer = withPolicy(security, { spread })
  const startsOf = (count: number) =>
    Array.from({ length: count }, (_, i) => startOf(situation({ offer, device: `G1-${i}` })) - NOW)

  test('is the same after every restart', () => {
    assert.deepEqual(startsOf(50), startsOf(50))
  })

  test('lies within it and is spread over all of it', () => {
    const starts = startsOf(500)
    assert.ok(starts.every((start) => start >= 0 && start < spread))
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const inTenth = starts.filter((start) => Math.floor(start / 100) === tenth).length
      assert.ok(inTenth > 20 && inTenth < 90, `${inTenth} of 500 in tenth ${tenth}`)
    }
  })

  test('differs between rollouts, so that the same devices are not always the first', () => {
    const other = startOf(situation({ offer: { ...offer, rollout: 'another' } }))
    assert.notEqual(other, startOf(situation({ offer })))
  })

  test('counts from when the offer was taken again, so that a second try is spread as the first was', () => {
    const first = startOf(situation({ offer }))
    assert.equal(startOf(situation({ offer, againAt: NOW + 5000 })), first + 5000)
  })

  test('is waited for', () => {
    const until = startOf(situation({ offer }))
    assert.deepEqual(decide(situation({ offer })), { start: false, waitingFor: 'start', until })
    assert.deepEqual(decide(situation({ offer, now: until })), { start: true })
  })
})
