/** What is known of a hole: its names, how bad it is and why, how likely it is used, and who says so. */
import type { ComponentChildren } from 'preact'
import type { FindingInFull } from '../../../api/operator-api.gen.ts'
import { Time } from '../../../pieces/time.tsx'
import { numberWords, percentWords, say, sayIfKnown } from '../../../words/say.tsx'
import { metricsOf } from './cvss-metrics.ts'

export interface FindingFactsProps {
  readonly finding: FindingInFull
}

export function FindingFacts({ finding }: FindingFactsProps) {
  const { names, upstream, vector, score, epss, epssPercentile, component } = finding
  const records = finding.releases.flatMap(({ why }) => why)
  const sources = [...new Set(records.map(({ record, source }) => `${record} (${source})`))]
  const rows: readonly (readonly [string, ComponentChildren])[] = [
    [say('vulnerabilities.names'), names.join(', ')],
    [say('vulnerabilities.upstream'), upstream.join(', ')],
    [say('vulnerabilities.component'), <code key="component">{component}</code>],
    [
      say('vulnerabilities.score'),
      score === undefined ? undefined : numberWords(score, { minimumFractionDigits: 1 }),
    ],
    [
      say('vulnerabilities.vector'),
      vector === undefined ? (
        say('vulnerabilities.noVector')
      ) : (
        <>
          <p>{metricWords(vector)}</p>
          <code class="quiet">{vector}</code>
        </>
      ),
    ],
    [
      say('vulnerabilities.epss'),
      epss === undefined
        ? undefined
        : say('vulnerabilities.epssSays', {
            share: percentWords(epss),
            percentile: percentWords(epssPercentile ?? 0),
          }),
    ],
    [
      say('vulnerabilities.exploitedSince'),
      finding.exploitedAt === undefined ? undefined : <Time at={finding.exploitedAt} isExact />,
    ],
    [say('vulnerabilities.since'), <Time key="since" at={finding.firstSeenAt} isExact />],
    [
      say('vulnerabilities.ended'),
      finding.endedAt === undefined ? undefined : <Time at={finding.endedAt} isExact />,
    ],
    [say('vulnerabilities.sources'), sources.join(', ')],
  ]
  return (
    <section class="card" aria-labelledby="what">
      <h2 id="what">{say('vulnerabilities.what')}</h2>
      <dl class="facts">
        {rows
          .filter(([, value]) => value !== undefined && value !== '')
          .map(([name, value]) => (
            <>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </>
          ))}
      </dl>
    </section>
  )
}

function metricWords(vector: string): string {
  return metricsOf(vector)
    .map(({ code, word }) => sayIfKnown('vulnerabilities', `cvss-${word}`) ?? code)
    .join(' · ')
}
