/** Another name and description for a saved filter, saved only over what was seen. */
import { useState } from 'preact/hooks'
import { type Answer, call } from '../../../api/call.ts'
import type { SavedFilter } from '../../../api/operator-api.gen.ts'
import { Refused } from '../../../api/refused.ts'
import { Confirm } from '../../../pieces/dialogs/confirm.tsx'
import { Conflict } from '../../../pieces/dialogs/conflict.tsx'
import { say } from '../../../words/say.tsx'
import { FilterNameFields } from './filter-name-fields.tsx'

export interface RenameFilterProps {
  readonly product: string
  readonly saved: Answer<SavedFilter>
  readonly onRenamed: (renamed: Answer<SavedFilter>) => void
  readonly onClose: () => void
}

export function RenameFilter({ product, saved, onRenamed, onClose }: RenameFilterProps) {
  const [seen, setSeen] = useState(saved)
  const [name, setName] = useState(saved.value.name)
  const [description, setDescription] = useState(saved.value.description)
  const [theirs, setTheirs] = useState<typeof seen>()
  const [refused, setRefused] = useState<Refused>()
  const path = { product, filter: saved.value.name }
  const { filter } = seen.value
  const rename = async () => {
    try {
      onRenamed(
        await call('PATCH /products/{product}/filters/{filter}', {
          ...{ path, body: { name, description, filter }, ifMatch: seen.etag },
        }),
      )
    } catch (error) {
      if (error instanceof Refused) setRefused(error)
      if (error instanceof Refused && error.isConflict) {
        setTheirs(await call('GET /products/{product}/filters/{filter}', { path }))
      }
      throw error
    }
  }
  if (theirs !== undefined) {
    const { value, etag } = theirs
    const fields = [
      { name: say('filter.label'), mine: filter, theirs: value.filter },
      { name: say('fleet.description'), mine: description, theirs: value.description },
    ]
    return (
      <Conflict
        fields={fields.filter((field) => field.mine !== field.theirs)}
        onKeepMine={() => {
          setSeen({ ...theirs, value: { ...value, filter }, etag })
          setTheirs(undefined)
        }}
        onTakeTheirs={() => {
          setSeen(theirs)
          setDescription(value.description)
          setTheirs(undefined)
        }}
        onClose={onClose}
      />
    )
  }
  return (
    <Confirm
      title={say('fleet.renameFilter', { name: saved.value.name })}
      act={say('pieces.save')}
      canConfirm={
        name !== '' && (name !== saved.value.name || description !== seen.value.description)
      }
      onConfirm={rename}
      onClose={onClose}
    >
      <p>{say('fleet.renameText')}</p>
      <FilterNameFields
        {...{ name, description, refused }}
        onName={setName}
        onDescription={setDescription}
      />
    </Confirm>
  )
}
