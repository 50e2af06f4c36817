/** Decides a finding from the list, without leaving it. */
import { call } from '../../../api/call.ts'
import { useAsked } from '../../../live/asked.ts'
import { Dialog } from '../../../pieces/dialogs/dialog.tsx'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { say } from '../../../words/say.tsx'
import type { Status } from '../finding-words.ts'
import { DecideForm } from './decide-form.tsx'

export interface DecideDialogProps {
  readonly product: string
  readonly finding: string
  readonly status: Status
  readonly onDecided: () => void
  readonly onClose: () => void
}

export function DecideDialog({ product, finding, status, ...then }: DecideDialogProps) {
  const asked = useAsked(
    (signal) =>
      call('GET /products/{product}/findings/{finding}', { path: { product, finding }, signal }),
    [product, finding],
  )
  const title = asked.value?.value.vulnerability ?? ''
  return (
    <Dialog title={say('vulnerabilities.decideOn', { title })} onClose={then.onClose}>
      <Loaded asked={asked}>
        {({ value, etag }) => (
          <>
            <p class="quiet">{value.summary}</p>
            <DecideForm
              {...{ product, finding: value, etag, status }}
              onDecided={() => {
                then.onDecided()
                then.onClose()
              }}
            />
          </>
        )}
      </Loaded>
    </Dialog>
  )
}
