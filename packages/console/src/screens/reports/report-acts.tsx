/** What becomes of a report: its next states, an advisory or a case of it, and its end. */
import { useState } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { to } from '../../addresses.ts'
import { call } from '../../api/call.ts'
import type { VulnerabilityReportInFull } from '../../api/operator-api.gen.ts'
import { may } from '../../live/me.ts'
import { Confirm } from '../../pieces/dialogs/confirm.tsx'
import { TextField } from '../../pieces/field.tsx'
import { announce } from '../../pieces/told/said.tsx'
import { say } from '../../words/say.tsx'
import { isOver, type ReportState } from './report-words.ts'

export interface ReportActsProps {
  readonly report: VulnerabilityReportInFull
  readonly etag: string
  readonly onDone: () => void
}

type Act = { readonly move: ReportState } | 'advisory' | 'case' | 'remove'

export function ReportActs({ report, etag, onDone }: ReportActsProps) {
  const { route } = useLocation()
  const [act, setAct] = useState<Act>()
  const { id, product, title, state, next } = report
  const close = () => setAct(undefined)
  const mayManage = may('disclosure.manage', product)
  const advisory = async () => {
    if (product === undefined) return
    const { value } = await call('POST /products/{product}/advisories', {
      ...{ path: { product }, body: { reports: [id] } },
    })
    route(to.advisory(product, value.id))
  }
  const open = async () => {
    if (product === undefined) return
    const { value } = await call('POST /cases', {
      body: { product, kind: 'vulnerability', title },
    })
    route(to.case(value.id))
  }
  const remove = async () => {
    await call('DELETE /disclosure/reports/{id}', { path: { id }, ifMatch: etag })
    announce(say('reports.removed'))
    route(to.reports())
  }
  return (
    <>
      {mayManage &&
        next.map((one) => (
          <button key={one} type="button" onClick={() => setAct({ move: one })}>
            {say(`reports.move-${one}`)}
          </button>
        ))}
      {product !== undefined && may('advisory.manage', product) && (
        <button type="button" onClick={() => setAct('advisory')}>
          {say('reports.makeAdvisory')}
        </button>
      )}
      {product !== undefined && may('case.manage', product) && (
        <button type="button" onClick={() => setAct('case')}>
          {say('reports.openCase')}
        </button>
      )}
      {mayManage && isOver(state) && (
        <button type="button" onClick={() => setAct('remove')}>
          {say('reports.remove')}
        </button>
      )}
      {typeof act === 'object' && (
        <MoveDialog report={id} state={act.move} onDone={onDone} onClose={close} />
      )}
      {act === 'advisory' && (
        <Confirm
          title={say('reports.makeAdvisory')}
          act={say('reports.makeAdvisory')}
          onConfirm={advisory}
          onClose={close}
        >
          <p>{say('reports.makeAdvisoryText')}</p>
        </Confirm>
      )}
      {act === 'case' && (
        <Confirm
          title={say('reports.openCase')}
          act={say('reports.openCase')}
          onConfirm={open}
          onClose={close}
        >
          <p>{say('reports.openCaseText')}</p>
        </Confirm>
      )}
      {act === 'remove' && (
        <Confirm
          isDangerous
          title={say('reports.remove')}
          act={say('reports.remove')}
          word={id}
          onConfirm={remove}
          onClose={close}
        >
          <p>{say('reports.removeText')}</p>
        </Confirm>
      )}
    </>
  )
}

interface MoveDialogProps {
  readonly report: string
  readonly state: ReportState
  readonly onDone: () => void
  readonly onClose: () => void
}

function MoveDialog({ report, state, onDone, onClose }: MoveDialogProps) {
  const [answer, setAnswer] = useState('')
  const [duplicateOf, setDuplicateOf] = useState('')
  const move = async () => {
    await call('POST /disclosure/reports/{id}/state', {
      path: { id: report },
      body: {
        state,
        ...(answer.trim() === '' ? {} : { answer }),
        ...(state === 'duplicate' ? { duplicateOf: duplicateOf.trim() } : {}),
      },
    })
    announce(say('reports.moved', { state: say(`reports.state-${state}`) }))
    onDone()
  }
  return (
    <Confirm
      title={say(`reports.move-${state}`)}
      act={say(`reports.move-${state}`)}
      canConfirm={state !== 'duplicate' || duplicateOf.trim() !== ''}
      onConfirm={move}
      onClose={onClose}
    >
      <p>{say('reports.moveText', { state: say(`reports.state-${state}`) })}</p>
      {state === 'published' && <p>{say('reports.embargoEnds')}</p>}
      {state === 'duplicate' && (
        <TextField
          label={say('reports.duplicateOf')}
          value={duplicateOf}
          onValue={setDuplicateOf}
        />
      )}
      <TextField
        label={say('reports.answer')}
        hint={say('reports.answerHint')}
        rows={3}
        value={answer}
        onValue={setAnswer}
      />
    </Confirm>
  )
}
