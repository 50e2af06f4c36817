/** What can be done to many devices at once, as the API takes it. */
import type { BulkChange } from '../../api/operator-api.gen.ts'
import { type AttributeInput, attributeValue } from './attribute-input.ts'

export const BULK_KINDS = [
  'cohort',
  'set',
  'remove',
  'test',
  'noTest',
  'quarantine',
  'release',
] as const
export type BulkKind = (typeof BULK_KINDS)[number]

export interface BulkWish {
  readonly kind: BulkKind
  readonly cohort: string
  readonly attribute: AttributeInput
  readonly reason: string
}

type Act = Pick<BulkChange, 'change' | 'quarantine' | 'release'>

/** Undefined: something is still to be said. */
export function actOf({ kind, cohort, attribute, reason }: BulkWish): Act | undefined {
  const { name } = attribute
  const value = attributeValue(attribute)
  switch (kind) {
    case 'cohort':
      return cohort.trim() === '' ? undefined : { change: { cohort: cohort.trim() } }
    case 'set':
      if (name === '' || value === undefined) return undefined
      return { change: { attributes: { [name]: value } } }
    case 'remove':
      return name === '' ? undefined : { change: { attributes: { [name]: null } } }
    case 'test':
    case 'noTest':
      return { change: { test: kind === 'test' } }
    case 'quarantine':
      return reason.trim() === '' ? undefined : { quarantine: { reason } }
    case 'release':
      return { release: true }
  }
}
