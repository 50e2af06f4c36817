/**
 * Finds the devices that a filter means (devices/filter/matching.ts), a page at a time or all of them counted. Three
 * ways, by what the filter asks: begin with the few devices of a rare condition; walk through one attribute's index;
 * or read through the narrow rows of all devices, in the order of their ids.
 */
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Condition, Filter } from '../../../devices/filter/filter.ts'
import type { DeviceQuery, DeviceSearch } from '../../../devices/filter/matching.ts'
import type { Tables } from '../database.ts'
import { type Engine, engineOf } from '../engine.ts'
import { filterCondition, type Lookup } from './device-filter.ts'
import {
  attributeIds,
  conjuncts,
  devicesBy,
  FEW_MAX_COUNT,
  fewIn,
  type Ids,
} from './device-rarity.ts'

/** Where the devices come from, and what has to hold for them. */
interface Way {
  readonly from: RawBuilder<unknown>
  readonly id: RawBuilder<unknown>
  readonly where: RawBuilder<unknown>
}

export class SqlDeviceSearch implements DeviceSearch {
  readonly #database: Kysely<Tables>
  readonly #fewMaxCount: number

  /** `fewMaxCount`: how many are few; the answers are the same whatever it is. */
  constructor(database: Kysely<Tables>, fewMaxCount: number = FEW_MAX_COUNT) {
    this.#database = database
    this.#fewMaxCount = fewMaxCount
  }

  async page(
    query: DeviceQuery,
    { after, limit }: { readonly after?: string | undefined; readonly limit: number },
  ): Promise<readonly string[]> {
    const { from, id, where } = await this.#way(query, 'page')
    const behind = after === undefined ? sql`` : sql`and ${id} > ${after}`
    const { rows } = await sql<{ id: string }>`
      select ${id} as id from ${from} where ${where} ${behind} order by ${id} limit ${limit}
    `.execute(this.#database)
    return rows.map((row) => row.id)
  }

  async count(query: DeviceQuery): Promise<number> {
    const { from, where } = await this.#way(query, 'count')
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from ${from} where ${where}
    `.execute(this.#database)
    return Number(rows[0]?.count ?? 0)
  }

  async #way(query: DeviceQuery, aim: Aim): Promise<Way> {
    const filter = withCohort(query)
    const all = devicesBy(this.#database, 'devices_scanned')
    if (filter === undefined) return { from: all, ...those(query, undefined, 'each') }
    const few = await fewIn(this.#database, filter, query, this.#fewMaxCount)
    if (few !== undefined) return amongFew(query, filter, few)
    const lookup = LOOKUPS[aim][engineOf(this.#database)]
    // Half of an attribute's devices are fewer than all that have another one.
    const among = lookup === 'all at first' ? 'each' : lookup
    const way = throughAttribute(query, filter, aim, among)
    return way ?? { from: all, ...those(query, filter, lookup) }
  }
}

type Aim = 'page' | 'count'

const LOOKUPS: Readonly<Record<Aim, Readonly<Record<Engine, Lookup>>>> = {
  page: { sqlite: 'each', postgres: 'each, and not otherwise' },
  count: { sqlite: 'all at first', postgres: 'as the database likes' },
}

function amongFew(query: DeviceQuery, filter: Filter, few: Ids): Way {
  // Written in this order, SQLite begins with the few.
  const from = sql`(${few}) as few cross join devices`
  const { id, where } = those(query, filter, 'each')
  return { from, id, where: sql`devices.id = few.id and ${where}` }
}

function those(
  { product, now }: DeviceQuery,
  filter: Filter | undefined,
  lookup: Lookup,
): Omit<Way, 'from'> {
  const id = sql.ref('devices.id')
  const there = sql`devices.product = ${product} and devices.decommissioned_at is null`
  if (filter === undefined) return { id, where: there }
  return { id, where: sql`${there} and ${filterCondition(filter, { product, id, now, lookup })}` }
}

/**
 * When attributes are all that is asked for, `devices` is not needed: who was decommissioned has none. For a page, only
 * where the index has the devices in the order of their ids.
 */
function throughAttribute(
  query: DeviceQuery,
  filter: Filter,
  aim: Aim,
  lookup: Lookup,
): Way | undefined {
  if (!asksForAttributesOnly(filter)) return undefined
  const parts = conjuncts(filter)
  const isUsable = (part: Filter): part is Condition =>
    (part.kind === 'compare' || part.kind === 'has' || part.kind === 'in') &&
    (aim === 'count' || (part.kind === 'compare' && part.operator === '='))
  const first = parts.find(isUsable)
  const ids = first && attributeIds(first, query)
  if (ids === undefined) return undefined
  const id = sql.ref('found.id')
  const others = parts.filter((part) => part !== first)
  const { product, now } = query
  const conditions = others.map((part) => filterCondition(part, { product, id, now, lookup }))
  return { from: sql`(${ids}) as found`, id, where: sql.join([TRUE, ...conditions], sql` and `) }
}

const TRUE = sql`1 = 1`

function asksForAttributesOnly(filter: Filter): boolean {
  switch (filter.kind) {
    case 'all':
    case 'any':
      return filter.of.every(asksForAttributesOnly)
    case 'not':
      return asksForAttributesOnly(filter.of)
    default:
      return filter.field.kind === 'attribute'
  }
}

function withCohort({ filter, cohort }: DeviceQuery): Filter | undefined {
  if (cohort === undefined) return filter
  const isThere: Filter = {
    kind: 'compare',
    field: { kind: 'own', name: 'cohort' },
    operator: '=',
    value: { kind: 'text', text: cohort },
  }
  return filter === undefined ? isThere : { kind: 'all', of: [isThere, filter] }
}
