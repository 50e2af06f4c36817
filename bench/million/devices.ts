/** A database with a million devices in it, as a fleet of a few years has them. */
import { type Kysely, sql } from 'kysely'
import type { Tables } from '../../packages/server/src/adapters/sql/database.ts'
import { versionKey } from '../../packages/server/src/devices/version-key.ts'

export const DEVICES_COUNT = 1_000_000
export const PRODUCT = 'lumen-gateway-g1'
export const NOW = 1_795_000_000
const DAY = 86_400

export const idOf = (number: number) => `lumen-${String(number).padStart(7, '0')}`

/** `i` from 0, in SQL that both databases read. */
export const NUMBERS = `with recursive numbers(i) as (
  select cast(0 as bigint) union all select i + 1 from numbers where i < ${DEVICES_COUNT - 1})`
/** In no order of the ids, as devices enrol. */
export const ID = `'lumen-' || substr(cast(10000000 + (i * 7919) % ${DEVICES_COUNT} as text), 2)`
const VERSIONS = ['1.4.2', '1.4.3', '1.5.0', '2.0.0'].map((version) => [
  version,
  versionKey(version),
])
const OLD = ['1.1.9', versionKey('1.1.9')]

/** A hundredth runs something old, as in every fleet. */
function versionOr(column: 0 | 1): string {
  const others = VERSIONS.map((version, index) => `when i % 4 = ${index} then '${version[column]}'`)
  return `case when i % 100 = 0 then '${OLD[column]}' ${others.join(' ')} end`
}

const run = (database: Kysely<Tables>, text: string) => sql.raw(text).execute(database)

/** A row of the table for each device, or for some. */
export function intoEach(
  database: Kysely<Tables>,
  table: string,
  values: Readonly<Record<string, string>>,
  where = '1 = 1',
) {
  const from = `${NUMBERS} select ${Object.values(values).join(', ')} from numbers where ${where}`
  return run(database, `insert into ${table} (${Object.keys(values).join(', ')}) ${from}`)
}

/** `more`: columns beside those that filters ask for. */
export async function fillDevicesAlone(
  database: Kysely<Tables>,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  await database
    .insertInto('products')
    .values({ id: PRODUCT, created_at: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await intoEach(database, 'devices', {
    id: ID,
    product: `'${PRODUCT}'`,
    cohort: `case when i % 10 = 3 then 'pilot' else 'field' end`,
    enrolled_at: `${NOW} - (i % 900) * ${DAY}`,
    online: 'case when i % 3 = 0 then 0 else 1 end',
    last_seen_at: `${NOW} - case when i % 50 = 0 then (i % 200) * ${DAY} else i % 50000 end`,
    state: `case when i % 200 = 7 then 'failed' else 'idle' end`,
    code: `case when i % 200 = 7 then 'SELF_TEST_FAILED' end`,
    version: versionOr(0),
    version_key: versionOr(1),
    security_counter: '3',
    rollout: `'1-5-0-ab12'`,
    integrity: `case when i % 5000 = 11 then 'corrupt' else 'ok' end`,
    quarantined_at: `case when i % 10000 = 1 then ${NOW} end`,
    test: 'case when i % 20000 = 5 then 1 else 0 end',
    ...more,
  })
}

/** `more`: as of {@link fillDevicesAlone}. */
export async function fillWithDevices(
  database: Kysely<Tables>,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  await fillDevicesAlone(database, more)
  const into = (table: string, values: Record<string, string>) => intoEach(database, table, values)
  await into('device_heads', { device: ID, claims: `'${CLAIMS}'`, inventory: `'${INVENTORY}'` })
  const attribute = (
    source: string,
    name: string,
    text: string,
    number = 'null',
    where = '1 = 1',
  ) =>
    run(
      database,
      `insert into device_attributes (product, device, source, name, kind, text, number)
      ${NUMBERS} select '${PRODUCT}', ${ID}, '${source}', '${name}', 'text', ${text}, ${number}
      from numbers where ${where}`,
    )
  const region = `case when i % 3 = 0 then 'eu' when i % 3 = 1 then 'us' else 'asia' end`
  const memory = '256 * (1 + i % 5)'
  await attribute('operator', 'region', region, 'null', 'i % 20 <> 0')
  await attribute('operator', 'batch', `'b' || substr(cast(10000 + i % 2000 as text), 2)`)
  await attribute('device', 'model', `'L1'`)
  await attribute('device', 'memory', `cast(${memory} as text)`, memory)
}

const CLAIMS = JSON.stringify({ filler: 'x'.repeat(800) })
const INVENTORY = JSON.stringify({ model: 'L1', memory: '512' })
