import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  chooseOffer,
  compareVersions,
  type Manifest,
  type Offer,
  SHARE_ALL,
} from '@fleetward/shared'
import fc from 'fast-check'
import { type CohortRollout, offersOfCohort } from './precedence.ts'
import { ROLLOUT_STATES } from './rollout-state.ts'

const rollout = (id: string, change: Partial<CohortRollout> = {}): CohortRollout => ({
  id,
  state: 'running',
  kind: 'functionality',
  version: '1.5.0',
  priority: 500,
  startedAt: 100,
  ...change,
})
const security = { kind: 'security', version: '1.4.3' } as const
const finished = { state: 'finished' } as const

for (const [says, rollouts, running, staying, overtaken] of [
  ['nothing', [], undefined, [], []],
  ['one that runs', [rollout('f')], 'f', [], []],
  [
    'a running security rollout overtakes a functionality rollout, whatever its priority',
    [rollout('f', { priority: 1000, startedAt: 900 }), rollout('s', security)],
    's',
    [],
    ['f s security'],
  ],
  [
    'a combined release goes with security',
    [rollout('f'), rollout('c', { kind: 'combined' })],
    'c',
    [],
    ['f c security'],
  ],
  [
    'the higher priority first',
    [rollout('a', { startedAt: 900 }), rollout('b', { priority: 501 })],
    'b',
    [],
    ['a b priority'],
  ],
  ['then the later', [rollout('a', { startedAt: 101 }), rollout('b')], 'a', [], ['b a later']],
  [
    'of two that started in the same second, the newer version',
    [rollout('a', { version: '1.4.9' }), rollout('b', { version: '1.4.10' })],
    'b',
    [],
    ['a b later'],
  ],
  [
    'paused ones overtake nobody',
    [rollout('f'), rollout('s', { ...security, state: 'paused' })],
    'f',
    [],
    [],
  ],
  [
    'nor do stopped and withdrawn ones',
    [
      rollout('f'),
      rollout('s', { ...security, state: 'stopped' }),
      rollout('w', { ...security, state: 'withdrawn' }),
    ],
    'f',
    [],
    [],
  ],
  ['a finished one stays offered', [rollout('f', finished)], undefined, ['f'], []],
  [
    'a finished fix stays beside what runs',
    [rollout('f', { startedAt: 900 }), rollout('s', { ...security, ...finished })],
    'f',
    ['s'],
    [],
  ],
  [
    'a finished fix stays beside a running fix, which has not reached everybody',
    [rollout('t', { ...security, version: '1.4.4' }), rollout('s', { ...security, ...finished })],
    't',
    ['s'],
    [],
  ],
  [
    'of two finished fixes the newer one stays',
    [
      rollout('s', { ...security, ...finished }),
      rollout('t', { ...security, ...finished, version: '1.4.4' }),
    ],
    undefined,
    ['t'],
    ['s t newerVersion'],
  ],
  [
    'finished functionality gives way to what runs',
    [rollout('f', finished), rollout('g', { startedAt: 900 })],
    'g',
    [],
    ['f g later'],
  ],
  [
    'finished functionality gives way to a running fix, also one that started before',
    [rollout('f', { ...finished, startedAt: 900 }), rollout('s', security)],
    's',
    [],
    ['f s security'],
  ],
  [
    'finished functionality gives way to what finished and started later',
    [rollout('f', finished), rollout('g', { ...finished, startedAt: 900 })],
    undefined,
    ['g'],
    ['f g later'],
  ],
  [
    'a later one that was withdrawn gives the place back',
    [rollout('f', finished), rollout('g', { state: 'withdrawn', startedAt: 900 })],
    undefined,
    ['f'],
    [],
  ],
] satisfies [string, CohortRollout[], string | undefined, string[], string[]][]) {
  test(`offers of a cohort: ${says}`, () => {
    const offers = offersOfCohort(rollouts)
    assert.equal(offers.running, running)
    assert.deepEqual(offers.finished, staying)
    assert.deepEqual(
      offers.overtaken.map(({ id, by, rule }) => `${id} ${by} ${rule}`),
      overtaken,
    )
  })
}

const kinds = fc.constantFrom('security' as const, 'functionality' as const, 'combined' as const)
const versions = fc.constantFrom('1.4.3', '1.4.4', '1.5.0', '1.6.0')
const cohorts = fc.array(
  fc.record({
    state: fc.constantFrom(...ROLLOUT_STATES),
    kind: kinds,
    version: versions,
    priority: fc.integer({ min: 0, max: 3 }),
    startedAt: fc.integer({ min: 0, max: 3 }),
  }),
  { maxLength: 8 },
)

test('no device is offered two that run, and every rollout that is silent says by which it is overtaken', () => {
  fc.assert(
    fc.property(cohorts, (all) => {
      const rollouts = all.map((each, i) => ({ ...each, id: `r${i}` }))
      const { running, finished: staying, overtaken } = offersOfCohort(rollouts)
      const find = (id: string) => rollouts.find((each) => each.id === id) ?? assert.fail()
      const accounted = [
        ...(running === undefined ? [] : [running]),
        ...staying,
        ...overtaken.map(({ id }) => id),
      ]
      const moving = rollouts.filter(({ state }) => state === 'running' || state === 'finished')
      assert.deepEqual(accounted.toSorted(), moving.map(({ id }) => id).toSorted())
      assert.equal(running === undefined, !rollouts.some(({ state }) => state === 'running'))
      for (const { id, by } of overtaken) assert.ok(by !== id && find(by).state !== 'paused')
      // Beside what runs stands one fix at most; functionality stands alone.
      assert.ok(staying.length <= (running === undefined ? 2 : 1))
      for (const id of staying) {
        if (running !== undefined) assert.notEqual(find(id).kind, 'functionality')
      }
    }),
  )
})

test('of what its cohort is offered a device takes one, the fix first', () => {
  fc.assert(
    fc.property(cohorts, (all) => {
      const rollouts = all.map((each, i) => ({ ...each, id: `r${i}` }))
      const { running, finished: staying } = offersOfCohort(rollouts)
      const offered = rollouts.filter(({ id }) => id === running || staying.includes(id))
      const cohort = { exp: 200, offers: offered.map(offerOf) } as unknown as Manifest
      const chooser = { device: 'SN-1', version: '1.4.0', failed: [], now: 100 }
      const taken = chooseOffer({ cohort }, chooser)
      assert.equal(taken === undefined, offered.length === 0)
      if (taken?.release.kind !== 'functionality') return
      assert.ok(offered.every(({ kind }) => kind === 'functionality'))
      assert.ok(
        offered.every(({ version }) => compareVersions(version, taken.release.version) <= 0),
      )
    }),
  )
})

function offerOf({ id, kind, version }: CohortRollout): Offer {
  const release = {
    path: `${kind}/${version}/a`,
    version,
    kind,
    securityCounter: 1,
    length: 1,
    sha256: '',
  }
  return {
    ...{ rollout: id, attempt: 1, release, share: { salt: 's', upTo: SHARE_ALL } },
    policy: { apply: 'automatic', spread: 0, retryAfter: 300 },
    notice: { summary: '', severity: 'none', advisories: [] },
  }
}
