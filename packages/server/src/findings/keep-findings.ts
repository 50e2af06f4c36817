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
import type { Sighting } from './finding-store.ts'

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
  const known = new KnownFindings()
  const components = [...new Set(holes.map(({ component }) => component))]
  for (const one of await findings.ofComponents(product, components)) known.add(one)
  const saved = new Map<string, Finding>()
  const news: { readonly before: Finding | undefined; readonly finding: Finding }[] = []
  const sightings = new Map<string, Map<string, Sighting>>()
  for (const hole of holes) {
    const before = known.find(hole)
    const isExploited = [...hole.names, ...hole.upstream].some((name) => exploited.has(name))
    const finding = findingOf(hole, { product, before, at, isExploited, likelihoods })
    known.add(finding)
    saved.set(finding.id, finding)
    const places = sightings.get(finding.id) ?? new Map<string, Sighting>()
    sightings.set(finding.id, places)
    places.set(hole.ref, {
      ...{ finding: finding.id, product, version, generation, at, ref: hole.ref },
      ...{ componentVersion: hole.componentVersion, purl: hole.purl, why: hole.why },
    })
    news.push({ before, finding })
  }
  await findings.save([...saved.values()])
  await findings.seen([...sightings.values()].flatMap((places) => [...places.values()]))
  // Whoever is told looks at the releases that it is in.
  for (const { before, finding } of news) await tell(stores, before, finding, version)
  const ended = await findings.endUnseen({ product, version }, generation, at)
  await findings.endWithoutReleases(ended, at)
  await findings.saveMatched(product, matched)
}

/** By component and each name of the hole: thousands of holes of one kernel are found without a walk over all of them. */
class KnownFindings {
  readonly #byComponent = new Map<string, Map<string, Finding>>()

  add(finding: Finding): void {
    const byName = this.#byComponent.get(finding.component) ?? new Map<string, Finding>()
    this.#byComponent.set(finding.component, byName)
    for (const name of finding.names) byName.set(name, finding)
  }

  /** A hole that got another name meanwhile is the finding it was. */
  find({ component, names }: FoundHole): Finding | undefined {
    const byName = this.#byComponent.get(component)
    for (const name of names) {
      const found = byName?.get(name)
      if (found !== undefined) return found
    }
    return undefined
  }
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
  const isNew = before === undefined || before.endedAt !== undefined
  const becameExploited = before?.exploitedAt === undefined && exploitedAt !== undefined
  if (isNew) await events.add({ at, type: 'finding.found', product, data })
  // Also of a new one: whoever is woken for what is exploited hears nothing else, and how often feeds come and when
  // they are matched decides whether a hole was known before.
  if (becameExploited || (isNew && isExploited)) {
    await events.add({ at, type: 'finding.newly-exploited', product, data })
  }
  if (becameExploited) {
    await tellEarlierDeadlines(stores, finding, at)
    await suggestExploited(stores, finding, at)
  }
}
