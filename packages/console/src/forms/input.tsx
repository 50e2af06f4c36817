/** One field of a form, by its kind, with its name, its hint and what was wrong with it. */
import { ChoiceField, Field, TextField } from '../pieces/field.tsx'
import { Mistake } from '../pieces/told/told.tsx'
import { say } from '../words/say.tsx'
import type { FormField } from './form-field.ts'
import { choiceName, fieldHint, fieldName } from './names.ts'

export interface InputProps {
  readonly field: FormField
  /** With the number of its row, where it is in one. */
  readonly path: string
  readonly value: string
  readonly error: string | undefined
  readonly onValue: (value: string) => void
}

const TYPES = { day: 'date', month: 'month', time: 'datetime-local', number: 'number' } as const

export function Input({ field, path, value, error, onValue }: InputProps) {
  const { kind, isNeeded = false, options = [], max } = field
  const name = fieldName(path)
  const label = isNeeded ? say('form.needed', { name }) : name
  const hint = hintOf(field)
  const common = { label, error, value, onValue, ...(hint === undefined ? {} : { hint }) }
  switch (kind) {
    case 'yesNo':
    case 'choice': {
      const values = kind === 'yesNo' ? ['true', 'false'] : options
      const choices = ['', ...values].map((one) => ({
        value: one,
        label: one === '' ? say('form.nothing') : choiceName(path, one),
      }))
      return <ChoiceField {...common} choices={choices} />
    }
    case 'choices':
      return <Choices {...common} path={path} options={options} />
    case 'lines':
    case 'words':
      return <TextField {...common} rows={kind === 'lines' ? 3 : 4} {...limit(kind, max)} />
    case 'day':
    case 'month':
    case 'time':
    case 'number':
      return (
        <Field label={label} error={error} hint={hint}>
          {(ties) => (
            <input
              {...ties}
              type={TYPES[kind]}
              step={kind === 'time' ? 1 : undefined}
              value={value}
              onInput={({ currentTarget }) => onValue(currentTarget.value)}
            />
          )}
        </Field>
      )
    default:
      return <TextField {...common} {...limit(kind, max)} />
  }
}

const limit = (kind: FormField['kind'], max: number | undefined) =>
  kind === 'lines' || max === undefined ? {} : { maxLength: max }

function hintOf({ kind, path }: FormField): string | undefined {
  const own = fieldHint(path)
  if (own !== undefined) return own
  if (kind === 'lines') return say('form.onePerLine')
  if (kind === 'time') {
    return say('form.yourZone', { zone: Intl.DateTimeFormat().resolvedOptions().timeZone })
  }
  return undefined
}

interface ChoicesProps {
  readonly label: string
  readonly hint?: string
  readonly error: string | undefined
  readonly path: string
  readonly options: readonly string[]
  readonly value: string
  readonly onValue: (value: string) => void
}

function Choices({ label, hint, error, path, options, value, onValue }: ChoicesProps) {
  const chosen = value.split('\n').filter((one) => one !== '')
  return (
    <fieldset class="choices">
      <legend>{label}</legend>
      {hint !== undefined && <p class="quiet">{hint}</p>}
      <div class="row">
        {options.map((one) => (
          <label key={one} class="check">
            <input
              type="checkbox"
              checked={chosen.includes(one)}
              onChange={({ currentTarget }) =>
                onValue(
                  options
                    .filter((it) => (it === one ? currentTarget.checked : chosen.includes(it)))
                    .join('\n'),
                )
              }
            />
            {choiceName(path, one)}
          </label>
        ))}
      </div>
      {error !== undefined && (
        <p class="field-error">
          <Mistake text={error} />
        </p>
      )}
    </fieldset>
  )
}
