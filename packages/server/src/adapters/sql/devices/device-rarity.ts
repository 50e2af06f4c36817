/**
 * Which condition of a filter is rare enough to begin with. Databases guess that from statistics, which SQLite has
 * none of and PostgreSQL's are about one column at a time; a wrong guess takes seconds. So it is counted, in indices
 * alone and only as far as it matters.
 */
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { FieldName } from '../../../devices/filter/fields.ts'
import type { Condition, Filter } from '../../../devices/filter/filter.ts'
import type { DeviceQuery } from '../../../devices/filter/matching.ts'
import type { Tables } from '../database.ts'
import { engineOf } from '../engine.ts'
import { attributeIs, filterCondition } from './device-filter.ts'

/** So many devices are looked at one by one in a few milliseconds. */
export const FEW_MAX_COUNT = 5000
/** Counting each costs about a millisecond. */
const LOOKED_AT_MAX_COUNT = 8

/** `select … as id`: the devices of one condition, straight from an index. */
export type Ids = RawBuilder<{ id: string }>

interface Candidate {
  /** More than one where any of several conditions is enough. */
  readonly parts: readonly Ids[]
}

/** The devices that some condition of the filter leaves, when they are few. */
export async function fewIn(
  database: Kysely<Tables>,
  filter: Filter,
  query: DeviceQuery,
  fewMaxCount: number,
): Promise<Ids | undefined> {
  const candidates = conjuncts(filter)
    .flatMap((part) => candidateOf(part, query, database) ?? [])
    .slice(0, LOOKED_AT_MAX_COUNT)
  if (candidates.length === 0) return undefined
  const counts = candidates.map(({ parts }, index) => {
    const each = parts.map(
      (ids) =>
        sql`(select count(*) from (select 1 as one from (${ids}) as ids limit ${fewMaxCount + 1}) as counted)`,
    )
    return sql`${sql.join(each, sql` + `)} as ${sql.ref(`c${index}`)}`
  })
  const { rows } = await sql<Record<string, number>>`select ${sql.join(counts)}`.execute(database)
  let rarest: { parts: readonly Ids[]; count: number } | undefined
  for (const [index, { parts }] of candidates.entries()) {
    const count = Number(rows[0]?.[`c${index}`] ?? Number.POSITIVE_INFINITY)
    if (count <= fewMaxCount && (rarest === undefined || count < rarest.count)) {
      rarest = { parts, count }
    }
  }
  return rarest && sql`${sql.join(rarest.parts, sql` union `)}`
}

/** What has to hold in any case. */
export function conjuncts(filter: Filter): readonly Filter[] {
  return filter.kind === 'all' ? filter.of.flatMap(conjuncts) : [filter]
}

function candidateOf(
  filter: Filter,
  query: DeviceQuery,
  database: Kysely<Tables>,
): Candidate | undefined {
  if (filter.kind === 'any') {
    const parts = filter.of.map((part) => candidateOf(part, query, database)?.parts)
    const all = parts.flatMap((part) => part ?? [])
    return parts.includes(undefined) ? undefined : { parts: all }
  }
  if (filter.kind === 'all' || filter.kind === 'not') return undefined
  const ids =
    filter.field.kind === 'own'
      ? ownIds(filter, filter.field.name, query, database)
      : attributeIds(filter, query)
  return ids && { parts: [ids] }
}

/** Fields with an index of their own. A flag's holds those that have it, and nobody else. */
const INDEX_OF: Partial<Record<FieldName, string>> = {
  cohort: 'devices_by_cohort',
  version: 'devices_by_version',
  line: 'devices_by_version',
  state: 'devices_by_state',
  failureCode: 'devices_by_code',
  quarantined: 'devices_quarantined',
  cloneSuspected: 'devices_suspected',
  revoked: 'devices_revoked',
  flapping: 'devices_flapping',
  test: 'devices_for_tests',
  integrity: 'devices_corrupt',
}
const FLAGS: readonly FieldName[] = ['quarantined', 'cloneSuspected', 'revoked', 'flapping', 'test']

/** In the words of the index: of a parameter no database knows that it is 1, or 'corrupt'. */
const AS_INDEXED: Partial<Record<FieldName, RawBuilder<unknown>>> = {
  test: sql`devices.test = 1`,
  integrity: sql`devices.integrity = 'corrupt'`,
}

function ownIds(
  condition: Condition,
  field: FieldName,
  { product, now }: DeviceQuery,
  database: Kysely<Tables>,
): Ids | undefined {
  const index = INDEX_OF[field]
  if (index === undefined) return undefined
  const isFlag = FLAGS.includes(field)
  if (isFlag && (condition.kind !== 'compare' || !isTrue(condition))) return undefined
  if (field === 'integrity' && !isCorrupt(condition)) return undefined
  const holds =
    AS_INDEXED[field] ??
    filterCondition(condition, { product, now, id: sql.ref('devices.id'), lookup: 'each' })
  return sql`select devices.id as id from ${devicesBy(database, index)}
    where devices.product = ${product} and ${holds}`
}

/** The index has no others. */
function isCorrupt(condition: Condition): boolean {
  if (condition.kind !== 'compare' || condition.operator !== '=') return false
  return condition.value.kind === 'text' && condition.value.text === 'corrupt'
}

function isTrue({ value }: Extract<Condition, { kind: 'compare' }>): boolean {
  return value.kind === 'flag' && value.flag
}

/** SQLite is told which index; PostgreSQL knows. */
export function devicesBy(database: Kysely<Tables>, index: string): RawBuilder<unknown> {
  return engineOf(database) === 'sqlite' ? sql`devices indexed by ${sql.id(index)}` : sql`devices`
}

export function attributeIds(condition: Condition, { product, now }: DeviceQuery): Ids | undefined {
  if (condition.field.kind !== 'attribute') return undefined
  const { source, name } = condition.field
  return sql`select attribute.device as id from device_attributes as attribute
    where attribute.product = ${product} and attribute.source = ${source}
      and attribute.name = ${name} and ${attributeIs(condition, { now })}`
}
