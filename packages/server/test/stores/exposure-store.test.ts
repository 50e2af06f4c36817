/**
 * What the database counts of an exposed fleet is what a few lines of arithmetic say of the same devices, on both
 * engines. CRA P-111
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { Report } from '@fleetward/shared'
import fc from 'fast-check'
import type { Kysely } from 'kysely'
import type { Tables } from '../../src/adapters/sql/database.ts'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import { versionKey } from '../../src/devices/version-key.ts'
import { countryOf } from '../../src/exposure/country.ts'
import {
  type ExposedDevice,
  exposedStateOf,
  nobodyExposed,
  sumOf,
} from '../../src/exposure/exposed-state.ts'
import { STEP_SECONDS } from '../../src/exposure/exposure-store.ts'
import { eachEngine } from '../support/engines.ts'

const KNOWN_AT = 1_790_000_000
const HOLES = ['1.4.2', '1.4.3']
const MENDED = '1.5.0'
const NOBODY_KNOWS = '9.9.9'

async function add(on: Kysely<Tables>, product: string, id: string, more: object = {}) {
  await on
    .insertInto('products')
    .values({ id: product, created_at: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const device = { id, product, cohort: 'field', enrolled_at: 0, last_seen_at: 0, ...more }
  await on
    .insertInto('devices')
    .values(device as never)
    .execute()
  await on.insertInto('device_heads').values({ device: id }).execute()
}

const seqs = new Map<string, number>()

function report(product: string, device: string, version: string, now: number) {
  const seq = (seqs.get(device) ?? 0) + 1
  seqs.set(device, seq)
  const said: Report = {
    ...{ iss: '', aud: '', iat: now, seq, prev: '', state: 'idle', version, securityCounter: 1 },
    owner: { automaticSecurity: true, automaticFunctionality: false, optedOut: false },
    ...{ metadata: { root: 1, timestamp: 1, snapshot: 1, targets: 1 }, nonce: 'n' },
  }
  const digest = randomBytes(32).toString('hex')
  return { device, product, report: said, token: `a.${digest}.c`, digest }
}

/** Every device that can be: shut or not, connected or not, seen when, and what its owner wants. */
function everyDevice(now: number): ExposedDevice[] {
  const devices: ExposedDevice[] = []
  for (const isShut of [false, true]) {
    for (const isOnline of [false, true]) {
      for (const lastSeenAt of [undefined, now - 101, now - 100, now]) {
        for (const waitingFor of [undefined, 'optIn', 'postponement', 'window']) {
          for (const isOptedOut of [false, true]) {
            for (const postponedUntil of [undefined, now, now + 1]) {
              const owner = { waitingFor, isOptedOut, postponedUntil }
              devices.push({ isShut, isOnline, lastSeenAt, ...owner })
            }
          }
        }
      }
    }
  }
  return devices
}

eachEngine(
  'each exposed device is in the state that the rules give it, and in no other',
  async (on) => {
    const now = KNOWN_AT + 1000
    const at = { now, seenSince: now - 100 }
    const wanted = new Map<string, ReturnType<typeof nobodyExposed>>()
    const devices = everyDevice(now)
    for (const [number, one] of devices.entries()) {
      // A group of one, so that each is told apart.
      const cohort = `c${number}`
      const shut = number % 2 === 0 ? { revoked_at: now } : { quarantined_at: now }
      await add(on, 'lumen', `d${number}`, {
        ...{ cohort, version: '1.4.2', version_key: versionKey('1.4.2') },
        ...{ online: one.isOnline ? 1 : 0, last_seen_at: one.lastSeenAt ?? null },
        ...{ waiting_for: one.waitingFor ?? null, opted_out: one.isOptedOut ? 1 : 0 },
        ...{ postponed_until: one.postponedUntil ?? null, ...(one.isShut ? shut : {}) },
      })
      wanted.set(cohort, { ...nobodyExposed(), [exposedStateOf(one, at)]: 1 })
    }
    const found = await sqlStores(on).exposure.exposed({ product: 'lumen', versions: HOLES }, at)
    assert.equal(found.length, devices.length)
    for (const { cohort, counts } of found) assert.deepEqual(counts, wanted.get(cohort), cohort)
  },
)

interface Life {
  /** Seconds after the one before, and what it says then. */
  readonly said: readonly { readonly after: number; readonly version: string }[]
}

const lives: fc.Arbitrary<readonly Life[]> = fc.array(
  fc.record({
    said: fc.array(
      fc.record({
        after: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 2 * STEP_SECONDS })),
        version: fc.constantFrom(...HOLES, MENDED, MENDED, NOBODY_KNOWS),
      }),
      { maxLength: 7 },
    ),
  }),
  { minLength: 1, maxLength: 6 },
)

/** Stays of more than no time, one after the other. */
function staysOf({ said }: Life, begin: number) {
  let now = begin
  const stays: { version: string; since: number }[] = []
  for (const { after, version } of said) {
    now += after
    if (stays.at(-1)?.since === now) stays.pop()
    stays.push({ version, since: now })
  }
  return { stays, now }
}

eachEngine(
  'whatever devices report, all are in one state, and each is counted for as long as it was exposed',
  async (on) => {
    const { devices, exposure } = sqlStores(on)
    let runs = 0
    await fc.assert(
      fc.asyncProperty(lives, async (all) => {
        runs += 1
        const product = `p${runs}`
        const begin = KNOWN_AT - STEP_SECONDS
        const ends = all.map((life) => staysOf(life, begin))
        const now = Math.max(KNOWN_AT, ...ends.map((end) => end.now)) + 100
        const told = all.flatMap(({ said }, number) => {
          let at = begin
          return said.map(({ after, version }) => {
            at += after
            return { id: `${product}-${number}`, at, version }
          })
        })
        for (const number of all.keys()) await add(on, product, `${product}-${number}`)
        for (const { id, at, version } of told.toSorted((one, other) => one.at - other.at)) {
          const one = report(product, id, version, at)
          await devices.takeReports([one], at)
          // As a broker that was not sure that it came.
          await devices.takeReports([one], at)
        }

        let [exposed, never, others, seconds] = [0, 0, 0, 0]
        const left: number[] = []
        for (const { stays } of ends) {
          const untilOf = (index: number) => stays[index + 1]?.since
          const there = stays.flatMap(({ version, since }, index) => {
            const until = untilOf(index)
            const counts = HOLES.includes(version) && (until === undefined || until > KNOWN_AT)
            return counts ? [{ since: Math.max(since, KNOWN_AT), until }] : []
          })
          for (const one of there) seconds += (one.until ?? now) - one.since
          const last = stays.at(-1)?.version
          if (last === undefined) never += 1
          else if (HOLES.includes(last)) exposed += 1
          else if (last === NOBODY_KNOWS) others += 1
          else if (there.length > 0) left.push(there.at(-1)?.until ?? 0)
        }
        const on1 = { product, versions: HOLES }
        const groups = await exposure.exposed(on1, { now, seenSince: 0 })
        const steps = await exposure.protectedBySteps(on1, {
          knownAt: KNOWN_AT,
          others: [NOBODY_KNOWS],
        })
        assert.deepEqual(
          {
            exposed: groups.reduce((sum, { counts }) => sum + sumOf(counts), 0),
            never: await exposure.neverReported(product),
            others: await exposure.running({ product, versions: [NOBODY_KNOWS] }),
            steps: steps.flatMap(({ at, devices }) => Array.from({ length: devices }, () => at)),
            time: await exposure.exposedSeconds(on1, { knownAt: KNOWN_AT, now }),
          },
          {
            ...{ exposed, never, others, time: { seconds, isAtLeast: false } },
            steps: left
              .map((at) => (Math.floor(at / STEP_SECONDS) + 1) * STEP_SECONDS)
              .toSorted((one, other) => one - other),
          },
        )
        const running = new Set(ends.flatMap(({ stays }) => stays.at(-1)?.version ?? []))
        assert.deepEqual(new Set(await exposure.versions(product)), running)
      }),
      { numRuns: 25 },
    )
  },
)

eachEngine('a device that is gone is in no figure, and neither is another product', async (on) => {
  const stores = sqlStores(on)
  for (const [product, id] of [
    ['lumen', 'stays'],
    ['lumen', 'goes'],
    ['other', 'foreign'],
  ] as const) {
    await add(on, product, id)
    await stores.devices.takeReports([report(product, id, '1.4.2', KNOWN_AT)], KNOWN_AT)
  }
  await stores.fleet.decommission('lumen', 'goes', KNOWN_AT + 10)
  const lumen = { product: 'lumen', versions: HOLES }
  const now = KNOWN_AT + 60
  const groups = await stores.exposure.exposed(lumen, { now, seenSince: 0 })
  assert.deepEqual(
    groups.map(({ counts }) => sumOf(counts)),
    [1],
  )
  assert.equal(await stores.exposure.neverReported('lumen'), 0)
  const { seconds } = await stores.exposure.exposedSeconds(lumen, { knownAt: KNOWN_AT, now })
  assert.equal(seconds, 60)
})

eachEngine('a device that enrols anew and runs what it ran goes on with its stay', async (on) => {
  const { devices, exposure } = sqlStores(on)
  await add(on, 'lumen', 'one')
  await devices.takeReports([report('lumen', 'one', '1.4.2', KNOWN_AT)], KNOWN_AT)
  await on.updateTable('devices').set({ version: null, version_key: null }).execute()
  const later = KNOWN_AT + 50
  await devices.takeReports([report('lumen', 'one', '1.4.2', later)], later)
  const on1 = { product: 'lumen', versions: HOLES }
  const { seconds } = await exposure.exposedSeconds(on1, { knownAt: KNOWN_AT, now: later + 50 })
  assert.equal(seconds, 100)
  assert.equal((await on.selectFrom('device_stays').selectAll().execute()).length, 1)
})

eachEngine(
  'the country is what an operator says, as a code of ISO 3166-1, and goes with it',
  async (on) => {
    const { fleet, exposure } = sqlStores(on)
    const said = ['de', ' FR ', 'EL', 'Germany', 49, 'XX']
    for (const [number, country] of said.entries()) {
      const id = `d${number}`
      await add(on, 'lumen', id, { version: '1.4.2', version_key: versionKey('1.4.2') })
      await fleet.setAttributes('lumen', id, new Map([['country', country]]))
      await fleet.setAttributes('lumen', id, new Map([['site', 'lab']]))
    }
    assert.deepEqual(said.map(countryOf).slice(0, 3), ['DE', 'FR', undefined])
    const counted = async (versions?: readonly string[]) =>
      (await exposure.countries('lumen', versions)).map(({ country, devices }) => [
        country,
        devices,
      ])
    const all = [
      [undefined, 4],
      ['DE', 1],
      ['FR', 1],
    ]
    assert.deepEqual(await counted(), all)
    assert.deepEqual(await counted(HOLES), all)
    assert.deepEqual(await counted([MENDED]), [])
    await fleet.setAttributes('lumen', 'd0', new Map([['country', undefined]]))
    assert.deepEqual(await counted(), [
      [undefined, 5],
      ['FR', 1],
    ])
  },
)

eachEngine('what devices ran first is counted as long as somebody knows it', async (on) => {
  const stores = sqlStores(on)
  for (const id of ['D-1', 'D-2', 'GONE', 'QUIET']) await add(on, 'lumen', id)
  const says = (id: string, version: string, at: number) =>
    stores.devices.takeReports([report('lumen', id, version, at)], at)
  for (const id of ['D-1', 'D-2', 'GONE']) await says(id, '1.4.2', KNOWN_AT)
  await says('D-2', '1.4.3', KNOWN_AT + 60)
  await stores.fleet.decommission('lumen', 'GONE', KNOWN_AT + 60)
  assert.deepEqual(await stores.exposure.firstVersions('lumen'), [{ version: '1.4.2', devices: 2 }])
  // As retention does.
  await on.deleteFrom('device_stays').where('until', 'is not', null).execute()
  assert.deepEqual(await stores.exposure.firstVersions('lumen'), [
    { version: '1.4.2', devices: 1 },
    { version: undefined, devices: 1 },
  ])
})
