/** Whether a filter means a device that is at hand. The database answers the same (adapters/sql/devices/device-filter.ts). */
import { type AttributeValue, type ComparableValue, comparable } from '../attribute-value.ts'
import { isFlapping } from '../flapping.ts'
import { versionKey } from '../version-key.ts'
import type { FieldName } from './fields.ts'
import type { Condition, Field, Filter, Operator, Value } from './filter.ts'

export interface FilterableDevice {
  readonly id: string
  readonly cohort: string
  readonly isPinned: boolean
  readonly online: boolean
  readonly enrolledAt: number
  readonly revokedAt: number | undefined
  readonly lastSeenAt: number | undefined
  readonly state: string | undefined
  readonly waitingFor: string | undefined
  readonly version: string | undefined
  readonly securityCounter: number | undefined
  readonly rollout: string | undefined
  readonly code: string | undefined
  readonly integrity: string | undefined
  readonly isQuarantined: boolean
  readonly isTest: boolean
  readonly isCloneSuspected: boolean
  /** When it last connected once too often. */
  readonly flappedAt: number | undefined
  /** What it reports and what was set here. */
  readonly attributes: {
    readonly device: ReadonlyMap<string, AttributeValue>
    readonly operator: ReadonlyMap<string, AttributeValue>
  }
}

/** `now`: seconds since 1970. */
export function matches(filter: Filter, device: FilterableDevice, now: number): boolean {
  switch (filter.kind) {
    case 'all':
      return filter.of.every((part) => matches(part, device, now))
    case 'any':
      return filter.of.some((part) => matches(part, device, now))
    case 'not':
      return !matches(filter.of, device, now)
    default:
      return meets(filter, device, now)
  }
}

function meets(condition: Condition, device: FilterableDevice, now: number): boolean {
  const has = heldBy(condition.field, device, now)
  if (has === undefined) return false
  switch (condition.kind) {
    case 'has':
      return true
    case 'in':
      return condition.values.some((value) => compares(has, '=', value, now))
    case 'compare':
      return compares(has, condition.operator, condition.value, now)
  }
}

type Had = number | boolean | ComparableValue

function heldBy(field: Field, device: FilterableDevice, now: number): Had | undefined {
  if (field.kind === 'own') return OWN[field.name](device, now)
  const value = device.attributes[field.source].get(field.name)
  return value === undefined ? undefined : comparable(value)
}

const text = (value: string | undefined): ComparableValue | undefined =>
  value === undefined
    ? undefined
    : { text: value, number: undefined, versionKey: versionKey(value) }

type HeldOf = (device: FilterableDevice, now: number) => Had | undefined

const OWN: Readonly<Record<FieldName, HeldOf>> = {
  id: (device) => text(device.id),
  version: (device) => text(device.version),
  line: (device) => text(device.version),
  securityCounter: (device) => device.securityCounter,
  cohort: (device) => text(device.cohort),
  pinned: (device) => device.isPinned,
  state: (device) => text(device.state),
  waitingFor: (device) => text(device.waitingFor),
  online: (device) => device.online,
  flapping: (device, now) => isFlapping(device.flappedAt, now),
  lastSeen: (device) => device.lastSeenAt,
  enrolledAt: (device) => device.enrolledAt,
  rollout: (device) => text(device.rollout),
  failureCode: (device) => text(device.code),
  integrity: (device) => text(device.integrity),
  quarantined: (device) => device.isQuarantined,
  test: (device) => device.isTest,
  revoked: (device) => device.revokedAt !== undefined,
  cloneSuspected: (device) => device.isCloneSuspected,
}

function compares(has: Had, operator: Operator, value: Value, now: number): boolean {
  switch (value.kind) {
    case 'text': {
      if (typeof has !== 'object') return false
      if (operator === '~') return has.text.startsWith(value.text)
      return holds(operator, compareTexts(has.text, value.text))
    }
    case 'number': {
      const number = typeof has === 'object' ? has.number : has
      return typeof number === 'number' && holds(operator, number - value.number)
    }
    case 'flag':
      if (typeof has === 'boolean') return has === value.flag
      return typeof has === 'object' && holds(operator, compareTexts(has.text, String(value.flag)))
    case 'version': {
      const key = typeof has === 'object' ? has.versionKey : undefined
      return key !== undefined && holds(operator, compareTexts(key, value.key))
    }
    case 'line': {
      const key = typeof has === 'object' ? has.versionKey : undefined
      if (key === undefined) return false
      return holds(operator, key.startsWith(value.key) ? 0 : compareTexts(key, value.key))
    }
    case 'age':
      return typeof has === 'number' && holds(operator, now - has - value.seconds)
    case 'time':
      return typeof has === 'number' && holds(operator, has - value.seconds)
  }
}

function holds(operator: Operator, order: number): boolean {
  switch (operator) {
    case '=':
      return order === 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
    case '~':
      return false
  }
}

/** By code points, as the databases order UTF-8; JavaScript's own order differs above U+FFFF. */
function compareTexts(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
