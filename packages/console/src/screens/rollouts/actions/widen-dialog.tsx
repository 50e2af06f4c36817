/** A larger share of the cohort. */
import { useState } from 'preact/hooks'
import { call } from '../../../api/call.ts'
import { TextField } from '../../../pieces/field.tsx'
import { percentWords, say } from '../../../words/say.tsx'
import { plannedShare, planOf } from '../plan/rollout-plan.ts'
import { numberOf } from '../wizard/typed-number.ts'
import { ChangeDialog, type Changed } from './change-dialog.tsx'

export function WidenDialog(changed: Changed) {
  const { product, rollout } = changed
  const path = { product, id: rollout.id }
  const planned = plannedShare(planOf(rollout))
  const [percent, setPercent] = useState('')
  const share = (numberOf(percent) ?? Number.NaN) / 100
  return (
    <ChangeDialog
      changed={changed}
      title={say('rollouts.ask-widen')}
      act={say('rollouts.move-widen')}
      canConfirm={Number.isFinite(share)}
      field={say('rollouts.share')}
      mine={percentWords(share)}
      theirs={(now) => {
        const other = plannedShare(planOf(now))
        return other === undefined ? '–' : percentWords(other)
      }}
      save={(ifMatch) =>
        call('PATCH /products/{product}/rollouts/{id}', { path, ifMatch, body: { share } })
      }
      saved={say('rollouts.widened', { share: percentWords(share) })}
    >
      <p>{say('rollouts.means-widen')}</p>
      <p>
        {planned === undefined
          ? say('rollouts.plannedUnknown')
          : say('rollouts.planned', { share: percentWords(planned) })}
      </p>
      <TextField
        label={say('rollouts.newShare')}
        type="number"
        value={percent}
        onValue={setPercent}
        required
      />
    </ChangeDialog>
  )
}
