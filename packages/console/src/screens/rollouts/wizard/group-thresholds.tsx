/** When a group is good enough for the next one, and when the rollout stops itself. */
import { ChoiceField, TextField } from '../../../pieces/field.tsx'
import { say } from '../../../words/say.tsx'
import type { GroupDraft } from './draft.ts'
import { type Mistakes, mistakeAt } from './draft-steps.ts'

export interface GroupThresholdsProps {
  readonly group: GroupDraft
  /** `plan.groups.0` */
  readonly path: string
  readonly mistakes: Mistakes
  readonly onChange: (changed: Partial<GroupDraft>) => void
}

export function GroupThresholds({ group, path, mistakes, onChange }: GroupThresholdsProps) {
  const at = (field: string) => mistakeAt(mistakes, `${path}.${field}`)
  return (
    <fieldset class="wizard-group">
      <legend>{say('rollouts.groupNamed', { name: group.name })}</legend>
      <TextField
        label={say('newRollout.successPercent')}
        hint={say('newRollout.successHint')}
        type="number"
        value={group.successPercent}
        onValue={(successPercent) => onChange({ successPercent })}
        error={at('success.share')}
      />
      <TextField
        label={say('newRollout.soakMinutes')}
        hint={say('newRollout.soakHint')}
        type="number"
        value={group.soakMinutes}
        onValue={(soakMinutes) => onChange({ soakMinutes })}
        error={at('success.soakSeconds')}
      />
      <ChoiceField
        label={say('newRollout.afterwards')}
        hint={say(`newRollout.afterwards-${group.afterwards}`)}
        value={group.afterwards}
        choices={[
          { value: 'next', label: say('newRollout.then-next') },
          { value: 'pause', label: say('newRollout.then-pause') },
        ]}
        onValue={(afterwards) => onChange({ afterwards })}
      />
      <TextField
        label={say('newRollout.errorPercent')}
        hint={say('newRollout.errorHint')}
        type="number"
        value={group.errorPercent}
        onValue={(errorPercent) => onChange({ errorPercent })}
        error={at('error.share')}
      />
      <TextField
        label={say('newRollout.errorMinimum')}
        hint={say('newRollout.errorMinimumHint')}
        type="number"
        value={group.errorMinimum}
        onValue={(errorMinimum) => onChange({ errorMinimum })}
        error={at('error.minimum')}
      />
    </fieldset>
  )
}
