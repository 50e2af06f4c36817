/**
 * Feeds on their way in: a file that somebody uploads is written to the disk first and then imported; imports of this
 * server wait for one another, for each needs a thread and much of the disk. What fails is told, for somebody relies on the feed.
 */
import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Logger } from 'pino'
import type { Actor } from '../accounts/actor.ts'
import { isDiskFull } from '../http/disk-full.ts'
import { HttpError } from '../http/problem.ts'
import { secondsOf } from '../ports.ts'
import { WorkQueue } from '../threads/work-queue.ts'
import type { Feed, FeedWish } from './feed.ts'
import { type ImportNeeds, type ImportSource, importFeed } from './import-feed.ts'
import { FetchError } from './sources/fetch-feed.ts'

/** The largest that there is, the whole list of CVEs, is half of that. */
const UPLOAD_MAX_BYTES = 4 * 1024 ** 3
/** A script brings one kind after the other, and is answered before all are in. */
const PLACES_OF_ACCOUNT = 5

export interface FeedIntakeNeeds extends ImportNeeds {
  /** Of its own: emptied at the start. */
  readonly folder: string
  readonly imported: () => void
  readonly log: Logger
}

export interface Importer {
  readonly actor: Actor
  readonly requestId?: string
}

export class FeedIntake {
  readonly #needs: FeedIntakeNeeds
  readonly #over = new AbortController()
  readonly #queue = new WorkQueue({ tooMany, placesOfAccount: PLACES_OF_ACCOUNT })
  #fileCount = 0

  constructor(needs: FeedIntakeNeeds) {
    this.#needs = needs
  }

  /** Whatever a kill left there is of no use. */
  async start(): Promise<void> {
    await rm(this.#needs.folder, { recursive: true, force: true })
    await mkdir(this.#needs.folder, { recursive: true, mode: 0o700 })
  }

  async upload(
    wish: FeedWish,
    body: AsyncIterable<Uint8Array>,
    sha256: string | undefined,
    by: Importer,
  ): Promise<{ readonly done: Promise<Feed> }> {
    // Before the first byte: what is to wait lies on the disk meanwhile.
    const place = this.#queue.reserve(by.actor.id)
    const path = this.newFile()
    const gone = () => rm(path, { force: true }).finally(() => place.leave())
    try {
      await pipeline(bounded(body), createWriteStream(path, { mode: 0o600 }))
    } catch (error) {
      await gone()
      throw error instanceof HttpError ? error : cutOff(error)
    }
    const importing = place.take(() => this.#import(wish, { path, sha256 }, by))
    return { done: this.#told(wish, importing).finally(gone) }
  }

  /** A name that nobody else has here; whoever asks for it deletes the file. */
  newFile(): string {
    this.#fileCount += 1
    return join(this.#needs.folder, `${this.#fileCount}`)
  }

  /** What the server took from a source: uploads never keep it out. The caller tells what fails. */
  importQuietly(wish: FeedWish, source: ImportSource, by: Importer): Promise<Feed> {
    return this.#queue.takeBeside(() => this.#import(wish, source, by))
  }

  /** What is under way ends, and has changed nothing. */
  async stop(): Promise<void> {
    this.#over.abort(new Error('the server ends'))
    await this.#queue.done()
  }

  async tellFailure(feed: string, error: unknown): Promise<void> {
    const { database, clock, log } = this.#needs
    const code = failureCode(error)
    const why = error instanceof Error ? error.message : String(error)
    log.error({ err: error, feed }, 'a feed was not imported')
    await database.events.add({
      ...{ at: secondsOf(clock), type: 'feed.import-failed' },
      data: { feed, code, why },
    })
  }

  async #told(wish: FeedWish, importing: Promise<Feed>): Promise<Feed> {
    try {
      return await importing
    } catch (error) {
      await this.tellFailure(wish.feed, error)
      throw error
    }
  }

  async #import(wish: FeedWish, source: ImportSource, by: Importer): Promise<Feed> {
    const needs = { ...this.#needs, signal: this.#over.signal }
    const feed = await importFeed(needs, wish, source, by)
    this.#needs.imported()
    return feed
  }
}

function tooMany(sentence: string): HttpError {
  return new HttpError(429, 'TOO_MANY_IMPORTS', sentence)
}

function failureCode(error: unknown): string {
  if (error instanceof HttpError) return error.code
  return error instanceof FetchError ? 'FEED_NOT_FETCHED' : 'FEED_REFUSED'
}

async function* bounded(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let length = 0
  for await (const bytes of body) {
    length += bytes.length
    if (length > UPLOAD_MAX_BYTES) {
      throw new HttpError(413, 'BODY_TOO_LARGE', `A feed has at most ${UPLOAD_MAX_BYTES} bytes`)
    }
    yield bytes
  }
}

function cutOff(cause: unknown): HttpError {
  return isDiskFull(cause)
    ? new HttpError(507, 'DISK_FULL', 'The disk of the server is full. Make room and try again')
    : new HttpError(400, 'UPLOAD_CUT_OFF', 'The upload was cut off', { cause })
}
