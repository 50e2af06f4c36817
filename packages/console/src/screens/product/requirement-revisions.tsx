/** What was answered before, by whom. */
import { useState } from 'preact/hooks'
import { call } from '../../api/call.ts'
import type { RequirementRow } from '../../api/operator-api.gen.ts'
import { FORMS } from '../../forms/forms.gen.ts'
import { Written } from '../../forms/written.tsx'
import { useAsked } from '../../live/asked.ts'
import { Loaded } from '../../pieces/loaded.tsx'
import { Time } from '../../pieces/time.tsx'
import { say } from '../../words/say.tsx'

interface RevisionsProps {
  readonly product: string
  readonly row: RequirementRow
}

export function RequirementRevisions(props: RevisionsProps) {
  const [isOpen, setOpen] = useState(false)
  if (props.row.revision === 0) return null
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{say('product.versions')}</summary>
      {isOpen && <Revisions {...props} />}
    </details>
  )
}

function Revisions({ product, row }: RevisionsProps) {
  const path = { product, requirement: row.id }
  const asked = useAsked(
    async (signal) =>
      (
        await call('GET /products/{product}/requirements/{requirement}/revisions', {
          ...{ path, signal },
        })
      ).value,
    [product, row.id, row.revision],
  )
  return (
    <Loaded asked={asked}>
      {(revisions) => (
        <ol class="plain-list stack">
          {revisions.map(({ revision, at, by, answer }) => (
            <li key={revision} class="stack tight">
              <strong>
                {say('product.version', { version: revision })} · <Time at={at} isExact /> · {by}
              </strong>
              <Written fields={FORMS.RequirementAnswer} value={{ ...answer }} />
            </li>
          ))}
        </ol>
      )}
    </Loaded>
  )
}
