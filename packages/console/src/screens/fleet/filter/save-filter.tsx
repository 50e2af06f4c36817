/** Keeps a filter under a name. */
import { useState } from 'preact/hooks'
import { type Answer, call } from '../../../api/call.ts'
import type { SavedFilter } from '../../../api/operator-api.gen.ts'
import { Refused } from '../../../api/refused.ts'
import { Confirm } from '../../../pieces/confirm.tsx'
import { TextField } from '../../../pieces/field.tsx'
import { say } from '../../../words/say.tsx'

const NAME_MAX_CHARACTERS = 64
const DESCRIPTION_MAX_CHARACTERS = 500

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
      <TextField
        label={say('fleet.filterName')}
        hint={say('fleet.nameHint')}
        error={refused?.fields.get('name')}
        maxLength={NAME_MAX_CHARACTERS}
        value={name}
        onValue={setName}
        required
      />
      <TextField
        label={say('fleet.description')}
        error={refused?.fields.get('description')}
        maxLength={DESCRIPTION_MAX_CHARACTERS}
        rows={2}
        value={description}
        onValue={setDescription}
      />
    </Confirm>
  )
}
