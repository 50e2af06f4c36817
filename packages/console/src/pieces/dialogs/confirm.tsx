/** Asks before something is done. What cannot be undone asks for a word to be typed. */
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { useDoing } from '../../live/doing.ts'
import { sayWith } from '../../words/say.tsx'
import { FormDialog } from './form-dialog.tsx'

export interface ConfirmProps {
  readonly title: string
  /** What the button says: the act itself, no "OK". */
  readonly act: string
  readonly isDangerous?: boolean
  /** To be typed, for what cannot be undone. */
  readonly word?: string
  /** The word is asked for, and what follows can still be taken back. */
  readonly canUndo?: boolean
  readonly canConfirm?: boolean
  /** What else it has to show, as a conflict, decides when it closes. */
  readonly closesItself?: boolean
  readonly onConfirm: () => Promise<unknown>
  readonly onClose: () => void
  readonly children?: ComponentChildren
}

export function Confirm(props: ConfirmProps) {
  const { title, act, isDangerous = false, word, canConfirm = true, onConfirm, onClose } = props
  const { canUndo = false, closesItself = true } = props
  const [typed, setTyped] = useState('')
  const doing = useDoing()
  const isReady = canConfirm && (word === undefined || typed === word)
  const confirm = async () => {
    if ((await doing.run(onConfirm)) && closesItself) onClose()
  }
  return (
    <FormDialog
      {...{ title, act, isDangerous, doing, onClose }}
      canSubmit={isReady}
      onSubmit={() => void confirm()}
    >
      {props.children}
      {word !== undefined && (
        <label class="field">
          <span>
            {sayWith(canUndo ? 'pieces.typeWord' : 'pieces.typeToConfirm', {
              word: <code>{word}</code>,
            })}
          </span>
          <input
            type="text"
            autocomplete="off"
            spellcheck={false}
            value={typed}
            onInput={({ currentTarget }) => setTyped(currentTarget.value)}
          />
        </label>
      )}
    </FormDialog>
  )
}
