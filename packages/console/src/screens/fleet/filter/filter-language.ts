/** What a filter can say (docs/filters.md), as far as completing it needs to know. Whether one is right, the server says. */
import { STATE_NAMES, WAIT_NAMES } from '../device-standing.ts'

export type Kind = 'text' | 'word' | 'number' | 'flag' | 'version' | 'line' | 'time'

interface Field {
  readonly kind: Kind
  readonly words?: readonly string[]
}

const FIELDS = {
  id: { kind: 'text' },
  version: { kind: 'version' },
  line: { kind: 'line' },
  securityCounter: { kind: 'number' },
  cohort: { kind: 'text' },
  pinned: { kind: 'flag' },
  state: { kind: 'word', words: STATE_NAMES },
  waitingFor: { kind: 'word', words: WAIT_NAMES },
  online: { kind: 'flag' },
  flapping: { kind: 'flag' },
  lastSeen: { kind: 'time' },
  enrolledAt: { kind: 'time' },
  rollout: { kind: 'text' },
  failureCode: { kind: 'text' },
  integrity: { kind: 'word', words: ['ok', 'corrupt'] },
  quarantined: { kind: 'flag' },
  test: { kind: 'flag' },
  revoked: { kind: 'flag' },
  cloneSuspected: { kind: 'flag' },
} as const satisfies Record<string, Field>

export type FieldName = keyof typeof FIELDS

export const FIELD_NAMES = Object.keys(FIELDS) as readonly FieldName[]

const FLAGS = ['true', 'false']
const TIMES = ['1h', '24h', '7d', '30d', '90d']

/** Undefined: no field of this name. */
export function kindOf(field: string): Kind | undefined {
  if (/^(attr|device)\../.test(field)) return 'text'
  return Object.hasOwn(FIELDS, field) ? FIELDS[field as FieldName].kind : undefined
}

export function operatorsOf(kind: Kind): readonly string[] {
  switch (kind) {
    case 'text':
      return ['=', '!=', '~', 'in', 'not in', '<', '<=', '>', '>=']
    case 'word':
    case 'flag':
      return ['=', '!=', 'in', 'not in']
    case 'time':
      return ['<', '<=', '>', '>=']
    default:
      return ['=', '!=', '<', '<=', '>', '>=', 'in', 'not in']
  }
}

/** Values that a field has by itself; others are known only from what there is. */
export function wordsOf(field: string): readonly string[] {
  const known: Field | undefined = Object.hasOwn(FIELDS, field)
    ? FIELDS[field as FieldName]
    : undefined
  if (known?.kind === 'flag') return FLAGS
  if (known?.kind === 'time') return TIMES
  return known?.words ?? []
}

const KEYWORDS = ['and', 'or', 'not', 'in', 'has']
/** Stands without quotes and cannot be taken for a number, a version or a flag. */
const PLAIN = /^[A-Za-z_][A-Za-z0-9_.:+-]*$/

/** A text as it is written in a filter. */
export function writtenText(text: string): string {
  const isPlain = PLAIN.test(text) && !KEYWORDS.includes(text.toLowerCase())
  return isPlain && !FLAGS.includes(text) ? text : inQuotes(text)
}

/** A value as it is written: numbers, versions and flags stand alone. */
export function writtenValue(value: string | number | boolean): string {
  return typeof value === 'string' ? writtenText(value) : String(value)
}

/** `attr.region`, and `device."free space"` for other names. */
export function attributeField(source: 'attr' | 'device', name: string): string {
  return `${source}.${/^[A-Za-z0-9._:+-]+$/.test(name) ? name : inQuotes(name)}`
}

function inQuotes(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
