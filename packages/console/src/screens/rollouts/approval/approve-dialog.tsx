/**
 * What is approved is what stands here: it is asked for when the dialog opens and stays as it was, and the approval says
 * which it was. When it has changed meanwhile, nothing is approved, and the dialog shows what it is now.
 */
import { useState } from 'preact/hooks'
import { call } from '../../../api/call.ts'
import { Refused } from '../../../api/refused.ts'
import { useAsked } from '../../../live/asked.ts'
import { useDoing } from '../../../live/doing.ts'
import { Dialog } from '../../../pieces/dialogs/dialog.tsx'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { ProblemNote } from '../../../pieces/told/problem-note.tsx'
import { announce } from '../../../pieces/told/said.tsx'
import { say } from '../../../words/say.tsx'
import { OwnersNotice } from '../plan/owners-notice.tsx'
import { PreviewTable } from '../plan/preview-table.tsx'
import { RolloutTerms } from '../plan/rollout-terms.tsx'

export interface ApproveDialogProps {
  readonly product: string
  readonly id: string
  readonly again: () => void
  readonly onClose: () => void
}

export function ApproveDialog({ product, id, again, onClose }: ApproveDialogProps) {
  const [hasChanged, setChanged] = useState(false)
  const doing = useDoing()
  const path = { product, id }
  const asked = useAsked(
    async (signal) => {
      const rollout = await call('GET /products/{product}/rollouts/{id}', { path, signal })
      const preview = await call('GET /products/{product}/rollouts/{id}/preview', { path, signal })
      return { rollout: rollout.value, etag: rollout.etag, preview: preview.value }
    },
    [product, id],
  )
  const approve = async (ifMatch: string) => {
    setChanged(false)
    const isDone = await doing.run(async () => {
      try {
        await call('POST /products/{product}/rollouts/{id}/approve', { path, ifMatch })
      } catch (error) {
        if (!(error instanceof Refused && error.isConflict)) throw error
        setChanged(true)
        asked.again()
        throw error
      }
    })
    again()
    if (!isDone) return
    announce(say('rollouts.approvedNow'))
    onClose()
  }
  const seen = asked.value
  return (
    <Dialog
      isWide
      title={say('rollouts.approveTitle')}
      {...{ onClose }}
      actions={
        <>
          <button type="button" onClick={onClose}>
            {say('pieces.cancel')}
          </button>
          <button
            type="button"
            class="first"
            disabled={seen === undefined || asked.isLoading || doing.isBusy}
            onClick={() => seen !== undefined && void approve(seen.etag)}
          >
            {say('rollouts.approve')}
          </button>
        </>
      }
    >
      {hasChanged && (
        <p class="problem" role="alert">
          {say('rollouts.changedLookAgain')}
        </p>
      )}
      {!hasChanged && doing.error !== undefined && <ProblemNote error={doing.error} />}
      <Loaded {...{ asked }}>
        {({ rollout, preview }) => (
          <>
            <p>
              {say('rollouts.approveText', { release: rollout.release, cohort: rollout.cohort })}
            </p>
            <PreviewTable {...{ product, preview }} />
            <RolloutTerms {...{ rollout }} />
            <OwnersNotice {...{ product }} release={rollout.release} notice={rollout.notice} />
          </>
        )}
      </Loaded>
    </Dialog>
  )
}
