/** A small fleet in which everything occurs that a filter can ask for, at hand and in a database. */
import type { Kysely } from 'kysely'
import type { Tables } from '../../src/adapters/sql/database.ts'
import { attributeRows } from '../../src/adapters/sql/devices/attribute-rows.ts'
import type { AttributeValue } from '../../src/devices/attribute-value.ts'
import type { FilterableDevice } from '../../src/devices/filter/matches.ts'
import { versionKey } from '../../src/devices/version-key.ts'

export const PRODUCT = 'lumen-gateway-g1'
export const NOW = 1_795_000_000

/** Texts that sort differently by code units, by bytes and by a dictionary; some look like other kinds. */
export const TEXTS = [
  ...['', 'eu', 'EU', 'eu-west', 'zz', 'ä', '\uffee', '\u{1f600}', '0815', '5', '-2.5'],
  ...['1.4.3', '1.10.0', 'true', 'say "no"', '%', '_', 'a\\b', "'; drop table devices; --"],
]
const VERSIONS = [undefined, '1.4.2', '1.4.3', '1.10.0', '2.0.0', '1.5.0']
const VALUES: readonly AttributeValue[] = [...TEXTS, 5, -2.5, 0, 1e14, 0.1, true, false]

/** Devices `0…count-1`; the same every time. */
export function fleet(count: number): FilterableDevice[] {
  const pick = <Value>(values: readonly Value[], index: number): Value =>
    values[index % values.length] as Value
  return Array.from({ length: count }, (_, i) => {
    const of = (salt: number) => (i * 2_654_435_761 + salt * 40_503) % 1_000_003
    const attributes = (salt: number) =>
      new Map(
        ['a', 'region', 'free space'].flatMap((name, index): [string, AttributeValue][] =>
          of(salt + index) % 4 === 0 ? [] : [[name, pick(VALUES, of(salt + 7 + index))]],
        ),
      )
    const device = new Map(
      [...attributes(50)].map(([name, value]): [string, AttributeValue] => [name, String(value)]),
    )
    return {
      id: `${pick(['lumen', 'Lumen', 'x'], i)}-${String(i).padStart(3, '0')}`,
      cohort: pick(['field', 'pilot', 'eu-west'], of(1)),
      isPinned: of(2) % 3 === 0,
      online: of(3) % 2 === 0,
      enrolledAt: NOW - (of(4) % 1000) * 3600,
      revokedAt: of(5) % 9 === 0 ? NOW - 50 : undefined,
      lastSeenAt: of(6) % 5 === 0 ? undefined : NOW - (of(6) % 60) * 3600,
      state: pick([undefined, 'idle', 'failed', 'downloading'], of(7)),
      waitingFor: pick([undefined, undefined, 'approval'], of(8)),
      version: pick(VERSIONS, of(9)),
      securityCounter: pick([undefined, 1, 3, 4], of(10)),
      rollout: pick([undefined, '1-4-3-ab12'], of(11)),
      code: pick([undefined, 'SELF_TEST_FAILED', 'DISK_FULL'], of(12)),
      integrity: pick([undefined, 'ok', 'corrupt'], of(13)),
      isQuarantined: of(14) % 6 === 0,
      isTest: of(15) % 7 === 0,
      isCloneSuspected: of(16) % 8 === 0,
      // Some of long ago, some of a clock that was ahead, and both edges of the hour.
      flappedAt: pick([undefined, NOW, NOW - 3599, NOW - 3600, NOW + 3600, NOW + 10], of(17)),
      attributes: { device, operator: attributes(90) },
    }
  })
}

export async function keepFleet(
  database: Kysely<Tables>,
  devices: readonly FilterableDevice[],
  product = PRODUCT,
): Promise<void> {
  await database.insertInto('products').values({ id: product, created_at: 0 }).execute()
  const rows = devices.map((device) => ({
    id: device.id,
    product,
    cohort: device.cohort,
    pinned: device.isPinned ? 1 : 0,
    online: device.online ? 1 : 0,
    enrolled_at: device.enrolledAt,
    revoked_at: device.revokedAt ?? null,
    last_seen_at: device.lastSeenAt ?? null,
    state: device.state ?? null,
    waiting_for: device.waitingFor ?? null,
    version: device.version ?? null,
    version_key: device.version === undefined ? null : (versionKey(device.version) ?? null),
    security_counter: device.securityCounter ?? null,
    rollout: device.rollout ?? null,
    code: device.code ?? null,
    integrity: device.integrity ?? null,
    quarantined_at: device.isQuarantined ? NOW - 10 : null,
    test: device.isTest ? 1 : 0,
    clone_suspected_at: device.isCloneSuspected ? NOW - 10 : null,
    flapped_at: device.flappedAt ?? null,
  }))
  await database.insertInto('devices').values(rows).execute()
  await database
    .insertInto('device_heads')
    .values(devices.map(({ id }) => ({ device: id })))
    .execute()
  const attributes = devices.flatMap(({ id, attributes: { device, operator } }) => [
    ...attributeRows({ product, device: id, source: 'device' }, device),
    ...attributeRows({ product, device: id, source: 'operator' }, operator),
  ])
  await database.insertInto('device_attributes').values(attributes).execute()
}
