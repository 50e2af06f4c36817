/** Until when, what owners may put off, and what they are told. */
import { ChoiceField, TextField } from '../../../pieces/field.tsx'
import { say, sayIfKnown } from '../../../words/say.tsx'
import type { Draft } from './draft.ts'
import { mistakeAt } from './draft-steps.ts'
import type { StepProps } from './wizard-step.ts'

const DEADLINES: readonly Draft['deadline'][] = ['policy', 'own', 'none']
const SEVERITIES: readonly Draft['severity'][] = ['none', 'low', 'medium', 'high', 'critical']

export function OwnersStep({ draft, change, mistakes }: StepProps) {
  const at = (path: string) => mistakeAt(mistakes, path)
  return (
    <>
      <fieldset class="wizard-group">
        <legend>{say('rollouts.deadline')}</legend>
        <ChoiceField
          label={say('newRollout.untilWhen')}
          hint={say(`newRollout.deadline-${draft.deadline}`)}
          value={draft.deadline}
          choices={DEADLINES.map((each) => ({
            value: each,
            label: say(`newRollout.deadlineKind-${each}`),
          }))}
          onValue={(deadline) => change({ deadline })}
        />
        {draft.deadline === 'own' && (
          <TextField
            label={say('rollouts.newDeadline')}
            hint={say('newRollout.yourTime')}
            type="datetime-local"
            value={draft.deadlineAt}
            onValue={(deadlineAt) => change({ deadlineAt })}
            error={at('policy.deadline')}
          />
        )}
        {draft.deadline !== 'policy' && (
          <TextField
            label={say('rollouts.reason')}
            hint={say('rollouts.reasonHint')}
            rows={2}
            value={draft.loosenedReason}
            onValue={(loosenedReason) => change({ loosenedReason })}
            error={at('loosened')}
          />
        )}
      </fieldset>
      <fieldset class="wizard-group">
        <legend>{say('rollouts.owners')}</legend>
        <ChoiceField
          label={say('newRollout.apply')}
          hint={say(`newRollout.apply-${draft.apply}`)}
          value={draft.apply}
          choices={[
            { value: 'automatic', label: say('newRollout.applyKind-automatic') },
            { value: 'ask', label: say('newRollout.applyKind-ask') },
          ]}
          onValue={(apply) => change({ apply })}
        />
        <TextField
          label={say('newRollout.postponeHours')}
          hint={say('newRollout.postponeHint')}
          type="number"
          value={draft.postponeHours}
          onValue={(postponeHours) => change({ postponeHours })}
          error={at('policy.postponeUpTo')}
        />
        <TextField
          label={say('newRollout.spreadMinutes')}
          hint={say('newRollout.spreadHint')}
          type="number"
          value={draft.spreadMinutes}
          onValue={(spreadMinutes) => change({ spreadMinutes })}
          error={at('policy.spread')}
        />
      </fieldset>
      <fieldset class="wizard-group">
        <legend>{say('rollouts.noticeTitle')}</legend>
        <ChoiceField
          label={say('newRollout.notice')}
          hint={say(`newRollout.notice-${draft.notice}`)}
          value={draft.notice}
          choices={[
            { value: 'usual', label: say('newRollout.noticeKind-usual') },
            { value: 'own', label: say('newRollout.noticeKind-own') },
          ]}
          onValue={(notice) => change({ notice })}
        />
        {draft.notice === 'own' && (
          <>
            <TextField
              label={say('newRollout.summary')}
              hint={say('newRollout.summaryHint')}
              value={draft.summary}
              onValue={(summary) => change({ summary })}
              error={at('notice.summary')}
              required
            />
            <ChoiceField
              label={say('rollouts.severity')}
              value={draft.severity}
              choices={SEVERITIES.map((each) => ({
                value: each,
                label: sayIfKnown('rolloutSeverities', each) ?? each,
              }))}
              onValue={(severity) => change({ severity })}
            />
            <TextField
              label={say('screens.advisories')}
              hint={say('newRollout.advisoriesHint')}
              value={draft.advisories}
              onValue={(advisories) => change({ advisories })}
              error={at('notice.advisories')}
            />
            <TextField
              label={say('rollouts.readMore')}
              hint={say('newRollout.urlHint')}
              type="url"
              value={draft.url}
              onValue={(url) => change({ url })}
              error={at('notice.url')}
            />
          </>
        )}
      </fieldset>
    </>
  )
}
