/** One reason of the gate let through by a person: why, and until which day. */
import { useState } from 'preact/hooks'
import { call } from '../../../api/call.ts'
import type { GateResult } from '../../../api/operator-api.gen.ts'
import { Refused } from '../../../api/refused.ts'
import { useDoing } from '../../../live/doing.ts'
import { Dialog } from '../../../pieces/dialogs/dialog.tsx'
import { TextField } from '../../../pieces/field.tsx'
import { ProblemNote } from '../../../pieces/told/problem-note.tsx'
import { announce } from '../../../pieces/told/said.tsx'
import { Told } from '../../../pieces/told/told.tsx'
import { gateWords } from '../../../words/gate-words.ts'
import { say } from '../../../words/say.tsx'
import { endOfDay } from './gate-reasons.ts'

export interface WaiveProps {
  readonly product: string
  readonly version: string
  readonly reason: GateResult['reasons'][number]
  readonly onDone: () => void
  readonly onClose: () => void
}

const REASON_MAX_CHARACTERS = 2000

export function Waive({ product, version, reason, onDone, onClose }: WaiveProps) {
  const [why, setWhy] = useState('')
  const [day, setDay] = useState('')
  const doing = useDoing()
  const until = endOfDay(day)
  const refused = doing.error instanceof Refused ? doing.error.fields : new Map<string, string>()
  const waive = async () => {
    if (until === undefined) return
    const { code, finding, about } = reason
    const body = { version, code, finding, about, reason: why, until }
    const isDone = await doing.run(() =>
      call('POST /products/{product}/gate-waivers', { path: { product }, body }),
    )
    if (!isDone) return
    announce(say('release.waived'))
    onDone()
    onClose()
  }
  return (
    <Dialog
      title={say('release.waiveTitle')}
      onClose={onClose}
      actions={
        <>
          <button type="button" onClick={onClose}>
            {say('pieces.cancel')}
          </button>
          <button type="submit" form="waive" class="first" disabled={doing.isBusy}>
            {say('release.waive')}
          </button>
        </>
      }
    >
      <p>
        <strong>{say(`release.code-${reason.code}`)}</strong>
      </p>
      <p>
        <Told words={gateWords(reason)} sentence={reason.sentence} />
      </p>
      <form
        id="waive"
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void waive()
        }}
      >
        <TextField
          label={say('release.waiveWhy')}
          hint={say('release.waiveWhyHint')}
          error={refused.get('reason')}
          value={why}
          onValue={setWhy}
          rows={4}
          required
          maxLength={REASON_MAX_CHARACTERS}
        />
        <TextField
          label={say('release.waiveUntil')}
          hint={say('release.waiveUntilHint')}
          error={refused.get('until')}
          type="date"
          value={day}
          onValue={setDay}
          required
        />
        {doing.error !== undefined && refused.size === 0 && <ProblemNote error={doing.error} />}
      </form>
    </Dialog>
  )
}
