/**
 * A form for something that the server keeps: fields of its schema, If-Match with what was seen, and when somebody else
 * was faster both versions. What was typed stays until it is saved or thrown away by its writer.
 */
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { Answer } from '../api/call.ts'
import { Refused } from '../api/refused.ts'
import { useDoing } from '../live/doing.ts'
import { Conflict, type ConflictField } from '../pieces/dialogs/conflict.tsx'
import { ProblemNote } from '../pieces/told/problem-note.tsx'
import { announce } from '../pieces/told/said.tsx'
import { say } from '../words/say.tsx'
import { type Draft, differences, draftOf, rebased, requestOf, type Value } from './draft.ts'
import { Fields } from './fields.tsx'
import type { FormField } from './form-field.ts'
import { keepDraft, keptDraft } from './kept-drafts.ts'
import { Leaving } from './leaving.tsx'
import { fieldName } from './names.ts'
import { writtenText } from './written.tsx'

export interface EditFormProps {
  /** Of what is edited: drafts are kept by it. */
  readonly id: string
  readonly fields: readonly FormField[]
  readonly value: Value
  readonly etag: string
  readonly save: (value: Value, etag: string) => Promise<unknown>
  /** How it stands now, when somebody else changed it. */
  readonly reload?: () => Promise<Pick<Answer<Value>, 'value' | 'etag'>>
  /** What differs then, where that is no matter of fields. */
  readonly conflict?: (mine: Draft) => readonly ConflictField[]
  readonly onSaved?: () => void
  readonly onCancel?: () => void
  /** What the button says. */
  readonly act?: string
  /** Where what is left out stays as it was. */
  readonly emptyLists?: boolean
  /** The request has these fields alone, and nothing of what the server keeps beside them. */
  readonly isAlone?: boolean
  readonly children?: ComponentChildren
}

interface Other {
  readonly value: Value
  readonly etag: string
  readonly draft: Draft
  readonly mine: Draft
}

export function EditForm(props: EditFormProps) {
  const { id, fields, value, etag, save, reload, onSaved, onCancel, act, emptyLists } = props
  const [kept, setKept] = useState(() => keptDraft(id))
  const [other, setOther] = useState<Other>()
  const doing = useDoing()
  const base = kept?.base ?? value
  const before = draftOf(fields, base)
  const draft = kept?.draft ?? before
  const isUnsaved = differences(before, draft).length > 0
  const change = (next: Draft | undefined, from: { base: Value; etag: string }) => {
    const entry = next === undefined ? undefined : { draft: next, ...from }
    keepDraft(id, entry)
    setKept(entry)
  }
  const write = (next: Draft) => change(next, { base, etag: kept?.etag ?? etag })
  const send = async (sent: Draft, on: { base: Value; etag: string }) => {
    const done = await doing.run(async () => {
      try {
        const body = requestOf(fields, sent, {
          ...(props.isAlone === true ? {} : { base: on.base }),
          ...(emptyLists === undefined ? {} : { emptyLists }),
        })
        await save(body, on.etag)
      } catch (error) {
        if (!(error instanceof Refused && error.isConflict && reload !== undefined)) throw error
        const now = await reload()
        const theirs = draftOf(fields, now.value)
        setOther({ ...now, draft: theirs, mine: rebased(before, sent, theirs) })
        throw error
      }
    })
    if (!done) return
    setOther(undefined)
    change(undefined, { base, etag })
    announce(say('form.saved'))
    onSaved?.()
  }
  return (
    <>
      <Leaving isUnsaved={isUnsaved} />
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (!doing.isBusy) void send(draft, { base, etag: kept?.etag ?? etag })
        }}
      >
        {props.children}
        <Fields {...{ fields, draft }} errors={doing.fields} onDraft={write} />
        {doing.error !== undefined && other === undefined && <ProblemNote error={doing.error} />}
        <div class="form-bar">
          <button type="submit" class="first" disabled={doing.isBusy}>
            {act ?? say('pieces.save')}
          </button>
          {isUnsaved && (
            <button type="button" onClick={() => change(undefined, { base, etag })}>
              {say('form.discard')}
            </button>
          )}
          {onCancel !== undefined && (
            <button type="button" onClick={onCancel}>
              {say('pieces.cancel')}
            </button>
          )}
          {isUnsaved && <span class="quiet">{say('form.unsaved')}</span>}
        </div>
      </form>
      {other !== undefined && (
        <Conflict
          fields={
            props.conflict?.(other.mine) ??
            differences(other.mine, other.draft).map((path) => ({
              name: fieldName(path),
              mine: shown(fields, path, other.mine),
              theirs: shown(fields, path, other.draft),
            }))
          }
          onKeepMine={() => {
            change(other.mine, { base: other.value, etag: other.etag })
            void send(other.mine, { base: other.value, etag: other.etag })
          }}
          onTakeTheirs={() => {
            change(undefined, { base: other.value, etag: other.etag })
            setOther(undefined)
            doing.forget()
            onSaved?.()
          }}
          onClose={() => setOther(undefined)}
        />
      )}
    </>
  )
}

function shown(fields: readonly FormField[], path: string, draft: Draft): string {
  const field = fields.find((one) => one.path === path)
  const text = draft[path] ?? ''
  return field === undefined ? text : writtenText(field, text)
}
