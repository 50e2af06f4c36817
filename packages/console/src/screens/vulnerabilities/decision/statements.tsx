/** Everything that persons said of a finding, the newest first, and what others suggest. */
import type { FindingInFull, VexStatement } from '../../../api/operator-api.gen.ts'
import { Tag } from '../../../pieces/tag.tsx'
import { Time } from '../../../pieces/time.tsx'
import { say } from '../../../words/say.tsx'
import { statusWords } from '../answer-tags.tsx'
import { statusTone } from '../finding-words.ts'
import { factWords } from './decide-conflict.tsx'
import { versionsOf } from './decision.ts'

export function Statements({ finding }: { readonly finding: FindingInFull }) {
  const { statements, suggestions } = finding
  return (
    <>
      {statements.length === 0 ? (
        <p class="quiet">{say('vulnerabilities.nobodySaid')}</p>
      ) : (
        newestFirst(statements).map((one) => <Said key={one.id} statement={one} />)
      )}
      {suggestions.length > 0 && (
        <details>
          <summary>{say('vulnerabilities.suggestions', { count: suggestions.length })}</summary>
          <p class="quiet">{say('vulnerabilities.suggestionsMean')}</p>
          {newestFirst(suggestions).map((one) => (
            <Said key={`${one.id} ${one.revision}`} statement={one} />
          ))}
        </details>
      )}
    </>
  )
}

function newestFirst(statements: readonly VexStatement[]): readonly VexStatement[] {
  return statements.toSorted((one, other) => other.at - one.at)
}

function Said({ statement }: { readonly statement: VexStatement }) {
  const { verdict, by, at, note } = statement
  const status = String(verdict.status)
  return (
    <div class="statement">
      <p>
        <Tag tone={statusTone(status)}>{statusWords(status)}</Tag>{' '}
        {versionsOf(statement).join(', ')}
      </p>
      {[...factWords(verdict)].map(([name, words]) => (
        <p key={name}>
          <span class="quiet">{name}:</span> {words}
        </p>
      ))}
      {note !== undefined && <p class="written">{note}</p>}
      <p class="quiet">
        {String(by.name ?? by.publisher ?? '')} · <Time at={at} isExact />
      </p>
    </div>
  )
}
