/**
 * Feeds that come by themselves: the leading server takes in what is due, one after the other, whole or not at all. The
 * last good one counts until it is too old; what fails is told and tried again.
 */
import { rm } from 'node:fs/promises'
import { SERVER_ACTOR } from '../../accounts/actor.ts'
import type { Instances } from '../../instances/instances.ts'
import { type Clock, secondsOf } from '../../ports.ts'
import type { Database } from '../../stores.ts'
import type { FeedIntake } from '../feed-intake.ts'
import { type FeedSource, failed, isAddress, type Marks, succeeded } from './feed-source.ts'
import { type FetchRules, fetchFeed } from './fetch-feed.ts'
import { placeOnServer } from './server-place.ts'

const DIGEST_MAX_BYTES = 64 * 1024
const TROUBLE_MAX_CHARACTERS = 500
const NO_MARKS: Marks = { etag: undefined, lastModified: undefined }
const BY = { actor: SERVER_ACTOR }

export interface FeedScheduleNeeds {
  readonly database: Database
  readonly intake: FeedIntake
  readonly instances: Pick<Instances, 'leads'>
  readonly clock: Clock
  readonly rules: FetchRules
  readonly folders: readonly string[]
}

export class FeedSchedule {
  readonly #needs: FeedScheduleNeeds
  readonly #over = new AbortController()
  #under: Promise<void> = Promise.resolve()

  constructor(needs: FeedScheduleNeeds) {
    this.#needs = needs
  }

  /** One look after the other. */
  tick(): Promise<void> {
    const look = this.#under.then(() => this.#look())
    this.#under = look.catch(() => {
      // Whoever asked for it hears of it.
    })
    return look
  }

  async stop(): Promise<void> {
    this.#over.abort(new Error('the server ends'))
    await this.#under
  }

  async #look(): Promise<void> {
    const { database } = this.#needs
    if (!this.#mayGoOn()) return
    for (const { feed } of await database.feedSources.list()) {
      // An import takes minutes; meanwhile this one may have been set anew.
      const source = await database.feedSources.find(feed)
      if (!this.#mayGoOn()) return
      if (source !== undefined && source.nextAt <= this.#now()) await this.#take(source)
    }
  }

  async #take(source: FeedSource): Promise<void> {
    const { database, intake } = this.#needs
    let after: FeedSource
    try {
      const marks = isAddress(source.place)
        ? await this.#fromAddress(source)
        : await this.#fromServer(source)
      const outcome = marks === undefined ? 'unchanged' : 'imported'
      after = succeeded(source, outcome, marks ?? NO_MARKS, this.#now())
    } catch (error) {
      // The next leader, or this server when it starts again, begins with it.
      if (this.#over.signal.aborted) return
      await intake.tellFailure(source.feed, error)
      const why = error instanceof Error ? error.message : String(error)
      after = failed(source, why.slice(0, TROUBLE_MAX_CHARACTERS).toWellFormed(), this.#now())
    }
    await database.feedSources.note(after)
  }

  async #fromServer(source: FeedSource): Promise<Marks> {
    const path = await placeOnServer(source.place, this.#needs.folders)
    await this.#needs.intake.importQuietly(wishOf(source), { path, sha256: undefined }, BY)
    return NO_MARKS
  }

  async #fromAddress(source: FeedSource): Promise<Marks | undefined> {
    const { database, intake } = this.#needs
    const rules = { ...this.#needs.rules, signal: this.#over.signal }
    const path = intake.newFile()
    try {
      const here = await database.feeds.find(source.feed)
      // Somebody's own upload since then is another file: the source is not asked whether that is new.
      const isOurs = here !== undefined && here.importedAt <= (source.triedAt ?? -1)
      const marks = await fetchFeed(source.place, path, isOurs ? source : NO_MARKS, rules)
      if (marks === undefined) {
        await this.#confirm(source)
        return undefined
      }
      if (source.hasDigestBeside) {
        const digest = { ...rules, maxBytes: DIGEST_MAX_BYTES }
        await fetchFeed(besideOf(source.place), `${path}.sha256`, NO_MARKS, digest)
      }
      await intake.importQuietly(wishOf(source), { path, sha256: undefined }, BY)
      return marks
    } finally {
      for (const end of ['', '.sha256']) await rm(`${path}${end}`, { force: true })
    }
  }

  /** The source says that there is nothing newer: what is here is as new as if it had been fetched again. */
  #confirm({ feed, place }: FeedSource): Promise<void> {
    const at = this.#now()
    return this.#needs.database.transaction(async ({ feeds, audit }) => {
      await feeds.confirm(feed, at)
      await audit.append({
        ...{ at, ...BY, action: 'feed.unchanged', subject: `feed/${feed}`, outcome: 'done' },
        after: { place },
      })
    })
  }

  #mayGoOn(): boolean {
    return !this.#over.signal.aborted && this.#needs.instances.leads()
  }

  #now(): number {
    return secondsOf(this.#needs.clock)
  }
}

function wishOf({ feed, kind, place, control }: FeedSource) {
  return { feed, kind, source: place, control }
}

/** The query stays behind what names the file. */
function besideOf(place: string): string {
  const url = new URL(place)
  url.pathname = `${url.pathname}.sha256`
  return url.href
}
