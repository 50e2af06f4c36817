/** When devices may begin, and on whose clock. */
import { ChoiceField, TextField } from '../../../pieces/field.tsx'
import { Mistake } from '../../../pieces/told/told.tsx'
import { say } from '../../../words/say.tsx'
import { weekdayName } from '../plan/window-words.ts'
import type { Draft } from './draft.ts'
import { mistakeAt } from './draft-steps.ts'
import type { StepProps } from './wizard-step.ts'

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7]
const WINDOWS: readonly Draft['window'][] = ['none', 'device', 'zone']

export function WindowFields({
  draft,
  change,
  mistakes,
}: Pick<StepProps, 'draft' | 'change' | 'mistakes'>) {
  const { window: kind, weekdays } = draft
  const choose = (day: number, isIn: boolean) =>
    change({
      weekdays: WEEKDAYS.filter((each) => (each === day ? isIn : weekdays.includes(each))),
    })
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  return (
    <fieldset class="wizard-group">
      <legend>{say('rollouts.window')}</legend>
      <ChoiceField
        label={say('newRollout.whoseClock')}
        hint={say(`newRollout.window-${kind}`)}
        value={kind}
        choices={WINDOWS.map((each) => ({
          value: each,
          label: say(`newRollout.windowKind-${each}`),
        }))}
        onValue={(chosen) =>
          change({ window: chosen, ...(draft.zone === '' && chosen === 'zone' ? { zone } : {}) })
        }
        error={mistakes.get('plan.window')}
      />
      {kind !== 'none' && (
        <>
          <fieldset class="rollout-choice whole">
            <legend>{say('newRollout.weekdays')}</legend>
            <div class="wizard-days">
              {WEEKDAYS.map((day) => (
                <label key={day} class="check">
                  <input
                    type="checkbox"
                    checked={weekdays.includes(day)}
                    onChange={({ currentTarget }) => choose(day, currentTarget.checked)}
                  />
                  {weekdayName(day)}
                </label>
              ))}
            </div>
            {mistakeAt(mistakes, 'plan.window.weekdays') !== undefined && (
              <p class="field-error">
                <Mistake text={mistakeAt(mistakes, 'plan.window.weekdays') ?? ''} />
              </p>
            )}
          </fieldset>
          <TextField
            label={say('newRollout.from')}
            value={draft.from}
            onValue={(from) => change({ from })}
            error={mistakeAt(mistakes, 'plan.window.from')}
          />
          <TextField
            label={say('newRollout.to')}
            value={draft.to}
            onValue={(to) => change({ to })}
            error={mistakeAt(mistakes, 'plan.window.to')}
          />
          {kind === 'zone' && (
            <TextField
              label={say('newRollout.zone')}
              hint={say('newRollout.zoneHint')}
              value={draft.zone}
              onValue={(text) => change({ zone: text })}
              error={mistakeAt(mistakes, 'plan.window.zone')}
            />
          )}
        </>
      )}
    </fieldset>
  )
}
