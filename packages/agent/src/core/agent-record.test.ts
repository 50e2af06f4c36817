import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  AUDIENCES_MAX_COUNT,
  canonicalJson,
  FAILED_OFFERS_MAX_COUNT,
  FIRST_NOTICES_MAX_COUNT,
  type Json,
  parseJson,
} from '@fleetward/shared'
import { anOffer } from '../../../../test/support/signed-messages.ts'
import { advance } from './advance.ts'
import { type AgentRecord, firstRecord, withAcceptedManifest } from './agent-record.ts'
import { parseAgentRecord, recordJson } from './record-json.ts'
import type { UpdateState } from './update-machine.ts'

const NOW = 1_790_000_000
const DIGEST = 'a'.repeat(64)
const update = { offer: anOffer(), validUntil: NOW, slot: 'B' } as const
const failure = { code: 'DISK_FULL', facts: { path: '/data', bytes: 3, full: true } } as const

/** Everything filled in. */
const full: AgentRecord = {
  state: { name: 'offered', update, waitingFor: 'window' },
  securityCounter: 2,
  clockFloor: NOW,
  cohort: 'early',
  audiences: [{ audience: 'lumen/cohorts/early', seq: 7, digest: DIGEST }],
  commandSeq: 3,
  failedOffers: [{ rollout: 'fix', path: 'security/1.4.3/x', sha256: DIGEST, attempt: 1 }],
  firstNotices: [{ path: 'security/1.4.3/x', at: NOW, againAt: NOW + 1 }],
  owner: {
    security: 'ask',
    functionality: 'automatic',
    optedOutUntil: 'forever',
    postponed: { path: 'security/1.4.3/x', until: NOW },
    approved: { path: 'security/1.4.3/x' },
  },
  reports: {
    seq: 9,
    prev: DIGEST,
    nonce: 'n',
    inventoryDigest: DIGEST,
    outbox: [{ seq: 9, about: 'state', token: 'a.b.c' }],
  },
}

/** As the disk gives it back. */
const through = (record: AgentRecord) =>
  parseAgentRecord(parseJson(canonicalJson(recordJson(record)), 1 << 20))

const states: UpdateState[] = [
  { name: 'idle' },
  { name: 'offered', update },
  { name: 'downloading', update },
  { name: 'installing', update },
  { name: 'arming', update },
  { name: 'rebooting', update },
  { name: 'trial', update },
  { name: 'committing', update },
  { name: 'rollingBack', update, failure },
  { name: 'failed', update, failure },
]

test('what was saved is what is loaded, in every state', () => {
  for (const state of states) assert.deepEqual(through({ ...full, state }), { ...full, state })
  assert.deepEqual(through(firstRecord('early', 1, 0)), firstRecord('early', 1, 0))
})

describe('a record that nobody wrote is STATE_CORRUPT and names the field', () => {
  const json = recordJson(full) as { [key: string]: Json }
  for (const [field, value] of [
    ['format', 'fleetward-agent-record/2'],
    ['securityCounter', 0],
    ['securityCounter', '2'],
    ['clockFloor', -1],
    ['cohort', '../early'],
    ['audiences', {}],
    ['commandSeq', 1.5],
    ['failedOffers', Array(FAILED_OFFERS_MAX_COUNT + 1).fill(full.failedOffers[0])],
    ['owner', { optedOutUntil: 'never' }],
    ['owner', { security: 'always' }],
    ['reports', { ...full.reports, outbox: [{ seq: 0, about: 'state', token: 'x' }] }],
    ['reports', { ...full.reports, prev: 'short' }],
    ['state', { name: 'paused' }],
    ['state', { name: 'idle', update: null }],
    ['state', { name: 'trial' }],
    ['state', { name: 'trial', update: { ...update, slot: 'C' } }],
    ['state', { name: 'offered', update, waitingFor: 'luck' }],
    ['state', { name: 'failed', update }],
    ['unknown', 1],
  ] as [string, Json][]) {
    test(`${field}: ${JSON.stringify(value).slice(0, 60)}`, () => {
      assert.throws(
        () => parseAgentRecord({ ...json, [field]: value }),
        (error: { code?: string; facts?: { field?: string } }) =>
          error.code === 'STATE_CORRUPT' && error.facts?.field?.startsWith(field) === true,
      )
    })
  }
  test('a missing field', () => {
    for (const field of Object.keys(json)) {
      const { [field]: _, ...others } = json
      assert.throws(() => parseAgentRecord(others), { code: 'STATE_CORRUPT' }, field)
    }
  })
})

describe('what grows with time stays bounded', () => {
  test('audiences: the most recently used stay', () => {
    let record = firstRecord('early', 1, 0)
    for (let i = 1; i <= 20; i += 1) {
      record = withAcceptedManifest(record, { audience: 'own', seq: i, digest: DIGEST })
      record = withAcceptedManifest(record, { audience: `cohort-${i}`, seq: 1, digest: DIGEST })
    }
    assert.equal(record.audiences.length, AUDIENCES_MAX_COUNT)
    assert.equal(record.audiences.find(({ audience }) => audience === 'own')?.seq, 20)
  })

  test('failed offers and first notices: the newest stay', () => {
    let record = firstRecord('early', 1, 0)
    for (let i = 1; i <= 100; i += 1) {
      const release = { ...anOffer().release, path: `security/1.4.${i}/x` }
      const taken = { ...update, offer: anOffer({ release }) }
      record = advance(record, { name: 'offerTaken', update: taken }, i)
      record = advance(record, { name: 'mayStart' }, i)
      record = advance(record, { name: 'effectFailed', failure }, i)
      record = advance(record, { name: 'settled' }, i)
    }
    assert.equal(record.failedOffers.length, FAILED_OFFERS_MAX_COUNT)
    assert.equal(record.firstNotices.length, FIRST_NOTICES_MAX_COUNT)
    assert.equal(record.failedOffers.at(-1)?.path, 'security/1.4.100/x')
  })

  test('a first notice is the first, however often the offer comes', () => {
    let record = firstRecord('early', 1, 0)
    for (const now of [10, 20, 30]) {
      const taken = { ...update, validUntil: now }
      record = advance(record, { name: 'offerTaken', update: taken }, now)
    }
    record = advance(record, { name: 'offerGone' }, 40)
    const anew = { ...update, offer: anOffer({ rollout: 'another' }) }
    record = advance(record, { name: 'offerTaken', update: anew }, 50)
    const { path } = update.offer.release
    assert.deepEqual(record.firstNotices, [{ path, at: 10, againAt: 50 }])
    const retried = { ...update, offer: anOffer({ rollout: 'another', attempt: 9 }) }
    record = advance(record, { name: 'offerTaken', update: retried }, 60)
    // Delivered again, it is the same one.
    record = advance(record, { name: 'offerTaken', update: { ...retried, validUntil: 99 } }, 70)
    assert.deepEqual(record.firstNotices, [{ path, at: 10, againAt: 60 }])
  })
})
