/** A field of a form: its name, what it is for, and what was wrong with it, tied together for a screen reader. */
import type { ComponentChildren, JSX } from 'preact'
import { useId } from 'preact/hooks'
import { Mistake } from './told/told.tsx'

export interface FieldProps {
  readonly label: string
  readonly hint?: ComponentChildren
  readonly error?: string | undefined
  /** What else is to be said of what stands there. */
  readonly remarks?: ComponentChildren
  /** One of the remarks is that it is wrong. */
  readonly isWrong?: boolean
  /** Given what ties the control to its words. */
  readonly children: (ties: Ties) => JSX.Element
}

export interface Ties {
  readonly id: string
  readonly 'aria-describedby': string | undefined
  readonly 'aria-invalid': boolean | undefined
}

export function Field({ label, hint, error, remarks, isWrong, children }: FieldProps) {
  const id = useId()
  const said = { hint, error, remarks }
  const described = (['hint', 'error', 'remarks'] as const)
    .filter((part) => Boolean(said[part]))
    .map((part) => `${id}-${part}`)
    .join(' ')
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint !== undefined && (
        <p id={`${id}-hint`} class="quiet">
          {hint}
        </p>
      )}
      {children({
        id,
        'aria-describedby': described === '' ? undefined : described,
        'aria-invalid': error === undefined && isWrong !== true ? undefined : true,
      })}
      {error !== undefined && (
        <p id={`${id}-error`} class="field-error">
          <Mistake text={error} />
        </p>
      )}
      {remarks !== undefined && <div id={`${id}-remarks`}>{remarks}</div>}
    </div>
  )
}

export interface TextFieldProps extends Omit<FieldProps, 'children'> {
  readonly value: string
  readonly onValue: (value: string) => void
  readonly type?: 'text' | 'search' | 'email' | 'url' | 'date' | 'datetime-local' | 'number'
  readonly rows?: number
  readonly required?: boolean
  readonly maxLength?: number
}

export function TextField(props: TextFieldProps) {
  const { value, onValue, type = 'text', rows, required, maxLength, ...field } = props
  return (
    <Field {...field}>
      {(ties) =>
        rows === undefined ? (
          <input
            {...ties}
            {...{ value, required, maxLength }}
            {...({ type } as object)}
            onInput={({ currentTarget }) => onValue(currentTarget.value)}
          />
        ) : (
          <textarea
            {...ties}
            {...{ rows, value, required, maxLength }}
            onInput={({ currentTarget }) => onValue(currentTarget.value)}
          />
        )
      }
    </Field>
  )
}

export interface ChoiceFieldProps<Value extends string> extends Omit<FieldProps, 'children'> {
  readonly value: Value
  readonly choices: readonly { readonly value: Value; readonly label: string }[]
  /** An empty choice is none, then. */
  readonly required?: boolean
  readonly onValue: (value: Value) => void
}

export function ChoiceField<Value extends string>(props: ChoiceFieldProps<Value>) {
  const { value, choices, required = false, onValue, ...field } = props
  return (
    <Field {...field}>
      {(ties) => (
        <select
          {...ties}
          required={required}
          value={value}
          onChange={({ currentTarget }) => onValue(currentTarget.value as Value)}
        >
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
