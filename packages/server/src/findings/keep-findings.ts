/**
 * What a matching found becomes findings, in one transaction with the events of it: new ones, those that are exploited
 * since the last time, and the end of those that are gone. A hole that got another name meanwhile stays the finding it
 * was.
 */
import { randomUUID } from 'node:crypto'
import { suggestExploited } from '../cases/suggest-exploited.ts'
import type { Likelihood } from '../feeds/feed-store.ts'
import { tellEarlierDeadlines } from '../rollouts/deadlines/deadline-watch.ts'
import type { Stores } from '../stores.ts'
import type { Finding, FoundHole, MatchedRelease } from './finding.ts'

export async function keepFindings(
  stores: Stores,
  product: string,
  matched: MatchedRelease,
  holes: readonly FoundHole[],
): Promise<void> {
  const { findings, feeds } = stores
  const { version, generation, at } = matched
  const names = [...new Set(holes.flatMap((hole) => [...hole.names, ...hole.upstream]))]
  const exploited = await feeds.exploitedAmong(names)
  const likelihoods = await feeds.epssOf(names)
  const components = [...new Set(holes.map(({ component }) => component))]
  const known = Map.groupBy(
    await findings.ofComponents(product, components),
    ({ component }) => component,
  )
  for (const hole of holes) {
    const ofComponent = known.get(hole.component) ?? []
    const before = ofComponent.find((one) => one.names.some((name) => hole.names.includes(name)))
    const isExploited = [...hole.names, ...hole.upstream].some((name) => exploited.has(name))
    const finding = findingOf(hole, { product, before, at, isExploited, likelihoods })
    if (before === undefined) {
      await findings.add(finding)
      known.set(hole.component, [...ofComponent, finding])
    } else {
      await findings.replace(finding)
      known.set(
        hole.component,
        ofComponent.map((one) => (one.id === finding.id ? finding : one)),
      )
    }
    await findings.seen({
      ...{ finding: finding.id, product, version, generation, at, ref: hole.ref },
      ...{ componentVersion: hole.componentVersion, purl: hole.purl, why: hole.why },
    })
    await tell(stores, before, finding, version)
  }
  const ended = await findings.endUnseen({ product, version }, generation, at)
  await findings.endWithoutReleases(ended, at)
  await findings.saveMatched(product, matched)
}

interface Around {
  readonly product: string
  readonly before: Finding | undefined
  readonly at: number
  readonly isExploited: boolean
  readonly likelihoods: ReadonlyMap<string, Likelihood>
}

function findingOf(
  hole: FoundHole,
  { product, before, at, isExploited, likelihoods }: Around,
): Finding {
  const { component, componentName, name, names, upstream, summary, rating, score, vector } = hole
  const likelihood = names.flatMap((one) => likelihoods.get(one) ?? [])[0]
  return {
    ...{ id: before?.id ?? randomUUID(), product, component, componentName, name, names },
    ...{ upstream, summary, rating, score, vector, isExploited },
    exploitedAt: before?.exploitedAt ?? (isExploited ? at : undefined),
    ...{ epss: likelihood?.probability, epssPercentile: likelihood?.percentile },
    ...{ firstSeenAt: before?.firstSeenAt ?? at, lastSeenAt: at, endedAt: undefined },
  }
}

async function tell(
  stores: Stores,
  before: Finding | undefined,
  finding: Finding,
  release: string,
): Promise<void> {
  const { events } = stores
  const { id, product, name, component, rating, isExploited, exploitedAt } = finding
  const { lastSeenAt: at } = finding
  const data = { finding: id, vulnerability: name, component, rating, isExploited, release }
  if (before === undefined || before.endedAt !== undefined) {
    await events.add({ at, type: 'finding.found', product, data })
  }
  // Known before, and on no list then: whoever is told of a new one hears with it whether it is exploited.
  if (before !== undefined && before.exploitedAt === undefined && exploitedAt !== undefined) {
    await events.add({ at, type: 'finding.newly-exploited', product, data })
  }
  if (before?.exploitedAt === undefined && exploitedAt !== undefined) {
    await tellEarlierDeadlines(stores, finding, at)
    await suggestExploited(stores, finding, at)
  }
}
