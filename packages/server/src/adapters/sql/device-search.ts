/**
 * Finds the devices that a filter means (devices/filter/matching.ts), a page at a time or all of them counted. Three
 * ways, by what the filter asks: begin with the few devices of a rare condition; walk through one attribute's index;
 * or read through the narrow rows of all devices, in the order of their ids.
 */
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Condition, Filter } from '../../devices/filter/filter.ts'
import type { DeviceQuery, DeviceSearch } from '../../devices/filter/matching.ts'
import type { Tables } from './database.ts'
import { filterCondition } from './device-filter.ts'
import { attributeIds, conjuncts, devicesBy, FEW_MAX_COUNT, fewIn, type Ids } from './device-rarity.ts'

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

  async #way(query: DeviceQuery, aim: 'page' | 'count'): Promise<Way> {
    const filter = withCohort(query)
    if (filter === undefined) return this.#throughAll(query, undefined)
    const few = await fewIn(this.#database, filter, query, this.#fewMaxCount)
    if (few !== undefined) return this.#amongFew(query, filter, few)
    return throughAttribute(query, filter, aim) ?? this.#throughAll(query, filter)
  }

  #amongFew(query: DeviceQuery, filter: Filter, few: Ids): Way {
    // Written in this order, SQLite begins with the few.
    const from = sql`(${few}) as few cross join devices`
    const { id, where } = all(query, filter)
    return { from, id, where: sql`devices.id = few.id and ${where}` }
  }

  #throughAll(query: DeviceQuery, filter: Filter | undefined): Way {
    return { from: devicesBy(this.#database, 'devices_scanned'), ...all(query, filter) }
  }
}

function all({ product, now }: DeviceQuery, filter: Filter | undefined): Omit<Way, 'from'> {
  const id = sql.ref('devices.id')
  const there = sql`devices.product = ${product} and devices.decommissioned_at is null`
  if (filter === undefined) return { id, where: there }
  return { id, where: sql`${there} and ${filterCondition(filter, { id, now })}` }
}

/**
 * When attributes are all that is asked for, `devices` is not needed: who was decommissioned has none. For a page, only
 * where the index has the devices in the order of their ids.
 */
function throughAttribute(
  query: DeviceQuery,
  filter: Filter,
  aim: 'page' | 'count',
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
  const conditions = others.map((part) => filterCondition(part, { id, now: query.now }))
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
