/**
 * Matches the SBOM of a release with all feeds. The database finds the records that could be about its components, some
 * components at a time; a thread that knows no database says which are. Pure answers go in, findings come out.
 */
import { Worker } from 'node:worker_threads'
import type { Component } from '@fleetward/vulnerability'
import type { Cover } from '../feeds/feed.ts'
import type { Stores } from '../stores.ts'
import type { FoundHole, ReleaseCoverage } from './finding.ts'

const COMPONENTS_AT_ONCE = 200
const LISTED_MAX_COUNT = 1_000
const TIME_LIMIT_MS = 120_000
const MEMORY_LIMIT_MIB = 1024

export interface MatchQuestion {
  readonly components: readonly Component[]
  /** JSON. */
  readonly records: readonly string[]
  readonly covers: readonly Cover[]
}

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

  async ask(question: MatchQuestion): Promise<MatchAnswer> {
    this.#worker ??= started()
    const worker = this.#worker
    const { promise, resolve, reject } = Promise.withResolvers<MatchAnswer>()
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

export async function matchSbom(
  { feeds, sboms }: Pick<Stores, 'feeds' | 'sboms'>,
  matcher: Matcher,
  sbom: string,
  covers: readonly Cover[],
): Promise<MatchAnswer> {
  const holes: FoundHole[] = []
  let coverage: ReleaseCoverage = NOTHING
  for (let from = 0; ; from += COMPONENTS_AT_ONCE) {
    const to = from + COMPONENTS_AT_ONCE
    const components = await sboms.components(sbom, from, to)
    if (components.length === 0) return { holes, coverage }
    const records = await feeds.forComponents(sbom, from, to)
    const answer = await matcher.ask({ components, records, covers })
    holes.push(...answer.holes)
    coverage = added(coverage, answer.coverage)
  }
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
