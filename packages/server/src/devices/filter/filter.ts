/**
 * A filter as it is understood: which devices somebody means (docs/filters.md). Every part is true or false for a
 * device, never unknown: what compares with something a device does not have is false, and its `not` is true.
 */
import type { FieldName } from './fields.ts'

export type Filter =
  | { readonly kind: 'all'; readonly of: readonly Filter[] }
  | { readonly kind: 'any'; readonly of: readonly Filter[] }
  | { readonly kind: 'not'; readonly of: Filter }
  | Condition

export type Condition =
  | {
      readonly kind: 'compare'
      readonly field: Field
      readonly operator: Operator
      readonly value: Value
    }
  | { readonly kind: 'in'; readonly field: Field; readonly values: readonly Value[] }
  | { readonly kind: 'has'; readonly field: Field }

export type Field =
  | { readonly kind: 'own'; readonly name: FieldName }
  /** `device`: what the device reports; `operator`: what was set here. */
  | { readonly kind: 'attribute'; readonly source: AttributeSource; readonly name: string }

export type AttributeSource = 'device' | 'operator'

/** `~`: begins with. `!=` is read as the `not` of `=`. */
export type Operator = '=' | '<' | '<=' | '>' | '>=' | '~'

export type Value =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'flag'; readonly flag: boolean }
  /** {@link versionKey} of the version. */
  | { readonly kind: 'version'; readonly key: string }
  /** {@link lineKey}: what the keys of its versions begin with. */
  | { readonly kind: 'line'; readonly key: string }
  /** So long before now. */
  | { readonly kind: 'age'; readonly seconds: number }
  /** Seconds since 1970. */
  | { readonly kind: 'time'; readonly seconds: number }
