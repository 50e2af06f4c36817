/** Pairs of lines: what to read on, and whom to thank. */
import { TextField } from '../../../pieces/field.tsx'
import { say } from '../../../words/say.tsx'
import type { Credit, Reference } from './content.ts'
import type { SaidAt } from './said-at.tsx'

interface ListFieldsProps<Item> {
  readonly items: readonly Item[]
  readonly said: SaidAt
  readonly onItems: (items: readonly Item[]) => void
}

export function ReferenceFields(props: ListFieldsProps<Reference>) {
  return (
    <PairFields
      {...props}
      field="references"
      title={say('advisories.references')}
      add={say('advisories.addReference')}
      names={[
        ['summary', say('advisories.referenceSummary')],
        ['url', say('advisories.referenceUrl')],
      ]}
      empty={{ summary: '', url: '' }}
    />
  )
}

export function CreditFields(props: ListFieldsProps<Credit>) {
  return (
    <PairFields
      {...props}
      field="credits"
      title={say('advisories.credits')}
      add={say('advisories.addCredit')}
      names={[
        ['name', say('advisories.creditName')],
        ['organization', say('advisories.creditOrganization')],
      ]}
      empty={{ name: '', organization: '' }}
    />
  )
}

interface PairFieldsProps<Item> extends ListFieldsProps<Item> {
  readonly field: string
  readonly title: string
  readonly add: string
  readonly names: readonly (readonly [keyof Item & string, string])[]
  readonly empty: Item
}

function PairFields<Item extends Readonly<Record<string, string>>>(props: PairFieldsProps<Item>) {
  const { items, said, onItems, field, title, add, names, empty } = props
  return (
    <fieldset class="advisory-hole">
      <legend>{title}</legend>
      {items.map((item, at) => (
        <div class="advisory-columns" key={at}>
          {names.map(([part, label]) => (
            <TextField
              key={part}
              label={label}
              value={item[part] ?? ''}
              {...said(`${field}.${at}.${part}`)}
              onValue={(text) =>
                onItems(items.map((one, i) => (i === at ? { ...one, [part]: text } : one)))
              }
            />
          ))}
          <div class="actions">
            <button type="button" onClick={() => onItems(items.filter((_, i) => i !== at))}>
              {say('advisories.remove')}
            </button>
          </div>
        </div>
      ))}
      <div class="actions">
        <button type="button" onClick={() => onItems([...items, empty])}>
          {add}
        </button>
      </div>
    </fieldset>
  )
}
