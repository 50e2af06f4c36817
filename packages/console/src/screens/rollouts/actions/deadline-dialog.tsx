/** Until when: earlier at any time, later only with a reason that stays. */
import { useState } from 'preact/hooks'
import { call } from '../../../api/call.ts'
import { Refused } from '../../../api/refused.ts'
import { TextField } from '../../../pieces/field.tsx'
import { say } from '../../../words/say.tsx'
import { timeWords } from '../../../words/time.ts'
import { deadlineWords } from '../rollout-words.ts'
import { localOf, secondsOf } from '../wizard/typed-number.ts'
import { ChangeDialog, type Changed } from './change-dialog.tsx'

export function DeadlineDialog(changed: Changed) {
  const { product, rollout } = changed
  const path = { product, id: rollout.id }
  const { deadline: now } = rollout.policy
  const [at, setAt] = useState(now === undefined ? '' : localOf(now))
  const [reason, setReason] = useState('')
  const [mistakes, setMistakes] = useState<ReadonlyMap<string, string>>(new Map())
  const wanted = secondsOf(at) ?? null
  const words = (deadline: number | null | undefined) =>
    deadline === undefined || deadline === null ? say('rollouts.noDeadline') : timeWords(deadline)
  const save = async (ifMatch: string) => {
    setMistakes(new Map())
    const body = { deadline: wanted, ...(reason.trim() === '' ? {} : { reason }) }
    try {
      await call('POST /products/{product}/rollouts/{id}/deadline', { path, ifMatch, body })
    } catch (error) {
      if (error instanceof Refused) setMistakes(mistakesOf(error))
      throw error
    }
  }
  return (
    <ChangeDialog
      changed={changed}
      title={say('rollouts.move-deadline')}
      act={say('rollouts.setDeadline')}
      field={say('rollouts.deadline')}
      mine={words(wanted)}
      theirs={({ policy }) => words(policy.deadline)}
      save={save}
      saved={say('rollouts.deadlineSet', { at: words(wanted) })}
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
    </ChangeDialog>
  )
}

function mistakesOf({ code, fields }: Refused): ReadonlyMap<string, string> {
  if (code !== 'DEADLINE_LOOSENED') return fields
  return new Map([['reason', say('rollouts.reasonNeeded')]])
}
