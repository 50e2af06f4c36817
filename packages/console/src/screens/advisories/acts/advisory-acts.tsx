/** What can be done with an advisory, depending on where it is; nothing of it without its name being typed that cannot be undone. */
import { useState } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { to } from '../../../addresses.ts'
import { call } from '../../../api/call.ts'
import type { AdvisoryInFull } from '../../../api/operator-api.gen.ts'
import { may } from '../../../live/me.ts'
import { Confirm } from '../../../pieces/dialogs/confirm.tsx'
import { TextField } from '../../../pieces/field.tsx'
import { announce } from '../../../pieces/told/said.tsx'
import { say } from '../../../words/say.tsx'
import { PublishDialog } from './publish-dialog.tsx'

export interface AdvisoryActsProps {
  readonly product: string
  readonly advisory: AdvisoryInFull
  readonly etag: string
  readonly isDirty: boolean
  /** Of the CSAF validator. */
  readonly errors: number
  readonly onDone: () => void
}

type Act = 'hold' | 'publish' | 'withdraw' | 'drop'

export function AdvisoryActs(props: AdvisoryActsProps) {
  const { product, advisory, etag, isDirty, errors, onDone } = props
  const [act, setAct] = useState<Act>()
  const { state, version, id } = advisory
  if (!may('advisory.manage', product) || state === 'withdrawn') return null
  const close = () => setAct(undefined)
  const done = (words: string) => {
    announce(words)
    onDone()
  }
  const given = { product, advisory, etag, onClose: close, onDone: done }
  return (
    <>
      <button type="button" class="first" disabled={isDirty} onClick={() => setAct('publish')}>
        {say(version === 0 ? 'advisories.publish' : 'advisories.publishAgain')}
      </button>
      {version === 0 && (
        <button type="button" disabled={isDirty} onClick={() => setAct('hold')}>
          {say('advisories.hold')}
        </button>
      )}
      {state === 'published' && (
        <button type="button" onClick={() => setAct('withdraw')}>
          {say('advisories.withdraw')}
        </button>
      )}
      {version === 0 && (
        <button type="button" onClick={() => setAct('drop')}>
          {say('advisories.drop')}
        </button>
      )}
      {isDirty && <p class="quiet">{say('advisories.saveFirst')}</p>}
      {act === 'publish' && <PublishDialog {...given} errors={errors} key={id} />}
      {act === 'hold' && <HoldDialog {...given} />}
      {act === 'withdraw' && <WithdrawDialog {...given} />}
      {act === 'drop' && <DropDialog {...given} />}
    </>
  )
}

export interface ActDialogProps {
  readonly product: string
  readonly advisory: AdvisoryInFull
  readonly etag: string
  readonly onClose: () => void
  readonly onDone: (words: string) => void
}

function HoldDialog({ product, advisory, onClose, onDone }: ActDialogProps) {
  const [reason, setReason] = useState(advisory.hold?.reason ?? '')
  const [until, setUntil] = useState('')
  const hold = async () => {
    await call('POST /products/{product}/advisories/{advisory}/hold', {
      path: { product, advisory: advisory.id },
      body: { reason, until: Math.floor(new Date(`${until}T00:00`).getTime() / 1000) },
    })
    onDone(say('advisories.isHeld'))
  }
  return (
    <Confirm
      title={say('advisories.hold')}
      act={say('advisories.hold')}
      canConfirm={reason.trim() !== '' && until !== ''}
      onConfirm={hold}
      onClose={onClose}
    >
      <p>{say('advisories.holdText')}</p>
      <TextField label={say('advisories.reason')} rows={2} value={reason} onValue={setReason} />
      <TextField label={say('advisories.until')} type="date" value={until} onValue={setUntil} />
    </Confirm>
  )
}

function WithdrawDialog({ product, advisory, etag, onClose, onDone }: ActDialogProps) {
  const [reason, setReason] = useState('')
  const withdraw = async () => {
    await call('POST /products/{product}/advisories/{advisory}/withdraw', {
      ...{ path: { product, advisory: advisory.id }, body: { reason }, ifMatch: etag },
    })
    onDone(say('advisories.isWithdrawn'))
  }
  return (
    <Confirm
      isDangerous
      title={say('advisories.withdraw')}
      act={say('advisories.withdraw')}
      word={advisory.id}
      canConfirm={reason.trim() !== ''}
      onConfirm={withdraw}
      onClose={onClose}
    >
      <p>{say('advisories.withdrawText')}</p>
      <TextField label={say('advisories.reason')} rows={2} value={reason} onValue={setReason} />
    </Confirm>
  )
}

function DropDialog({ product, advisory, etag, onClose, onDone }: ActDialogProps) {
  const { route } = useLocation()
  const drop = async () => {
    await call('DELETE /products/{product}/advisories/{advisory}', {
      ...{ path: { product, advisory: advisory.id }, ifMatch: etag },
    })
    onDone(say('advisories.isDropped'))
    route(to.advisories(product))
  }
  return (
    <Confirm
      isDangerous
      title={say('advisories.drop')}
      act={say('advisories.drop')}
      word={advisory.id}
      onConfirm={drop}
      onClose={onClose}
    >
      <p>{say('advisories.dropText')}</p>
    </Confirm>
  )
}
