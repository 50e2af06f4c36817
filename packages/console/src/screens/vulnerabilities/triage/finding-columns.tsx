/** What the list tells of each finding. */
import { to } from '../../../addresses.ts'
import type { Finding } from '../../../api/operator-api.gen.ts'
import type { Column } from '../../../pieces/tables/data-table.tsx'
import { Time } from '../../../pieces/time.tsx'
import { percentWords, say } from '../../../words/say.tsx'
import { AnswerTags, statusWords } from '../answer-tags.tsx'
import { answersByStatus } from '../finding-words.ts'
import { ExploitedTag, RatingTag } from '../rating-tag.tsx'

export function findingColumns(product: string): readonly Column<Finding>[] {
  return [
    {
      ...{ id: 'vulnerability', name: say('vulnerabilities.vulnerability') },
      show: ({ id, vulnerability, summary }) => (
        <>
          <a href={to.finding(product, id)} data-finding={id}>
            {vulnerability}
          </a>
          <p class="quiet summary">{summary}</p>
        </>
      ),
      text: ({ vulnerability }) => vulnerability,
    },
    {
      ...{ id: 'rating', name: say('vulnerabilities.rating') },
      show: (finding) => (
        <>
          <RatingTag {...finding} /> <ExploitedTag {...finding} />
        </>
      ),
      text: ({ rating, score, isExploited }) =>
        [rating, score, isExploited ? 'exploited' : undefined].filter(Boolean).join(' '),
    },
    {
      ...{ id: 'epss', name: say('vulnerabilities.epss'), isNumber: true },
      show: ({ epss }) => (epss === undefined ? '–' : percentWords(epss)),
      text: ({ epss }) => epss,
    },
    {
      ...{ id: 'component', name: say('vulnerabilities.component') },
      show: ({ componentName }) => componentName,
      text: ({ component }) => component,
    },
    {
      ...{ id: 'answers', name: say('vulnerabilities.answers') },
      show: (finding) => <AnswerTags finding={finding} />,
      text: (finding) =>
        [...answersByStatus(finding)]
          .map(([status, versions]) => `${statusWords(status)}: ${versions.join(' ')}`)
          .join('; '),
    },
    {
      ...{ id: 'since', name: say('vulnerabilities.since') },
      show: ({ firstSeenAt }) => <Time at={firstSeenAt} />,
      text: ({ firstSeenAt }) => new Date(firstSeenAt * 1000).toISOString(),
    },
    {
      ...{ id: 'names', name: say('vulnerabilities.names'), isExtra: true },
      show: ({ names }) => names.join(', '),
      text: ({ names }) => names.join(' '),
    },
  ]
}
