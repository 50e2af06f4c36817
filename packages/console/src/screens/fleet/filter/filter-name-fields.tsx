/** What a saved filter is called, and what it is for. */
import type { Refused } from '../../../api/refused.ts'
import { TextField } from '../../../pieces/field.tsx'
import { say } from '../../../words/say.tsx'

const NAME_MAX_CHARACTERS = 64
const DESCRIPTION_MAX_CHARACTERS = 500

export interface FilterNameFieldsProps {
  readonly name: string
  readonly description: string
  readonly refused: Refused | undefined
  readonly onName: (name: string) => void
  readonly onDescription: (description: string) => void
}

export function FilterNameFields(props: FilterNameFieldsProps) {
  const { name, description, refused, onName, onDescription } = props
  return (
    <>
      <TextField
        label={say('fleet.filterName')}
        hint={say('fleet.nameHint')}
        error={refused?.fields.get('name')}
        maxLength={NAME_MAX_CHARACTERS}
        value={name}
        onValue={onName}
        required
      />
      <TextField
        label={say('fleet.description')}
        error={refused?.fields.get('description')}
        maxLength={DESCRIPTION_MAX_CHARACTERS}
        rows={2}
        value={description}
        onValue={onDescription}
      />
    </>
  )
}
