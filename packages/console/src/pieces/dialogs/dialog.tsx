/** A dialog of the browser's own kind: it holds the focus, Escape leaves it, and the page behind it waits. */
import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import { say } from '../../words/say.tsx'
import { contentNow, focusAgain, openerNow } from './opener.ts'

export interface DialogProps {
  readonly title: string
  readonly onClose: () => void
  readonly actions?: ComponentChildren
  readonly isWide?: boolean
  readonly children: ComponentChildren
}

export function Dialog({ title, onClose, actions, isWide = false, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useLayoutEffect(() => {
    const element = dialog.current
    const opener = openerNow()
    const { pathname } = location
    element?.showModal()
    return () => {
      element?.close()
      // What led to another page, whose content could not have the focus as long as the dialog held it.
      focusAgain(location.pathname === pathname ? opener : contentNow())
    }
  }, [])
  return (
    <dialog
      ref={dialog}
      class={isWide ? 'dialog wide' : 'dialog'}
      aria-labelledby={id}
      tabIndex={-1}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      <div class="dialog-head">
        <h2 id={id}>{title}</h2>
        <button type="button" class="plain" aria-label={say('pieces.close')} onClick={onClose}>
          ✕
        </button>
      </div>
      <div class="dialog-body">{children}</div>
      {actions !== undefined && <div class="dialog-actions">{actions}</div>}
    </dialog>
  )
}
