/** The fields of a form in the order of their schema: those of one group together, rows with a way to add one. */
import type { ComponentChildren } from 'preact'
import { say } from '../words/say.tsx'
import { type Draft, isShown, rowNumbers, withoutRow } from './draft.ts'
import type { FormField } from './form-field.ts'
import { Input } from './input.tsx'
import { fieldName } from './names.ts'
import './forms.css'

export interface FieldsProps {
  readonly fields: readonly FormField[]
  readonly draft: Draft
  /** As the server named them, `manufacturer.name`. */
  readonly errors: ReadonlyMap<string, string>
  readonly onDraft: (draft: Draft) => void
}

export function Fields({ fields, draft, errors, onDraft }: FieldsProps) {
  const one = (field: FormField, path = field.path) =>
    field.kind === 'rows' ? (
      <Rows key={path} {...{ field, draft, errors, onDraft }} />
    ) : (
      <div key={path} data-path={dotted(path)}>
        <Input
          {...{ field, path }}
          value={draft[path] ?? ''}
          error={errors.get(dotted(path))}
          onValue={(value) => onDraft({ ...draft, [path]: value })}
        />
      </div>
    )
  return (
    <div class="fields">
      {groupsOf(fields.filter((field) => isShown(field, draft))).map(([group, members]) =>
        group === '' ? (
          members.map((field) => one(field))
        ) : (
          <Group key={group} name={group}>
            {members.map((field) => one(field))}
          </Group>
        ),
      )}
    </div>
  )
}

function Group({
  name,
  children,
}: {
  readonly name: string
  readonly children: ComponentChildren
}) {
  return (
    <fieldset class="group" id={`group-${name}`}>
      <legend>{fieldName(`${name}Group`)}</legend>
      {children}
    </fieldset>
  )
}

interface RowsProps extends Omit<FieldsProps, 'fields'> {
  readonly field: FormField
}

function Rows({ field, draft, errors, onDraft }: RowsProps) {
  const { path, fields = [] } = field
  const numbers = rowNumbers(path, draft)
  const next = (numbers.at(-1) ?? -1) + 1
  return (
    <fieldset class="group" data-path={dotted(path)}>
      <legend>{fieldName(path)}</legend>
      {numbers.map((number) => (
        <div key={number} class="form-row">
          {fields.map((inner) => {
            const at = `${path}/${number}/${inner.path}`
            return (
              <Input
                key={at}
                {...{ field: inner, path: at }}
                value={draft[at] ?? ''}
                error={errors.get(dotted(at))}
                onValue={(value) => onDraft({ ...draft, [at]: value })}
              />
            )
          })}
          <button type="button" onClick={() => onDraft(withoutRow(path, number, draft))}>
            {say('form.removeRow')}
          </button>
        </div>
      ))}
      <button
        type="button"
        onClick={() => onDraft({ ...draft, [`${path}/${next}/${fields[0]?.path}`]: '' })}
      >
        {say('form.addRow')}
      </button>
    </fieldset>
  )
}

/** As the server names a field. */
const dotted = (path: string) => path.replaceAll('/', '.')

/** Neighbours whose path begins alike. */
export function groupsOf(
  fields: readonly FormField[],
): readonly (readonly [string, readonly FormField[]])[] {
  const groups: [string, FormField[]][] = []
  for (const field of fields) {
    const group = field.path.includes('/') ? (field.path.split('/', 1)[0] ?? '') : ''
    const last = groups.at(-1)
    if (last?.[0] === group) last[1].push(field)
    else groups.push([group, [field]])
  }
  return groups
}
