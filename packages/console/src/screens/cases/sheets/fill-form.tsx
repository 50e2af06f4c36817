/** What people write on the sheets of a case, over what is known by itself. An empty field is nobody's word any more. */
import { useLocation } from 'preact-iso'
import { to } from '../../../addresses.ts'
import { call } from '../../../api/call.ts'
import type { CaseFieldValues, CaseInFull } from '../../../api/operator-api.gen.ts'
import type { Value } from '../../../forms/draft.ts'
import { EditForm } from '../../../forms/edit-form.tsx'
import { FORMS } from '../../../forms/forms.gen.ts'
import { say } from '../../../words/say.tsx'

export interface FillFormProps {
  readonly of: CaseInFull
  readonly etag: string
  readonly onDone: () => void
}

export function FillForm({ of, etag, onDone }: FillFormProps) {
  const { route } = useLocation()
  const path = { id: of.id }
  const base = writtenIn(of)
  return (
    <EditForm
      id={`case-${of.id}-fill`}
      fields={FORMS.CaseFieldValues}
      value={base}
      etag={etag}
      onSaved={onDone}
      onCancel={() => route(to.case(of.id))}
      save={async (values, ifMatch) => {
        const body = { type: 'fieldsSet', values: changed(base, values) } as const
        await call('POST /cases/{id}/events', { path, body, ifMatch })
      }}
      reload={async () => {
        const now = await call('GET /cases/{id}', { path })
        return { value: writtenIn(now.value), etag: now.etag }
      }}
    >
      <p class="quiet">{say('cases.fillText')}</p>
    </EditForm>
  )
}

/** The last word on each field. */
function writtenIn({ events }: CaseInFull): Value {
  const all = events
    .filter(({ type }) => type === 'fieldsSet')
    .map(({ facts }) => facts.values as object)
  const values = Object.entries(Object.assign({}, ...all) as Value)
  return Object.fromEntries(
    values.filter(([, value]) => value !== '' && !(Array.isArray(value) && value.length === 0)),
  )
}

function changed(before: Value, now: Value): CaseFieldValues {
  const names = new Set([...Object.keys(before), ...Object.keys(now)])
  const differing = [...names].filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(now[name]),
  )
  return Object.fromEntries(
    differing.map((name) => [name, now[name] ?? (Array.isArray(before[name]) ? [] : '')]),
  )
}
