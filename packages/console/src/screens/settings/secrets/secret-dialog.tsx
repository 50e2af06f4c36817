/** A form that makes something with a secret, and then the secret, once. */
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import type { Doing } from '../../../live/doing.ts'
import { Dialog } from '../../../pieces/dialogs/dialog.tsx'
import { ProblemNote } from '../../../pieces/told/problem-note.tsx'
import { say } from '../../../words/say.tsx'
import { SecretNote } from './secret-note.tsx'

export interface SecretDialogProps {
  readonly title: string
  /** What the button says. */
  readonly act: string
  readonly doing: Doing
  readonly onSubmit: () => void
  /** Undefined until it was made. */
  readonly secret: string | undefined
  /** What the secret is. */
  readonly what: string
  /** Where it belongs now. */
  readonly keep?: string
  readonly onClose: () => void
  /** The fields. */
  readonly children: ComponentChildren
}

export function SecretDialog(props: SecretDialogProps) {
  const { title, act, doing, onSubmit, secret, what, keep, onClose, children } = props
  const id = useId()
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        secret === undefined ? (
          <button type="submit" form={id} class="first" disabled={doing.isBusy}>
            {act}
          </button>
        ) : (
          <button type="button" class="first" onClick={onClose}>
            {say('pieces.done')}
          </button>
        )
      }
    >
      {secret === undefined ? (
        <form
          id={id}
          class="stack"
          onSubmit={(event) => {
            event.preventDefault()
            onSubmit()
          }}
        >
          {children}
          {doing.error !== undefined && <ProblemNote error={doing.error} />}
        </form>
      ) : (
        <SecretNote {...{ what, keep, secret }} />
      )}
    </Dialog>
  )
}
