/**
 * Matches the SBOM of a release with all feeds, some components at a time. A thread that knows no database says by what
 * records have to be looked up, remembers them, and says which of them are about these components. Pure answers go in,
 * findings come out.
 */
import { Worker } from 'node:worker_threads'
import type { MatchableComponent } from '@fleetward/vulnerability'
import type { Cover, KeyRow } from '../feeds/feed.ts'
import type { Stores } from '../stores.ts'
import type { FoundHole, ReleaseCoverage } from './finding.ts'

const COMPONENTS_AT_ONCE = 200
const KEYS_AT_ONCE = 500
const LISTED_MAX_COUNT = 1_000
/** Of one SBOM. An honest one takes a second. */
const SBOM_LIMIT_MS = 600_000
const TIME_LIMIT_MS = 120_000
const MEMORY_LIMIT_MIB = 1024

export type MatchQuestion =
  | {
      readonly is: 'components'
      /** Of the feeds: what was remembered of others counts for nothing. */
      readonly revision: number
      readonly covers: readonly Cover[]
      readonly components: readonly MatchableComponent[]
      /** Of an SBOM. */
      readonly isFirst: boolean
    }
  | {
      readonly is: 'records'
      readonly keys: readonly KeyRow[]
      /** JSON. */
      readonly records: readonly string[]
    }

export type MatchMessage =
  | { readonly is: 'wanted'; readonly keys: readonly KeyRow[] }
  | { readonly is: 'matched'; readonly answer: MatchAnswer | undefined }

export interface MatchAnswer {
  readonly holes: readonly FoundHole[]
  readonly coverage: ReleaseCoverage
}

function started(): Worker {
  const worker = new Worker(new URL('./match-thread.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_LIMIT_MIB },
  })
  // Between two questions too: an error that nobody listens for would end the server.
  worker.on('error', () => {})
  return worker
}

/** One thread for as many questions as there are. Rejects when the thread ends or takes too long. */
export class Matcher {
  #worker: Worker | undefined

  async ask(question: MatchQuestion): Promise<MatchMessage> {
    this.#worker ??= started()
    const worker = this.#worker
    const { promise, resolve, reject } = Promise.withResolvers<MatchMessage>()
    const fail = (cause?: unknown) =>
      reject(new Error('The matching did not end as it should', { cause }))
    const timer = setTimeout(() => void worker.terminate(), TIME_LIMIT_MS)
    worker.once('message', resolve)
    worker.once('error', fail)
    worker.once('exit', fail)
    try {
      worker.postMessage(question)
      return await promise
    } catch (error) {
      this.#worker = undefined
      throw error
    } finally {
      clearTimeout(timer)
      worker.off('message', resolve).off('error', fail).off('exit', fail)
    }
  }

  async stop(): Promise<void> {
    await this.#worker?.terminate()
    this.#worker = undefined
  }
}

/** More holes than anybody could read, or hours of work: matched with nothing, so that no gate opens on a part of it. */
export class TooMuchToMatchError extends Error {
  override readonly name = 'TooMuchToMatchError'
}

export async function matchSbom(
  { feeds, sboms }: Pick<Stores, 'feeds' | 'sboms'>,
  matcher: Matcher,
  sbom: string,
  { revision, covers }: { readonly revision: number; readonly covers: readonly Cover[] },
  /** Asked between two steps. */
  mayGoOn: () => boolean = () => true,
): Promise<MatchAnswer | undefined> {
  const holes: FoundHole[] = []
  let coverage: ReleaseCoverage = NOTHING
  const begun = performance.now()
  for (let from = 0; mayGoOn(); from += COMPONENTS_AT_ONCE) {
    const components = await sboms.components(sbom, from, from + COMPONENTS_AT_ONCE)
    if (components.length === 0) return { holes, coverage }
    const isFirst = from === 0
    const asked = await matcher.ask({
      ...{ is: 'components', revision, covers, components: components.map(matchable), isFirst },
    })
    const keys = asked.is === 'wanted' ? asked.keys : []
    const records: string[] = []
    for (let at = 0; at < keys.length; at += KEYS_AT_ONCE) {
      for (const one of await feeds.byKeys(keys.slice(at, at + KEYS_AT_ONCE))) records.push(one)
    }
    const matched = await matcher.ask({ is: 'records', keys, records })
    if (matched.is !== 'matched') throw new Error('The matching answered another question')
    if (matched.answer === undefined || performance.now() - begun > SBOM_LIMIT_MS) {
      throw new TooMuchToMatchError('It has too many holes, or components that take too long')
    }
    for (const hole of matched.answer.holes) holes.push(hole)
    coverage = added(coverage, matched.answer.coverage)
  }
  return undefined
}

/** Licences and hashes are most of a component, and nobody asks for them here. */
function matchable({ ref, name, version, purl, cpes }: MatchableComponent): MatchableComponent {
  return { ref, name, version, purl, cpes }
}

const NOTHING: ReleaseCoverage = {
  ...{ componentCount: 0, lookedUpCount: 0, notLookedUp: [], notLookedUpCounts: {} },
  ...{ undecided: [], undecidedCounts: {}, sourceAssumedCount: 0 },
}

function added(one: ReleaseCoverage, other: ReleaseCoverage): ReleaseCoverage {
  return {
    componentCount: one.componentCount + other.componentCount,
    lookedUpCount: one.lookedUpCount + other.lookedUpCount,
    notLookedUp: [...one.notLookedUp, ...other.notLookedUp].slice(0, LISTED_MAX_COUNT),
    notLookedUpCounts: sums(one.notLookedUpCounts, other.notLookedUpCounts),
    undecided: [...one.undecided, ...other.undecided].slice(0, LISTED_MAX_COUNT),
    undecidedCounts: sums(one.undecidedCounts, other.undecidedCounts),
    sourceAssumedCount: one.sourceAssumedCount + other.sourceAssumedCount,
  }
}

function sums(
  one: Readonly<Record<string, number>>,
  other: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const both = new Map(Object.entries(one))
  for (const [reason, count] of Object.entries(other)) {
    both.set(reason, (both.get(reason) ?? 0) + count)
  }
  return Object.fromEntries(both)
}
