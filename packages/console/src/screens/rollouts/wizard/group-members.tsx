/** One group of a new rollout: its name, and how its devices are chosen. */
import { ChoiceField, TextField } from '../../../pieces/field.tsx'
import { say } from '../../../words/say.tsx'
import type { GroupDraft, MembersKind } from './draft.ts'

const KINDS: readonly MembersKind[] = ['share', 'count', 'filter', 'rest']

export interface GroupMembersProps {
  readonly title: string
  readonly group: GroupDraft
  readonly onChange: (changed: Partial<GroupDraft>) => void
  readonly onRemove: (() => void) | undefined
  readonly nameError: string | undefined
  readonly membersError: string | undefined
}

export function GroupMembers(props: GroupMembersProps) {
  const { title, group, onChange, onRemove, nameError, membersError } = props
  const { name, kind, value } = group
  return (
    <fieldset class="wizard-group">
      <legend>{title}</legend>
      <TextField
        label={say('newRollout.groupName')}
        value={name}
        onValue={(text) => onChange({ name: text })}
        error={nameError}
        required
      />
      <ChoiceField
        label={say('newRollout.members')}
        hint={say(`newRollout.members-${kind}`)}
        value={kind}
        choices={KINDS.map((each) => ({ value: each, label: say(`newRollout.kind-${each}`) }))}
        onValue={(chosen) => onChange({ kind: chosen, value: '' })}
        error={kind === 'rest' ? membersError : undefined}
      />
      {kind !== 'rest' && (
        <TextField
          label={say(`newRollout.value-${kind}`)}
          type={kind === 'filter' ? 'text' : 'number'}
          {...{ value }}
          onValue={(text) => onChange({ value: text })}
          error={membersError}
        />
      )}
      {onRemove !== undefined && (
        <div>
          <button type="button" onClick={onRemove}>
            {say('newRollout.removeGroup', { name })}
          </button>
        </div>
      )}
    </fieldset>
  )
}
