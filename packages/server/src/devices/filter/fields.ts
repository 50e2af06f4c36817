/** What a filter can ask of a device, and how each is compared. */
import { INTEGRITY, UPDATE_STATE_NAMES, WAITING_FOR } from '@fleetward/shared'

export type FieldKind =
  | { readonly kind: 'text' }
  /** One of these words; it has no order. */
  | { readonly kind: 'word'; readonly words: readonly string[] }
  | { readonly kind: 'number' }
  | { readonly kind: 'flag' }
  | { readonly kind: 'version' }
  | { readonly kind: 'line' }
  | { readonly kind: 'time' }

const FIELDS = {
  id: { kind: 'text' },
  version: { kind: 'version' },
  line: { kind: 'line' },
  securityCounter: { kind: 'number' },
  cohort: { kind: 'text' },
  pinned: { kind: 'flag' },
  state: { kind: 'word', words: UPDATE_STATE_NAMES },
  waitingFor: { kind: 'word', words: WAITING_FOR },
  online: { kind: 'flag' },
  flapping: { kind: 'flag' },
  lastSeen: { kind: 'time' },
  enrolledAt: { kind: 'time' },
  rollout: { kind: 'text' },
  failureCode: { kind: 'text' },
  integrity: { kind: 'word', words: INTEGRITY },
  quarantined: { kind: 'flag' },
  test: { kind: 'flag' },
  revoked: { kind: 'flag' },
  cloneSuspected: { kind: 'flag' },
} as const satisfies Record<string, FieldKind>

export type FieldName = keyof typeof FIELDS

export const FIELD_NAMES = Object.keys(FIELDS) as readonly FieldName[]

export function isFieldName(text: string): text is FieldName {
  return Object.hasOwn(FIELDS, text)
}

export function kindOf(name: FieldName): FieldKind {
  return FIELDS[name]
}

/** Before the name of an attribute. */
export const ATTRIBUTE_PREFIXES = { attr: 'operator', device: 'device' } as const
