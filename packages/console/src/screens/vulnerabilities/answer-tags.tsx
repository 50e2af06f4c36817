/** What was said of a finding, and of which releases. */
import type { Finding } from '../../api/operator-api.gen.ts'
import { Tag } from '../../pieces/tag.tsx'
import { say, sayIfKnown } from '../../words/say.tsx'
import { answersByStatus, statusTone } from './finding-words.ts'

export function statusWords(status: string | undefined): string {
  if (status === undefined) return say('vulnerabilities.unanswered')
  return sayIfKnown('vulnerabilities', `status-${status}`) ?? status
}

export function AnswerTags({ finding }: { readonly finding: Pick<Finding, 'answers'> }) {
  return (
    <ul class="plain-list">
      {[...answersByStatus(finding)].map(([status, versions]) => (
        <li key={status ?? ''}>
          <Tag tone={status === undefined ? 'waits' : statusTone(status)}>
            {statusWords(status)}
          </Tag>{' '}
          <span class="quiet">{versions.join(', ')}</span>
        </li>
      ))}
    </ul>
  )
}
