/** A dialog with a form: its button says what it does, what was refused stands below the fields, and nothing is sent twice. */
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import type { Doing } from '../../live/doing.ts'
import { say } from '../../words/say.tsx'
import { ProblemNote } from '../told/problem-note.tsx'
import { Dialog } from './dialog.tsx'

export interface FormDialogProps {
  readonly title: string
  /** What the button says: the act itself, no "OK". */
  readonly act: string
  readonly isDangerous?: boolean
  readonly canSubmit?: boolean
  readonly doing: Doing
  readonly onSubmit: () => void
  readonly onClose: () => void
  /** What came of it: stands instead of the form until the viewer closes it. */
  readonly outcome?: ComponentChildren
  /** The fields. */
  readonly children: ComponentChildren
}

export function FormDialog(props: FormDialogProps) {
  const { title, act, isDangerous = false, canSubmit = true, doing, onSubmit } = props
  const { outcome, children } = props
  // Some dialogs are kept by who opens them, and what was refused once is not said the next time.
  const onClose = () => {
    doing.forget()
    props.onClose()
  }
  const id = useId()
  const isOver = outcome !== undefined
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        isOver ? (
          <button type="button" class="first" onClick={onClose}>
            {say('pieces.done')}
          </button>
        ) : (
          <>
            {/* Some acts take the server a while, and a dialog that only stands there looks broken. */}
            <span role="status" class="quiet">
              {doing.isBusy && say('pieces.underWay')}
            </span>
            {/* What was sent cannot be called back: the dialog can still be closed. */}
            <button type="button" disabled={doing.isBusy} onClick={onClose}>
              {say('pieces.cancel')}
            </button>
            <button
              type="submit"
              form={id}
              class={isDangerous ? 'first danger' : 'first'}
              disabled={!canSubmit || doing.isBusy}
            >
              {act}
            </button>
          </>
        )
      }
    >
      {isOver ? (
        outcome
      ) : (
        <form
          id={id}
          class="stack"
          onSubmit={(event) => {
            event.preventDefault()
            if (canSubmit && !doing.isBusy) onSubmit()
          }}
        >
          {children}
          {doing.error !== undefined && <ProblemNote error={doing.error} />}
        </form>
      )}
    </Dialog>
  )
}
