/** The thread of match-release.ts: components against the records that could be about them, without a database. */
import { parentPort } from 'node:worker_threads'
import type { Vulnerability } from '@fleetward/vulnerability'
import {
  assessSeverity,
  type ComponentMatch,
  coverageOf,
  groupByAliases,
  matchComponent,
} from '@fleetward/vulnerability'
import { candidatesOf } from './candidates-of.ts'
import { componentOf } from './component-name.ts'
import type { FoundHole } from './finding.ts'
import type { MatchAnswer, MatchQuestion } from './match-release.ts'

const LISTED_MAX_COUNT = 1_000

parentPort?.on('message', (question: MatchQuestion) => {
  parentPort?.postMessage(answerTo(question))
})

function answerTo({ components, records, covers }: MatchQuestion): MatchAnswer {
  const candidates = candidatesOf(
    records.map((record) => JSON.parse(record) as Vulnerability),
    covers,
  )
  const matches = components.map((component) => matchComponent(component, candidates))
  const coverage = coverageOf(matches)
  return {
    holes: matches.flatMap(holesIn),
    coverage: {
      ...{ componentCount: coverage.componentCount, lookedUpCount: coverage.lookedUpCount },
      notLookedUp: coverage.notLookedUp
        .slice(0, LISTED_MAX_COUNT)
        .map(({ name, version, obstacles }) => ({
          ...{ name, ...(version === undefined ? {} : { version }), obstacles },
        })),
      notLookedUpCounts: Object.fromEntries(coverage.notLookedUpCounts),
      undecided: coverage.undecided
        .slice(0, LISTED_MAX_COUNT)
        .map(({ name, version, vulnerabilityId: vulnerability, reason, detail }) => ({
          ...{ name, ...(version === undefined ? {} : { version }), vulnerability, reason, detail },
        })),
      undecidedCounts: Object.fromEntries(coverage.undecidedCounts),
      sourceAssumedCount: coverage.sourceAssumedCount,
    },
  }
}

function holesIn({ component, affected }: ComponentMatch): readonly FoundHole[] {
  const { ref, version, purl } = component
  return groupByAliases(affected.map(({ vulnerability }) => vulnerability)).map((group) => {
    const { worst } = assessSeverity(group.vulnerabilities.flatMap(({ severities }) => severities))
    return {
      ...{ component: componentOf(component), componentName: component.name, ref },
      ...{ componentVersion: version, purl, name: group.name, names: group.ids },
      ...{ upstream: group.upstream, rating: worst?.rating ?? 'unknown' },
      ...{ score: worst?.score, vector: worst?.vector },
      summary: group.vulnerabilities.find(({ summary }) => summary !== '')?.summary ?? '',
      why: affected
        .filter(({ vulnerability }) => group.vulnerabilities.includes(vulnerability))
        .map(({ vulnerability: { id, source }, why }) => ({ record: id, source, because: why })),
    }
  })
}
