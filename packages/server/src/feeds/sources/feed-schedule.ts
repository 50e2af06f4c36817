/**
 * Feeds that come by themselves: the leading server takes in what is due, one after the other, whole or not at all. The
 * last good one counts until it is too old; what fails is told and tried again.
 */
import { rm } from 'node:fs/promises'
import { SERVER_ACTOR } from '../../accounts/actor.ts'
import { HttpError } from '../../http/problem.ts'
import type { Instances } from '../../instances/instances.ts'
import { type Clock, secondsOf } from '../../ports.ts'
import type { Database } from '../../stores.ts'
import type { FeedIntake } from '../feed-intake.ts'
import {
  type FeedSource,
  failed,
  isAddress,
  type Marks,
  succeeded,
  type Taken,
  type Trouble,
} from './feed-source.ts'
import { FetchError, type FetchRules, fetchFeed } from './fetch-feed.ts'
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
      const taken = isAddress(source.place)
        ? await this.#fromAddress(source)
        : await this.#fromServer(source)
      after = succeeded(source, taken, this.#now())
    } catch (error) {
      // The next leader, or this server when it starts again, begins with it.
      if (this.#over.signal.aborted) return
      await intake.tellFailure(source.feed, error)
      after = failed(source, troubleOf(error), this.#now())
    }
    await database.feedSources.note(after)
  }

  async #fromServer(source: FeedSource): Promise<Taken> {
    const path = await placeOnServer(source.place, this.#needs.folders)
    return this.#import(source, path, NO_MARKS)
  }

  async #fromAddress(source: FeedSource): Promise<Taken | undefined> {
    const { database, intake } = this.#needs
    const rules = { ...this.#needs.rules, signal: this.#over.signal }
    const path = intake.newFile()
    try {
      const here = await database.feeds.find(source.feed)
      // Somebody's own upload since then is another file: the source is not asked whether that is new.
      const isOurs = here !== undefined && here.generation === source.generation
      let marks = await fetchFeed(source.place, path, isOurs ? source : NO_MARKS, rules)
      if (marks === undefined && (await this.#confirm(source))) return undefined
      // It was uploaded while the source was asked.
      marks ??= await fetchFeed(source.place, path, NO_MARKS, rules)
      // Who asks without marks is never told that nothing is new.
      if (marks === undefined) throw new Error('a source without marks had nothing new')
      const small = { ...rules, maxBytes: DIGEST_MAX_BYTES }
      for (const end of besideNames(source)) {
        await fetchFeed(besideOf(source.place, end), `${path}${end}`, NO_MARKS, small)
      }
      return await this.#import(source, path, marks)
    } finally {
      for (const end of ['', '.sha256', '.asc']) await rm(`${path}${end}`, { force: true })
    }
  }

  async #import(source: FeedSource, path: string, marks: Marks): Promise<Taken> {
    const file = { path, sha256: undefined }
    const { generation } = await this.#needs.intake.importQuietly(wishOf(source), file, BY)
    return { marks, generation }
  }

  /**
   * The source says that there is nothing newer: what is here is as new as if it had been fetched again. False when what
   * is here is not what came from it.
   */
  #confirm({ feed, place, generation }: FeedSource): Promise<boolean> {
    const at = this.#now()
    return this.#needs.database.transaction(async ({ feeds, audit }) => {
      if (generation === undefined || !(await feeds.confirm(feed, generation, at))) return false
      await audit.append({
        ...{ at, ...BY, action: 'feed.unchanged', subject: `feed/${feed}`, outcome: 'done' },
        after: { place },
      })
      return true
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
  return { feed, kind, source: place, control, isFetched: true }
}

/** An archive has the signatures of its documents in it. */
function besideNames({ place, hasDigestBeside, signer }: FeedSource): readonly string[] {
  const isDocument = new URL(place).pathname.endsWith('.json')
  return [
    ...(hasDigestBeside ? ['.sha256'] : []),
    ...(signer !== undefined && isDocument ? ['.asc'] : []),
  ]
}

/** The query stays behind what names the file. */
function besideOf(place: string, end: string): string {
  const url = new URL(place)
  url.pathname += end
  return url.href
}

function troubleOf(error: unknown): Trouble {
  const why = error instanceof Error ? error.message : String(error)
  const sentence = why.slice(0, TROUBLE_MAX_CHARACTERS).toWellFormed()
  const isKnown = error instanceof FetchError || error instanceof HttpError
  return { sentence, ...(isKnown && { told: { code: error.code, facts: error.facts } }) }
}
