/** How carefully: thresholds, pace, window and start. */
import { ChoiceField, TextField } from '../../../pieces/field.tsx'
import { say } from '../../../words/say.tsx'
import type { Draft, GroupDraft } from './draft.ts'
import { mistakeAt } from './draft-steps.ts'
import { GroupThresholds } from './group-thresholds.tsx'
import { WindowFields } from './window-fields.tsx'
import type { StepProps } from './wizard-step.ts'

const PACES: readonly Draft['pace'][] = ['rising', 'fixed', 'none']

export function CareStep({ choices, draft, change, mistakes }: StepProps) {
  const { groups, pace } = draft
  const changeGroup = (index: number, changed: Partial<GroupDraft>) =>
    change({ groups: groups.map((it, at) => (at === index ? { ...it, ...changed } : it)) })
  const number = (
    field: 'perMinute' | 'startPerMinute' | 'factor' | 'everySuccesses' | 'maxPerMinute',
    path: string,
  ) => (
    <TextField
      label={say(`newRollout.${field}`)}
      type="number"
      value={draft[field]}
      onValue={(text) => change({ [field]: text })}
      error={mistakeAt(mistakes, path)}
    />
  )
  return (
    <>
      {groups.map((one, index) => (
        <GroupThresholds
          key={index}
          group={one}
          path={`plan.groups.${index}`}
          {...{ mistakes }}
          onChange={(changed) => changeGroup(index, changed)}
        />
      ))}
      <fieldset class="wizard-group">
        <legend>{say('rollouts.pace')}</legend>
        <ChoiceField
          label={say('rollouts.pace')}
          hint={say(`newRollout.pace-${pace}`)}
          value={pace}
          choices={PACES.map((each) => ({
            value: each,
            label: say(`newRollout.paceKind-${each}`),
          }))}
          onValue={(chosen) => change({ pace: chosen })}
          error={mistakes.get('plan.pace')}
        />
        {pace === 'fixed' && number('perMinute', 'plan.pace.devicesPerMinute')}
        {pace === 'rising' && number('startPerMinute', 'plan.pace.startPerMinute')}
        {pace === 'rising' && number('factor', 'plan.pace.factor')}
        {pace === 'rising' && number('everySuccesses', 'plan.pace.everySuccesses')}
        {pace === 'rising' && number('maxPerMinute', 'plan.pace.maxPerMinute')}
      </fieldset>
      <WindowFields {...{ draft, change, mistakes }} />
      <fieldset class="wizard-group">
        <legend>{say('newRollout.others')}</legend>
        <TextField
          label={say('newRollout.startAt')}
          hint={say('newRollout.startAtHint')}
          type="datetime-local"
          value={draft.startAt}
          onValue={(startAt) => change({ startAt })}
          error={mistakeAt(mistakes, 'plan.start')}
        />
        <TextField
          label={say('newRollout.silenceHours')}
          hint={say('newRollout.silenceHint')}
          type="number"
          value={draft.silenceHours}
          onValue={(silenceHours) => change({ silenceHours })}
          error={mistakeAt(mistakes, 'plan.silenceSeconds')}
        />
        <ChoiceField
          label={say('rollouts.returnTo')}
          hint={say('newRollout.returnHint')}
          value={draft.returnTo}
          choices={[
            { value: '', label: say('newRollout.noReturn') },
            ...choices.releases
              .filter(({ version }) => version !== draft.release)
              .map(({ version }) => ({ value: version, label: version })),
          ]}
          onValue={(returnTo) => change({ returnTo })}
          error={mistakeAt(mistakes, 'plan.returnTo')}
        />
      </fieldset>
    </>
  )
}
