/** A field of a form, as the schema of its request has it. */

export type FieldKind =
  | 'line'
  | 'words'
  | 'lines'
  | 'address'
  | 'day'
  | 'month'
  | 'time'
  | 'number'
  | 'yesNo'
  | 'choice'
  | 'choices'
  | 'rows'

export interface FormField {
  /** In the request, `manufacturer/name`: a name may hold a point. */
  readonly path: string
  readonly kind: FieldKind
  readonly isNeeded?: boolean
  /** Characters. */
  readonly max?: number | undefined
  /** Of a choice. */
  readonly options?: readonly string[] | undefined
  /** Of one row. */
  readonly fields?: readonly FormField[]
  /** Shown, and sent, only while each of these other fields says one of what is listed. */
  readonly when?: readonly { readonly path: string; readonly is: readonly string[] }[]
}
