/**
 * What the leader does of its own accord: indexes SBOMs that are not, matches releases that have not been matched with
 * the feeds as they are, forgets those that were withdrawn and that no device runs, and sweeps away what imports left behind. One SBOM, one
 * release, some rows at a time: whoever goes on after a kill begins with what is left.
 */
import type { Logger } from 'pino'
import { parseFilter } from '../devices/filter/parse-filter.ts'
import type { Instances } from '../instances/instances.ts'
import { type ArtifactStore, type Clock, secondsOf } from '../ports.ts'
import type { PublishedRelease } from '../releases/release-store.ts'
import { indexSbom } from '../sboms/index-sbom.ts'
import type { Database } from '../stores.ts'
import { keepFindings } from './keep-findings.ts'
import { leaveRelease } from './match-now.ts'
import { type MatchAnswer, Matcher, matchSbom, TooMuchToMatchError } from './match-release.ts'

/** An import says that it is alive with every chunk. */
const IMPORT_SILENT_SECONDS = 900
const SWEPT_AT_ONCE = 2_000

export interface FindingWatchNeeds {
  readonly database: Database
  readonly artifacts: ArtifactStore
  readonly instances: Pick<Instances, 'leads'>
  readonly clock: Clock
  readonly log: Logger
}

export class FindingWatch {
  readonly #needs: FindingWatchNeeds
  #isOver = false
  #under = Promise.resolve()
  /** By SBOM, with which feeds it was too much: with the same ones it is that again. */
  readonly #tooMuch = new Map<string, number>()

  constructor(needs: FindingWatchNeeds) {
    this.#needs = needs
  }

  /** Ends between two steps. */
  async stop(): Promise<void> {
    this.#isOver = true
    await this.#under
  }

  /** One look after the other. */
  tick(): Promise<void> {
    const look = this.#under.then(() => this.#look())
    this.#under = look.catch(() => {
      // Whoever asked for it hears of it.
    })
    return look
  }

  async #look(): Promise<void> {
    const { database } = this.#needs
    if (!this.#mayGoOn()) return
    await database.feeds.giveUp(this.#now() - IMPORT_SILENT_SECONDS)
    const matcher = new Matcher()
    try {
      for (const { id } of await database.products.all()) {
        for (const release of await database.releases.ofProduct(id)) {
          if (!this.#mayGoOn()) return
          await this.#settle(matcher, id, release)
        }
      }
    } finally {
      await matcher.stop()
    }
    while (this.#mayGoOn() && (await database.feeds.sweep(SWEPT_AT_ONCE)) > 0);
  }

  async #settle(matcher: Matcher, product: string, published: PublishedRelease): Promise<void> {
    const { database } = this.#needs
    const { version, sbom } = published.release
    if (published.withdrawnAt !== undefined && !(await this.#isInTheField(product, version))) {
      await this.#leave(product, version)
      return
    }
    if (!(await this.#isIndexed(sbom.sha256))) return
    const generation = await database.feeds.revision()
    const before = await database.findings.matched(product, version)
    if (before?.generation === generation && before.sbom === sbom.sha256) return
    const answer = await this.#match(matcher, sbom.sha256, generation)
    if (answer === undefined) return
    const { holes, coverage } = answer
    await database.transaction(async (stores) => {
      // Another feed came in meanwhile, or the release was withdrawn: the next look begins with that.
      if ((await stores.feeds.revision()) !== generation) return
      const now = await stores.releases.find(product, version)
      if (now?.withdrawnAt !== published.withdrawnAt) return
      const matched = { version, sbom: sbom.sha256, generation, at: this.#now(), coverage }
      await keepFindings(stores, product, matched, holes)
    })
  }

  async #match(matcher: Matcher, sbom: string, revision: number): Promise<MatchAnswer | undefined> {
    const { database, log } = this.#needs
    if (this.#tooMuch.get(sbom) === revision) return undefined
    const known = { revision, covers: await database.feeds.covers() }
    try {
      return await matchSbom(database, matcher, sbom, known, () => this.#mayGoOn())
    } catch (error) {
      if (!(error instanceof TooMuchToMatchError)) throw error
      this.#tooMuch.set(sbom, revision)
      log.error({ event: 'sbom-not-matched', sbom, err: error }, 'an SBOM cannot be matched')
      return undefined
    }
  }

  async #isIndexed(sha256: string): Promise<boolean> {
    const { database, log } = this.#needs
    const found = await database.sboms.find(sha256)
    if (found?.trouble !== undefined) return false
    if (found?.indexedAt !== undefined) return true
    if (!(await indexSbom(this.#needs, sha256))) return false
    const { trouble } = (await database.sboms.find(sha256)) ?? {}
    if (trouble === undefined) return true
    log.error({ event: 'sbom-not-indexed', sbom: sha256, trouble }, 'an SBOM cannot be indexed')
    return false
  }

  /** Nobody gets it any more, and whoever has it has its holes. */
  async #isInTheField(product: string, version: string): Promise<boolean> {
    const filter = parseFilter(`version = ${version}`)
    const query = { product, filter, now: this.#now() }
    return (await this.#needs.database.deviceSearch.page(query, { limit: 1 })).length > 0
  }

  async #leave(product: string, version: string): Promise<void> {
    const { database } = this.#needs
    if ((await database.findings.matched(product, version)) === undefined) return
    await database.transaction((stores) => leaveRelease(stores, product, version, this.#now()))
  }

  #mayGoOn(): boolean {
    return !this.#isOver && this.#needs.instances.leads()
  }

  #now(): number {
    return secondsOf(this.#needs.clock)
  }
}
