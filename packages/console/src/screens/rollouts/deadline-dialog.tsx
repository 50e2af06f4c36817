/** Until when: earlier at any time, later only with a reason that stays. */
import { useState } from 'preact/hooks'
import { call } from '../../api/call.ts'
import { Refused } from '../../api/refused.ts'
import { Confirm } from '../../pieces/confirm.tsx'
import { Conflict } from '../../pieces/conflict.tsx'
import { TextField } from '../../pieces/field.tsx'
import { announce } from '../../pieces/said.tsx'
import { say } from '../../words/say.tsx'
import { timeWords } from '../../words/time.ts'
import { deadlineWords } from './rollout-words.ts'
import type { ChangeDialogProps } from './widen-dialog.tsx'
import { localOf, secondsOf } from './wizard/typed-number.ts'

interface Theirs {
  readonly deadline: number | undefined
  readonly etag: string
}

export function DeadlineDialog({ product, rollout, etag, again, onClose }: ChangeDialogProps) {
  const path = { product, id: rollout.id }
  const { deadline: now } = rollout.policy
  const [at, setAt] = useState(now === undefined ? '' : localOf(now))
  const [reason, setReason] = useState('')
  const [mistakes, setMistakes] = useState<ReadonlyMap<string, string>>(new Map())
  const [theirs, setTheirs] = useState<Theirs>()
  const wanted = secondsOf(at) ?? null
  const words = (deadline: number | null | undefined) =>
    deadline === undefined || deadline === null ? say('rollouts.noDeadline') : timeWords(deadline)
  const save = async (ifMatch: string) => {
    setMistakes(new Map())
    const body = { deadline: wanted, ...(reason.trim() === '' ? {} : { reason }) }
    try {
      await call('POST /products/{product}/rollouts/{id}/deadline', { path, ifMatch, body })
    } catch (error) {
      if (error instanceof Refused && error.isConflict) {
        const found = await call('GET /products/{product}/rollouts/{id}', { path })
        setTheirs({ deadline: found.value.policy.deadline, etag: found.etag })
        return
      }
      if (error instanceof Refused) setMistakes(error.fields)
      if (error instanceof Refused && error.code === 'DEADLINE_LOOSENED') {
        setMistakes(new Map([['reason', say('rollouts.reasonNeeded')]]))
      }
      throw error
    }
    announce(say('rollouts.deadlineSet', { at: words(wanted) }))
    again()
    onClose()
  }
  if (theirs !== undefined) {
    const field = { name: say('rollouts.deadline'), mine: words(wanted) }
    return (
      <Conflict
        fields={[{ ...field, theirs: words(theirs.deadline) }]}
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
      title={say('rollouts.move-deadline')}
      act={say('rollouts.setDeadline')}
      closesItself={false}
      onConfirm={() => save(etag)}
      {...{ onClose }}
    >
      <p>{deadlineWords(rollout.deadline)}</p>
      <p>{say('rollouts.means-deadline')}</p>
      <TextField
        label={say('rollouts.newDeadline')}
        hint={say('rollouts.newDeadlineHint')}
        type="datetime-local"
        value={at}
        onValue={setAt}
        error={mistakes.get('deadline')}
      />
      <TextField
        label={say('rollouts.reason')}
        hint={say('rollouts.reasonHint')}
        rows={3}
        value={reason}
        onValue={setReason}
        error={mistakes.get('reason')}
      />
    </Confirm>
  )
}
