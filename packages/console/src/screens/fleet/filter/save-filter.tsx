/** Keeps a filter under a name. */
import { useState } from 'preact/hooks'
import { type Answer, call } from '../../../api/call.ts'
import type { SavedFilter } from '../../../api/operator-api.gen.ts'
import { Refused } from '../../../api/refused.ts'
import { Confirm } from '../../../pieces/dialogs/confirm.tsx'
import { say } from '../../../words/say.tsx'
import { FilterNameFields } from './filter-name-fields.tsx'

export interface SaveFilterProps {
  readonly product: string
  readonly filter: string
  readonly onSaved: (saved: Answer<SavedFilter>) => void
  readonly onClose: () => void
}

export function SaveFilter({ product, filter, onSaved, onClose }: SaveFilterProps) {
  const [name, setName] = useState('')
  const [description, setDescription] = useState('')
  const [refused, setRefused] = useState<Refused>()
  const save = async () => {
    try {
      const body = { name, filter, description }
      onSaved(await call('POST /products/{product}/filters', { path: { product }, body }))
    } catch (error) {
      if (error instanceof Refused) setRefused(error)
      throw error
    }
  }
  return (
    <Confirm
      title={say('fleet.saveFilter')}
      act={say('pieces.save')}
      canConfirm={name !== ''}
      onConfirm={save}
      onClose={onClose}
    >
      <pre class="any-text">{filter}</pre>
      <FilterNameFields
        {...{ name, description, refused }}
        onName={setName}
        onDescription={setDescription}
      />
    </Confirm>
  )
}
