/** One reason of the gate let through by a person: why, and until which day. */
import { useState } from 'preact/hooks'
import { call } from '../../../api/call.ts'
import type { GateResult } from '../../../api/operator-api.gen.ts'
import { useDoing } from '../../../live/doing.ts'
import { FormDialog } from '../../../pieces/dialogs/form-dialog.tsx'
import { TextField } from '../../../pieces/field.tsx'
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
    <FormDialog
      title={say('release.waiveTitle')}
      act={say('release.waive')}
      doing={doing}
      onSubmit={() => void waive()}
      onClose={onClose}
    >
      <p>
        <strong>{say(`release.code-${reason.code}`)}</strong>
      </p>
      <p>
        <Told words={gateWords(reason)} sentence={reason.sentence} />
      </p>
      <TextField
        label={say('release.waiveWhy')}
        hint={say('release.waiveWhyHint')}
        error={doing.fields.get('reason')}
        value={why}
        onValue={setWhy}
        rows={4}
        required
        maxLength={REASON_MAX_CHARACTERS}
      />
      <TextField
        label={say('release.waiveUntil')}
        hint={say('release.waiveUntilHint')}
        error={doing.fields.get('until')}
        type="date"
        value={day}
        onValue={setDay}
        required
      />
    </FormDialog>
  )
}
