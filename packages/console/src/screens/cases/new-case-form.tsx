/** Opens a case. A drill has a time of its own, if somebody gives it one. */
import { call } from '../../api/call.ts'
import type { NewCase } from '../../api/operator-api.gen.ts'
import { EditForm } from '../../forms/edit-form.tsx'
import type { FormField } from '../../forms/form-field.ts'
import { FORMS } from '../../forms/forms.gen.ts'
import { may } from '../../live/me.ts'
import { products } from '../../live/products.ts'
import { say } from '../../words/say.tsx'

export interface NewCaseFormProps {
  readonly onOpened: (id: string) => void
  readonly onCancel: () => void
}

export function NewCaseForm({ onOpened, onCancel }: NewCaseFormProps) {
  const mine = (products.value ?? []).map(({ id }) => id).filter((id) => may('case.manage', id))
  const fields = FORMS.NewCase.map((field: FormField): FormField => {
    if (field.path === 'product') return { ...field, kind: 'choice', options: mine }
    if (field.path !== 'at') return field
    return { ...field, when: [{ path: 'isDrill', is: ['true'] }] }
  })
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  return (
    <EditForm
      id="new-case"
      fields={fields}
      value={{ zone, ...(mine.length === 1 ? { product: mine[0] } : {}) }}
      etag="*"
      act={say('cases.open')}
      onCancel={onCancel}
      save={async (body) => {
        const { value } = await call('POST /cases', { body: body as NewCase })
        onOpened(value.id)
      }}
    />
  )
}
