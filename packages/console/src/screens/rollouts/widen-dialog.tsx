/** A larger share of the cohort. Two who widen at once see both shares, and choose. */
import { useState } from 'preact/hooks'
import { call } from '../../api/call.ts'
import type { RolloutInFull } from '../../api/operator-api.gen.ts'
import { Refused } from '../../api/refused.ts'
import { Confirm } from '../../pieces/confirm.tsx'
import { Conflict } from '../../pieces/conflict.tsx'
import { TextField } from '../../pieces/field.tsx'
import { announce } from '../../pieces/said.tsx'
import { percentWords, say } from '../../words/say.tsx'
import { plannedShare, planOf } from './rollout-plan.ts'
import { numberOf } from './wizard/typed-number.ts'

export interface ChangeDialogProps {
  readonly product: string
  readonly rollout: RolloutInFull
  readonly etag: string
  readonly again: () => void
  readonly onClose: () => void
}

interface Theirs {
  readonly share: number | undefined
  readonly etag: string
}

export function WidenDialog({ product, rollout, etag, again, onClose }: ChangeDialogProps) {
  const path = { product, id: rollout.id }
  const planned = plannedShare(planOf(rollout))
  const [percent, setPercent] = useState('')
  const [theirs, setTheirs] = useState<Theirs>()
  const share = (numberOf(percent) ?? Number.NaN) / 100
  const save = async (ifMatch: string) => {
    try {
      await call('PATCH /products/{product}/rollouts/{id}', { path, ifMatch, body: { share } })
    } catch (error) {
      if (!(error instanceof Refused && error.isConflict)) throw error
      const now = await call('GET /products/{product}/rollouts/{id}', { path })
      setTheirs({ share: plannedShare(planOf(now.value)), etag: now.etag })
      return
    }
    announce(say('rollouts.widened', { share: percentWords(share) }))
    again()
    onClose()
  }
  if (theirs !== undefined) {
    return (
      <Conflict
        fields={[
          {
            name: say('rollouts.share'),
            mine: percentWords(share),
            theirs: theirs.share === undefined ? '–' : percentWords(theirs.share),
          },
        ]}
        onKeepMine={() => void save(theirs.etag).catch(() => setTheirs(undefined))}
        onTakeTheirs={() => {
          again()
          onClose()
        }}
        onClose={() => setTheirs(undefined)}
      />
    )
  }
  return (
    <Confirm
      title={say('rollouts.ask-widen')}
      act={say('rollouts.move-widen')}
      canConfirm={Number.isFinite(share)}
      closesItself={false}
      onConfirm={() => save(etag)}
      {...{ onClose }}
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
    </Confirm>
  )
}
