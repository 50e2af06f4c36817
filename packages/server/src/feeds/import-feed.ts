/**
 * Imports a feed: read in a thread, written in chunks as a generation that counts for nothing, tried with its positive
 * control, and then switched over to in one transaction. An import that ends before that, by an error or a kill, has
 * changed nothing; what it wrote is swept away (feed-watch.ts).
 */
import type { FeedCode, ImportSummary } from '@fleetward/vulnerability'
import type { Actor } from '../accounts/actor.ts'
import { HttpError } from '../http/problem.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database } from '../stores.ts'
import { ThreadLimitError, threadMessages } from '../threads/thread-messages.ts'
import { runControl } from './controls.ts'
import type { Cover, Feed, FeedKind, FeedRows, FeedWish } from './feed.ts'
import { hasShrunk, mostOf, shrank } from './shrunk.ts'
import type { FeedSource } from './sources/feed-source.ts'

/** A record at the limits of its reader takes seconds; an archive of 16 GiB is read in pieces. */
const LIMITS = { silenceMs: 120_000, memoryMib: 768, youngMib: 12 }

export interface FeedThreadTask {
  readonly path: string
  readonly kind: FeedKind
  readonly sha256: string | undefined
  /** Armored; of suppliers' documents each must be signed by it, at the latest at this time. */
  readonly signers?: { readonly armored: string; readonly atMs: number }
}

export type FeedThreadMessage =
  | { readonly isLast: false; readonly rows: FeedRows }
  | {
      readonly isLast: true
      readonly rows: FeedRows
      readonly covers: readonly Cover[]
      readonly summary: ImportSummary
    }
  | {
      readonly isLast: true
      readonly refused: { readonly code: FeedCode; readonly message: string }
    }

export interface ImportNeeds {
  readonly database: Database
  readonly clock: Clock
  /** The server ends. */
  readonly signal?: AbortSignal
}

export interface ImportSource {
  readonly path: string
  readonly sha256: string | undefined
}

export async function importFeed(
  needs: ImportNeeds,
  wish: FeedWish,
  { path, sha256 }: ImportSource,
  by: { readonly actor: Actor; readonly requestId?: string },
): Promise<Feed> {
  const { database, clock } = needs
  const now = () => secondsOf(clock)
  const { feed: id, kind, source, acceptsFewer = false, isFetched = false } = wish
  const before = await database.feeds.find(id)
  if (before !== undefined && before.kind !== kind) {
    throw new HttpError(409, 'FEED_OF_ANOTHER_KIND', `The feed ${id} is of the kind ${before.kind}`)
  }
  // Whoever imports the same feed at the same time: the last one who began goes on.
  await database.feeds.giveUp(0, id)
  const generation = await database.feeds.begin(id, now())
  const signer = (await database.feedSources.find(id))?.signer
  const summary = await writeAll(generation, { path, kind, sha256, ...signersOf(signer) })
  const { control, sentence } = await runControl(database.feeds, generation, kind, wish.control)
  const { records } = summary
  const imported: Omit<Feed, 'mostRecords'> = {
    ...{ id, kind, source, generation, importedAt: now(), sourceDate: summary.sourceDate },
    ...{ records, sha256: summary.sha256, control, controlSentence: sentence, report: summary },
  }
  return database
    .transaction(async ({ feeds, feedSources, audit }) => {
      if (!(await feeds.stillImports(generation, now()))) throw givenUp(id)
      // As it is now: reading took its time.
      const sourceNow = await feedSources.find(id)
      if (keysOf(sourceNow?.signer) !== keysOf(signer)) throw heldToAnotherKey(id)
      const former = await feeds.find(id)
      const isShrunk = hasShrunk(former, records)
      if (former !== undefined && isShrunk && !acceptsFewer) throw shrank(former, records)
      const mayRaise = isFetched || sourceNow === undefined
      const mostRecords = mostOf(former, records, { mayRaise, acceptsFewer })
      const feed: Feed = { ...imported, mostRecords }
      await feeds.switchOver(feed)
      await audit.append({
        ...{ at: feed.importedAt, actor: by.actor, action: 'feed.imported', subject: `feed/${id}` },
        ...{ outcome: 'done', requestId: by.requestId },
        after: {
          ...{ kind, source, records: feed.records, sha256: feed.sha256 ?? '', control },
          skipped: summary.skippedCount,
          ...(isShrunk && { acceptedFewerThan: former?.mostRecords ?? 0 }),
        },
      })
      return feed
    })
    .catch(async (error: unknown) => {
      await database.feeds.abandon(generation)
      throw error
    })

  /** Also of what somebody uploads: whoever named a key for this feed believes nobody else. */
  function signersOf(signer: FeedSource['signer']): Pick<FeedThreadTask, 'signers'> {
    if (signer === undefined) return {}
    return { signers: { armored: signer.armored, atMs: clock.now().getTime() } }
  }

  async function writeAll(into: number, task: FeedThreadTask): Promise<ImportSummary> {
    let written = 0
    try {
      const limits = needs.signal === undefined ? LIMITS : { ...LIMITS, signal: needs.signal }
      const script = new URL('./feed-thread.ts', import.meta.url)
      for await (const message of threadMessages<FeedThreadMessage>(script, task, limits)) {
        if ('refused' in message) throw refusalOf(message.refused)
        const { rows } = message
        await database.transaction(async ({ feeds }) => {
          if (!(await feeds.stillImports(into, now()))) throw givenUp(id)
          await feeds.write(into, written, rows)
        })
        written += Math.max(
          ...[rows.vulnerabilities.length, rows.statements.length],
          ...[rows.exploited.length, rows.epss.length],
        )
        if (message.isLast) {
          // Elsewhere two records of one name are two voices: NVD's and the CVE list's.
          await database.transaction(async ({ feeds }) => {
            if (kind === 'csaf') await feeds.dropOlder(into)
            await feeds.cover(into, message.covers)
          })
          return message.summary
        }
      }
      throw new Error('a feed ended without its last message')
    } catch (error) {
      await database.feeds.abandon(generation)
      if (!(error instanceof ThreadLimitError)) throw error
      throw new HttpError(422, 'FEED_REFUSED', error.message, { cause: error })
    }
  }
}

function refusalOf({ code, message }: { code: FeedCode; message: string }): HttpError {
  // The code stands in the facts, once.
  const words = `The feed is not taken, and what was there stays: ${message.replace(` (${code})`, '')}`
  return new HttpError(422, 'FEED_REFUSED', words, { facts: { reason: code } })
}

function keysOf(signer: FeedSource['signer']): string {
  return signer?.fingerprints.join(' ') ?? ''
}

/** It was set, changed or taken away meanwhile. */
function heldToAnotherKey(feed: string): HttpError {
  const message = `Whose signature ${feed} must have was changed while it was read; import it again`
  return new HttpError(409, 'FEED_IMPORT_GIVEN_UP', message)
}

function givenUp(feed: string): HttpError {
  const message = `Another import of ${feed} has begun meanwhile, or this one was too slow`
  return new HttpError(409, 'FEED_IMPORT_GIVEN_UP', message)
}
