/** Who has to agree before anything is offered, and the way past it that is recorded. */
import { call } from '../../../api/call.ts'
import { useAsked } from '../../../live/asked.ts'
import { may } from '../../../live/me.ts'
import { TextField } from '../../../pieces/field.tsx'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { say, sayIfKnown } from '../../../words/say.tsx'
import { mistakeAt } from './draft-steps.ts'
import type { StepProps } from './wizard-step.ts'

export function ApprovalStep({ product, choices, draft, change, mistakes }: StepProps) {
  const asked = useAsked(
    (signal) => call('GET /products/{product}/approval', { path: { product }, signal }),
    [product],
  )
  const kind = choices.releases.find(({ version }) => version === draft.release)?.kind
  const canHurry = kind !== 'functionality' && may('rollout.emergency', product)
  return (
    <>
      <Loaded {...{ asked }}>
        {({ value: { count, roles } }) => (
          <p>
            {count === 0
              ? say('newRollout.nobodyNeeded')
              : say('rollouts.needed', {
                  count,
                  roles: roles.map((role) => sayIfKnown('rolloutRoles', role) ?? role).join(', '),
                })}
          </p>
        )}
      </Loaded>
      <label class="check">
        <input
          type="checkbox"
          checked={draft.startsItself}
          onChange={({ currentTarget }) => change({ startsItself: currentTarget.checked })}
        />
        {say('newRollout.startsItself')}
      </label>
      <p class="quiet">
        {say(draft.startsItself ? 'newRollout.startsItself-yes' : 'newRollout.startsItself-no')}
      </p>
      {canHurry && (
        <fieldset class="wizard-group">
          <legend>{say('newRollout.emergency')}</legend>
          <label class="check whole">
            <input
              type="checkbox"
              checked={draft.isEmergency}
              onChange={({ currentTarget }) => change({ isEmergency: currentTarget.checked })}
            />
            {say('newRollout.isEmergency')}
          </label>
          <p class="quiet whole">{say('newRollout.emergencyHint')}</p>
          {draft.isEmergency && (
            <TextField
              label={say('rollouts.reason')}
              rows={2}
              value={draft.emergencyReason}
              onValue={(emergencyReason) => change({ emergencyReason })}
              error={mistakeAt(mistakes, 'emergency')}
              required
            />
          )}
        </fieldset>
      )}
    </>
  )
}
