/** Publishes an advisory for everybody and for good: now, or by itself once all of it is fixed. */
import { useState } from 'preact/hooks'
import { call } from '../../../api/call.ts'
import { Confirm } from '../../../pieces/dialogs/confirm.tsx'
import { ChoiceField, TextField } from '../../../pieces/field.tsx'
import { say } from '../../../words/say.tsx'
import { FlawWords } from '../editor/flaw-words.tsx'
import type { ActDialogProps } from './advisory-acts.tsx'

type When = 'now' | 'fixed'

export interface PublishDialogProps extends ActDialogProps {
  /** Of the CSAF validator. */
  readonly errors: number
}

export function PublishDialog(props: PublishDialogProps) {
  const { product, advisory, etag, errors, onClose, onDone } = props
  const { unfixed, flaws, version } = advisory
  const isFixed = unfixed.length === 0
  const [when, setWhen] = useState<When>(isFixed || version > 0 ? 'now' : 'fixed')
  const [change, setChange] = useState('')
  const [why, setWhy] = useState('')
  const needsWhy = when === 'now' && !isFixed
  const publish = async () => {
    const { value } = await call('POST /products/{product}/advisories/{advisory}/publish', {
      path: { product, advisory: advisory.id },
      body: {
        when,
        ...(version > 0 ? { change } : {}),
        ...(needsWhy ? { withoutFixBecause: why } : {}),
      },
      ifMatch: etag,
    })
    onDone(say(value.state === 'scheduled' ? 'advisories.isScheduled' : 'advisories.isPublished'))
  }
  return (
    <Confirm
      title={say('advisories.publish')}
      act={say(when === 'now' ? 'advisories.publishNow' : 'advisories.publishFixed')}
      word={advisory.id}
      canConfirm={(version === 0 || change.trim() !== '') && (!needsWhy || why.trim() !== '')}
      onConfirm={publish}
      onClose={onClose}
    >
      <p>{say('advisories.publishText')}</p>
      {errors > 0 && <p>{say('advisories.errorsFirst', { count: errors })}</p>}
      {flaws.length > 0 && (
        <>
          <p>{say('advisories.flaws')}</p>
          <ul>
            {flaws.map((flaw) => (
              <li key={flaw}>
                <FlawWords flaw={flaw} />
              </li>
            ))}
          </ul>
        </>
      )}
      {!isFixed && (
        <>
          <p>{say('advisories.unfixed', { names: unfixed.join(', ') })}</p>
          {version === 0 && (
            <ChoiceField
              label={say('advisories.when')}
              value={when}
              choices={[
                { value: 'fixed', label: say('advisories.publishFixed') },
                { value: 'now', label: say('advisories.publishNow') },
              ]}
              onValue={setWhen}
            />
          )}
        </>
      )}
      {needsWhy && (
        <TextField label={say('advisories.withoutFix')} rows={2} value={why} onValue={setWhy} />
      )}
      {version > 0 && (
        <TextField label={say('advisories.change')} value={change} onValue={setChange} />
      )}
    </Confirm>
  )
}
