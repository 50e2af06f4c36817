/** What stood in a record before, by whom; what was removed is a revision without content. */
import { useState } from 'preact/hooks'
import type { Answer } from '../../../api/call.ts'
import type { Value } from '../../../forms/draft.ts'
import type { FormField } from '../../../forms/form-field.ts'
import { Written } from '../../../forms/written.tsx'
import { useAsked } from '../../../live/asked.ts'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { Time } from '../../../pieces/time.tsx'
import { say } from '../../../words/say.tsx'

export interface RecordRevision {
  readonly revision: number
  readonly at: number
  readonly by: string
  readonly content?: Value | undefined
}

export interface RecordHistoryProps {
  /** Of what: another one is asked for anew. */
  readonly of: string
  readonly fields: readonly FormField[]
  readonly ask: (signal: AbortSignal) => Promise<Answer<readonly RecordRevision[]>>
}

export function RecordHistory(props: RecordHistoryProps) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{say('product.versions')}</summary>
      {isOpen && <Revisions {...props} />}
    </details>
  )
}

function Revisions({ of, fields, ask }: RecordHistoryProps) {
  const asked = useAsked(ask, [of])
  return (
    <Loaded asked={asked}>
      {({ value }) => (
        <ol class="plain-list stack">
          {value.map(({ revision, at, by, content }) => (
            <li key={revision} class="stack tight">
              <strong>
                {say('product.version', { version: revision })} · <Time at={at} isExact /> · {by}
              </strong>
              {content === undefined ? (
                <p>{say('product.removed')}</p>
              ) : (
                <Written fields={fields} value={content} />
              )}
            </li>
          ))}
        </ol>
      )}
    </Loaded>
  )
}
