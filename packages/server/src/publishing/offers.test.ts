/** The way back of a rollout that stopped itself, as manifests name it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Release } from '@fleetward/shared'
import { NOTHING_APPROVED } from '../rollouts/approval.ts'
import { newEngineState } from '../rollouts/engine/engine-state.ts'
import { planOfOneGroup } from '../rollouts/one-group.ts'
import type { Rollout } from '../rollouts/rollout.ts'
import type { RolloutWithRelease } from '../rollouts/standing.ts'
import { offersOf, ownOffers } from './offers.ts'

const release = (version: string): Release =>
  ({
    ...{ version, kind: 'security', securityCounter: 1, path: `security/${version}/f.tar` },
    ...{
      length: 10,
      sha256: 'a'.repeat(64),
      chunks: { path: 'c', length: 1, sha256: 'b'.repeat(64) },
    },
    ...{ product: 'lamp', compatible: ['lamp'], installedSize: 10, expires: 0 },
  }) as unknown as Release

function rollout(id: string, state: Rollout['state'], version: string): RolloutWithRelease {
  const plan = planOfOneGroup(1)
  return {
    rollout: {
      ...{ product: 'lamp', id, release: version, cohort: 'homes', state, attempt: 2 },
      ...{
        share: { salt: 'salt', upTo: 500 },
        policy: { apply: 'automatic', spread: 0, retryAfter: 0 },
      },
      ...{ notice: { summary: 'Fixes', severity: 'high', advisories: [] }, plan },
      ...{
        engine: { ...newEngineState(1), state },
        ranges: [],
        isFilled: true,
        trouble: undefined,
      },
      ...{ startsItself: true, authors: [], approval: NOTHING_APPROVED, terms: {}, revision: 1 },
      ...{ startedAt: 1, changedAt: 1 },
    } as Rollout,
    release: release(version),
  }
}

const stopped = { ...rollout('bad', 'stopped', '1.4.3'), wayBack: release('1.4.2') }

test('what stopped itself offers the way back to who runs it, under a name of its own', () => {
  const [offer] = offersOf([stopped])
  assert.ok(offer !== undefined && offer.withdrawn === undefined)
  assert.deepEqual(
    [offer.rollout, offer.replaces, offer.release.version, offer.share.upTo],
    ['bad-return', '1.4.3', '1.4.2', 500],
  )
})

test('while another rollout of the cohort runs, it is where the fleet goes', () => {
  const offers = offersOf([stopped, rollout('repaired', 'running', '1.4.4')])
  assert.deepEqual(
    offers.map(({ rollout }) => rollout),
    ['repaired'],
  )
})

test('a device with a manifest of its own finds the way back there, once it had its turn', () => {
  const offers = offersOf([stopped])
  const own = (turns: string[]) => ownOffers(offers, new Set(turns)).map((one) => one.rollout)
  assert.deepEqual([own(['bad']), own(['another'])], [['bad-return'], []])
})
