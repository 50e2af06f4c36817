/** What an entry changed: as it was and as it is, unfolded when somebody asks. */
import type { AuditEntry } from '../../api/operator-api.gen.ts'
import { say } from '../../words/say.tsx'

export function Change({ entry: { before, after } }: { readonly entry: AuditEntry }) {
  if (before === undefined && after === undefined) return null
  return (
    <details>
      <summary>{say('audit.showChange')}</summary>
      {before !== undefined && <Version name={say('audit.before')} value={before} />}
      {after !== undefined && <Version name={say('audit.after')} value={after} />}
    </details>
  )
}

function Version({ name, value }: { readonly name: string; readonly value: unknown }) {
  return (
    <>
      <p class="quiet">{name}</p>
      <pre class="written">
        <code>{JSON.stringify(value, null, 2)}</code>
      </pre>
    </>
  )
}
