/** What a device reported of its owner's choices is there to be counted, from its reports on, on both engines. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Report } from '@fleetward/shared'
import { type Kysely, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { connectDatabase, openDatabase, type Tables } from '../../src/adapters/sql/database.ts'
import { SqlDeviceStore } from '../../src/adapters/sql/devices/device-store.ts'
import { migrations } from '../../src/adapters/sql/migrations/list.ts'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import { ENGINES, eachEngine, emptyPlace } from '../support/engines.ts'

const PRODUCT = 'lamp'
const COUNTING = {
  ...{ product: PRODUCT, id: 'r', cohort: 'homes', attempt: 1, version: '1.4.3' },
  ...{ overtakenBy: undefined, silence: { offered: 0, underWay: 0 } },
}
const OWNER = { automaticSecurity: true, automaticFunctionality: false, optedOut: false }
const UNTOLD = { ownWindow: undefined, timeZone: undefined }
const RELEASE = { path: 'security/1.4.3/lamp.tar', version: '1.4.3', sha256: 'a'.repeat(64) }
const POSTPONED = { ...OWNER, postponedUntil: 5_000 }
const putOff: Partial<Report> = {
  ...{ owner: POSTPONED, state: 'offered', waitingFor: 'postponement', release: RELEASE },
}

async function reporting(database: Kysely<Tables>) {
  await database.insertInto('products').values({ id: PRODUCT, created_at: 1 }).execute()
  const devices = ['D-1', 'D-2']
  const unheard = {
    ...{ product: PRODUCT, cohort: 'homes', enrolled_at: 1, revoked_at: null, code: null },
    ...{ last_seen_at: null, state: null, waiting_for: null, version: null, version_key: null },
    ...{ security_counter: null, rollout: null, integrity: null },
  }
  for (const id of devices) {
    await database
      .insertInto('devices')
      .values({ id, ...unheard })
      .execute()
    await database.insertInto('device_heads').values({ device: id }).execute()
  }
  let seq = 0
  const report = async (claims: Partial<Report>) => {
    seq += 1
    const whole: Report = {
      ...{ iss: '', aud: '', iat: 1_000, seq, prev: '', state: 'idle', version: '1.4.2' },
      ...{ securityCounter: 1, owner: OWNER, nonce: 'n' },
      ...{ metadata: { root: 1, timestamp: 1, snapshot: 1, targets: 1 }, ...claims },
    }
    const digest = seq.toString(16).padStart(64, '0')
    const received = { device: 'D-1', product: PRODUCT, report: whole, token: 'a.b.c', digest }
    assert.equal(
      (await new SqlDeviceStore(database).takeReports([received], 1_000)).verdicts[0],
      'taken',
    )
  }
  const { members } = sqlStores(database)
  const choices = async () =>
    (await members.candidates(COUNTING, { limit: 10 })).map((candidate) => candidate.choices)
  return { devices, report, choices, members }
}

eachEngine('owners’ choices are as the last report has them, and none before', async (database) => {
  const { devices, report, choices, members } = await reporting(database)
  assert.deepEqual(await choices(), [undefined, undefined])
  const said = { automaticSecurity: true, automaticFunctionality: false }
  await report({})
  assert.deepEqual(await choices(), [
    { ...said, postponedVersion: undefined, ...UNTOLD },
    undefined,
  ])
  await report({ owner: { ...OWNER, automaticSecurity: false, automaticFunctionality: true } })
  assert.deepEqual((await choices())[0], {
    ...{ automaticSecurity: false, automaticFunctionality: true },
    ...{ postponedVersion: undefined, ...UNTOLD },
  })
  const rows = devices.map((device, position) => ({ device, position, group: 0 }))
  await members.add({ product: PRODUCT, id: 'r' }, rows)
  const page = await members.page(COUNTING, { limit: 10 })
  assert.deepEqual(
    page.map((member) => member.choices),
    await choices(),
  )
})

eachEngine(
  'which release is put off stays known until the postponement is another one',
  async (database) => {
    const { report, choices } = await reporting(database)
    const postponed = async () => (await choices())[0]?.postponedVersion
    await report(putOff)
    assert.equal(await postponed(), '1.4.3')
    await report({ owner: POSTPONED })
    assert.equal(await postponed(), '1.4.3')
    await report({ owner: { ...OWNER, postponedUntil: 6_000 } })
    assert.equal(await postponed(), undefined)
    await report(putOff)
    await report({})
    assert.equal(await postponed(), undefined)
  },
)

eachEngine('windows and zones are kept as told, and no longer than that', async (database) => {
  const { report, choices } = await reporting(database)
  const told = async () => {
    const [first] = await choices()
    return [first?.ownWindow, first?.timeZone]
  }
  const window = { weekdays: [1, 7], from: '22:00', to: '05:30', timeZone: 'Europe/Berlin' }
  await report({ owner: { ...OWNER, window }, inventory: { timeZone: 'Asia/Tokyo' } })
  assert.deepEqual(await told(), [JSON.stringify(window), 'Asia/Tokyo'])
  // An inventory is told when it changed.
  await report({ owner: { ...OWNER, window: 'none' } })
  assert.deepEqual(await told(), ['none', 'Asia/Tokyo'])
  await report({ inventory: { agent: '1' } })
  assert.deepEqual(await told(), [undefined, undefined])
})

eachEngine(
  'a zone that no database keeps keeps nobody’s report from it: what cannot stand in a text is left out',
  async (database) => {
    const { report, choices } = await reporting(database)
    await report({ inventory: { timeZone: 'Asia\u0000Tokyo' } })
    assert.equal((await choices())[0]?.timeZone, 'Asia Tokyo')
  },
)

for (const engine of ENGINES) {
  test(`what devices reported of their owners before an upgrade counts after it (${engine})`, async (t) => {
    const place = await emptyPlace(engine, t)
    const before = connectDatabase(place)
    const known = Object.entries(migrations).filter(([name]) => name < '0032')
    const provider = { getMigrations: async () => Object.fromEntries(known) }
    const { error } = await new Migrator({ db: before, provider }).migrateToLatest()
    assert.equal(error, undefined)
    await sql`insert into products (id, created_at) values (${PRODUCT}, 1)`.execute(before)
    const heard = [JSON.stringify({ owner: OWNER }), JSON.stringify(putOff), '{}', null]
    // More than one read takes.
    for (let index = 0; index < 1_100; index += 1) {
      const id = `D-${String(index).padStart(4, '0')}`
      await sql`insert into devices (id, product, cohort, enrolled_at)
        values (${id}, ${PRODUCT}, 'homes', 1)`.execute(before)
      const claims = heard[index % heard.length]
      const inventory = JSON.stringify({ timeZone: index === 0 ? 'a\u0000b' : 'Asia/Tokyo' })
      await sql`insert into device_heads (device, claims, inventory)
        values (${id}, ${claims}, ${inventory})`.execute(before)
    }
    await before.destroy()

    const database = await openDatabase(place)
    t.after(() => database.destroy())
    const devices = await sqlStores(database).members.candidates(COUNTING, { limit: 2_000 })
    const said = { automaticSecurity: true, automaticFunctionality: false }
    const expected = [
      { ...said, ...UNTOLD, postponedVersion: undefined, timeZone: 'Asia/Tokyo' },
      { ...said, ...UNTOLD, postponedVersion: '1.4.3', timeZone: 'Asia/Tokyo' },
      ...[undefined, undefined],
    ]
    assert.equal(devices.length, 1_100)
    assert.equal(devices[0]?.choices?.timeZone, undefined, 'no name of a zone')
    for (const [index, { choices }] of devices.entries()) {
      if (index === 0) continue
      assert.deepEqual(choices, expected[index % expected.length])
    }
  })
}
