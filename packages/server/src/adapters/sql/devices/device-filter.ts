/**
 * A filter as a condition of SQL: what devices/filter/matches.ts decides for one device at hand. Values are parameters
 * and names are ours; nothing a person wrote becomes part of a statement.
 *
 * A comparison with something that is missing is neither true nor false in SQL. Here it is false and its `not` true:
 * `not` is carried down to the comparisons, and each negated one says what holds when nothing is there.
 */
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { FieldName } from '../../../devices/filter/fields.ts'
import type { Condition, Field, Filter, Operator, Value } from '../../../devices/filter/filter.ts'
import { flapsAt } from './connection-counts.ts'

export type SqlCondition = RawBuilder<SqlBool>

/**
 * How attributes are looked up: for each device that comes along, or all devices with such an attribute at first. A page
 * needs few devices, a count all of them. PostgreSQL would turn the one into the other by itself, which for a page
 * takes a hundred times as long; an OFFSET keeps it from that.
 */
export type Lookup = 'each' | 'each, and not otherwise' | 'all at first' | 'as the database likes'

export interface Asked {
  readonly product: string
  /** The id of the device that is asked about; other columns are those of `devices`. */
  readonly id: RawBuilder<unknown>
  /** For ages, seconds since 1970. */
  readonly now: number
  readonly lookup: Lookup
}

export function filterCondition(filter: Filter, asked: Asked): SqlCondition {
  return holds(filter, asked, true)
}

function holds(filter: Filter, asked: Asked, wanted: boolean): SqlCondition {
  switch (filter.kind) {
    case 'not':
      return holds(filter.of, asked, !wanted)
    case 'all':
    case 'any': {
      const parts = filter.of.map((part) => holds(part, asked, wanted))
      const isAnd = (filter.kind === 'all') === wanted
      return sql`(${sql.join(parts, isAnd ? sql` and ` : sql` or `)})`
    }
    default:
      return filter.field.kind === 'own'
        ? ownHolds(filter, filter.field.name, asked, wanted)
        : attributeHolds(filter, filter.field, asked, wanted)
  }
}

type Column = { readonly name: string; readonly isNullable: boolean }

const required = (name: string): Column => ({ name, isNullable: false })
const optional = (name: string): Column => ({ name, isNullable: true })

/** Flags that are times: set since then, or not. */
const SINCE = {
  quarantined: 'quarantined_at',
  revoked: 'revoked_at',
  cloneSuspected: 'clone_suspected_at',
} as const satisfies Partial<Record<FieldName, string>>

type Since = keyof typeof SINCE

const COLUMNS: Readonly<Record<Exclude<FieldName, Since | 'flapping'>, Column>> = {
  id: required('id'),
  version: optional('version_key'),
  line: optional('version_key'),
  securityCounter: optional('security_counter'),
  cohort: required('cohort'),
  pinned: required('pinned'),
  state: optional('state'),
  waitingFor: optional('waiting_for'),
  online: required('online'),
  lastSeen: optional('last_seen_at'),
  enrolledAt: required('enrolled_at'),
  rollout: optional('rollout'),
  failureCode: optional('code'),
  integrity: optional('integrity'),
  test: required('test'),
}

function ownHolds(
  condition: Condition,
  field: FieldName,
  asked: Asked,
  wanted: boolean,
): SqlCondition {
  if (isSince(field) || field === 'flapping')
    return flagHolds(flagOf(field, asked), condition, wanted)
  const { name, isNullable } = COLUMNS[field]
  const column = sql.ref(`devices.${name}`)
  if (condition.kind === 'has') {
    if (!isNullable) return wanted ? TRUE : FALSE
    return wanted ? sql`${column} is not null` : sql`${column} is null`
  }
  const flags = { yes: 1, no: 0 }
  const { now } = asked
  const isMet = comparison(condition, { now, flags, columnFor: () => column, isWhole: true })
  if (wanted) return isMet
  return isNullable ? sql`(${column} is null or not ${isMet})` : sql`not ${isMet}`
}

function isSince(field: FieldName): field is Since {
  return Object.hasOwn(SINCE, field)
}

interface Flag {
  readonly isSet: SqlCondition
  readonly isNot: SqlCondition
}

function flagOf(field: Since | 'flapping', { now }: Asked): Flag {
  if (field !== 'flapping') {
    const column = sql.ref(`devices.${SINCE[field]}`)
    return { isSet: sql`${column} is not null`, isNot: sql`${column} is null` }
  }
  const column = sql.ref('devices.flapped_at')
  const isSet = flapsAt(column, now)
  return { isSet, isNot: sql`(${column} is null or not ${isSet})` }
}

function flagHolds({ isSet, isNot }: Flag, condition: Condition, wanted: boolean): SqlCondition {
  if (condition.kind === 'has') return wanted ? TRUE : FALSE
  const values = condition.kind === 'in' ? condition.values : [condition.value]
  const can = (flag: boolean) =>
    values.some((value) => value.kind === 'flag' && value.flag === flag) === wanted
  if (can(true) && can(false)) return TRUE
  if (can(true)) return isSet
  return can(false) ? isNot : FALSE
}

function attributeHolds(
  condition: Condition,
  field: Extract<Field, { kind: 'attribute' }>,
  asked: Asked,
  wanted: boolean,
): SqlCondition {
  const { product, id, lookup } = asked
  const { source, name } = field
  const is = sql`attribute.source = ${source} and attribute.name = ${name}
    and ${attributeIs(condition, asked)}`
  if (lookup === 'all at first') {
    const devices = sql`(select attribute.device from device_attributes as attribute
      where attribute.product = ${product} and ${is})`
    return wanted ? sql`${id} in ${devices}` : sql`${id} not in ${devices}`
  }
  // With its product, all of them can be read from one index.
  const itsProduct = sql`attribute.product = ${product} and`
  const exists = sql<SqlBool>`exists (select 1 from device_attributes as attribute
    where attribute.device = ${id} and ${lookup === 'as the database likes' ? itsProduct : sql``}
      ${is} ${lookup === 'each, and not otherwise' ? sql`offset 0` : sql``})`
  return wanted ? exists : sql`not ${exists}`
}

/** Of a row of `device_attributes as attribute` with the field's source and name. */
export function attributeIs(condition: Condition, { now }: Pick<Asked, 'now'>): SqlCondition {
  if (condition.kind === 'has') return TRUE
  const columnFor = ({ kind }: Value) => {
    if (kind === 'number') return sql.ref('attribute.number')
    return sql.ref(kind === 'version' ? 'attribute.version_key' : 'attribute.text')
  }
  const flags = { yes: 'true', no: 'false' }
  return comparison(condition, { now, flags, columnFor, isWhole: false })
}

const TRUE = sql<SqlBool>`1 = 1`
const FALSE = sql<SqlBool>`1 = 0`

interface Compare {
  readonly now: number
  /** Columns of flags have 1 and 0, attributes the words. */
  readonly flags: { readonly yes: string | number; readonly no: string | number }
  /** The column that has values of this kind. */
  columnFor(value: Value): RawBuilder<unknown>
  /** Whether its numbers are whole: then so is what they are compared with. */
  readonly isWhole: boolean
}

/** In brackets where it has parts. */
function comparison(
  condition: Exclude<Condition, { kind: 'has' }>,
  compare: Compare,
): SqlCondition {
  const { columnFor } = compare
  if (condition.kind === 'compare') {
    const { operator, value } = condition
    return compared(columnFor(value), operator, value, compare)
  }
  const kinds = Map.groupBy(condition.values, ({ kind }) => kind)
  const parts = [...kinds.values()].map((values) => {
    const [first] = values
    const list = values.flatMap((value) => listed(value) ?? [])
    if (first !== undefined && list.length === values.length) {
      return sql<SqlBool>`${columnFor(first)} in (${sql.join(list)})`
    }
    const each = values.map((value) => compared(columnFor(value), '=', value, compare))
    return sql<SqlBool>`(${sql.join(each, sql` or `)})`
  })
  return sql`(${sql.join(parts, sql` or `)})`
}

/** Of values that are equal when they are the same. */
function listed(value: Value): string | undefined {
  if (value.kind === 'text') return value.text
  return value.kind === 'version' ? value.key : undefined
}

const SIGNS = {
  '=': sql`=`,
  '<': sql`<`,
  '<=': sql`<=`,
  '>': sql`>`,
  '>=': sql`>=`,
} as const

function compared(
  column: RawBuilder<unknown>,
  operator: Operator,
  value: Value,
  { now, flags, isWhole }: Compare,
): SqlCondition {
  if (operator === '~') return value.kind === 'text' ? begins(column, value.text) : FALSE
  const is = (other: string | number) => sql<SqlBool>`${column} ${SIGNS[operator]} ${other}`
  switch (value.kind) {
    case 'text':
      return is(value.text)
    case 'version':
      return is(value.key)
    case 'number':
      return isWhole ? wholeIs(column, operator, value.number) : is(value.number)
    case 'flag':
      return is(flags[value.flag ? 'yes' : 'no'])
    case 'line':
      return lineIs(column, operator, value.key)
    case 'time':
      return is(value.seconds)
    case 'age':
      // Longer ago is earlier.
      return sql`${column} ${SIGNS[MIRRORED[operator]]} ${now - value.seconds}`
  }
}

const MIRRORED = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const

/** PostgreSQL takes no 3.5 where an integer belongs, and a cast would hide the column from its statistics. */
function wholeIs(
  column: RawBuilder<unknown>,
  operator: Exclude<Operator, '~'>,
  number: number,
): SqlCondition {
  if (operator === '=' && !Number.isInteger(number)) return FALSE
  const isBelow = operator === '<=' || operator === '>'
  return sql`${column} ${SIGNS[operator]} ${isBelow ? Math.floor(number) : Math.ceil(number)}`
}

function lineIs(
  column: RawBuilder<unknown>,
  operator: Exclude<Operator, '~'>,
  key: string,
): SqlCondition {
  const behind = afterPrefix(key) ?? key
  switch (operator) {
    case '=':
      return begins(column, key)
    case '<':
      return sql`${column} < ${key}`
    case '<=':
      return sql`${column} < ${behind}`
    case '>':
      return sql`${column} >= ${behind}`
    case '>=':
      return sql`${column} >= ${key}`
  }
}

/** As a range, which an index answers. Both databases order text by its code points. */
function begins(column: RawBuilder<unknown>, prefix: string): SqlCondition {
  const behind = afterPrefix(prefix)
  if (behind === undefined) return sql`${column} >= ${prefix}`
  return sql`(${column} >= ${prefix} and ${column} < ${behind})`
}

/** The first text behind all that begin with `prefix`; undefined when there is none. */
function afterPrefix(prefix: string): string | undefined {
  const points = [...prefix].map((character) => character.codePointAt(0) ?? 0)
  while (points.length > 0) {
    const last = points.pop() ?? 0
    // U+D800 to U+DFFF are halves of pairs and no characters.
    if (last < 0x10ffff) return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1)
  }
  return undefined
}
