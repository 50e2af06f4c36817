import type { Statement } from '@fleetward/vulnerability'
import type { Cover, Feed, FeedRows, KeyRow } from './feed.ts'

export interface Likelihood {
  readonly probability: number
  readonly percentile: number
}

export interface FeedStore {
  list(): Promise<readonly Feed[]>
  find(id: string): Promise<Feed | undefined>
  /** Another one after each switch-over of any feed; 0 when there is none. */
  revision(): Promise<number>

  /** A new generation, of which nothing counts yet. */
  begin(feed: string, at: number): Promise<number>
  /** False: this import was given up by somebody, and writes no more. */
  stillImports(generation: number, at: number): Promise<boolean>
  /** `from`: the number of the first row. */
  write(generation: number, from: number, rows: FeedRows): Promise<void>
  cover(generation: number, covers: readonly Cover[]): Promise<void>
  /** Of two documents of the same name by the same publisher the newer one stays. */
  dropOlder(generation: number): Promise<void>
  /** From now on this generation is the feed. */
  switchOver(feed: Feed): Promise<void>
  /** It is as new as if it had been imported now. False: another generation is the feed by now. */
  confirm(feed: string, generation: number, at: number): Promise<boolean>
  /** What an import wrote that failed. */
  abandon(generation: number): Promise<void>
  /** Imports that said nothing since `aliveSince`, with those of `feed`, are given up. */
  giveUp(aliveSince: number, feed?: string): Promise<void>
  /** Deletes at most `limit` rows that no feed and no import names; resolves with how many it were. */
  sweep(limit: number): Promise<number>

  /** Records of these generations, or of all feeds, by key, without those that were withdrawn: each once, as JSON. */
  byKeys(keys: readonly KeyRow[], generation?: number): Promise<readonly string[]>
  covers(generation?: number): Promise<readonly Cover[]>
  /** What suppliers say of holes of these names, at most some hundreds. */
  statementsOn(names: readonly string[]): Promise<readonly Statement[]>
  /** Which of these names are on a list of what is exploited. */
  exploitedAmong(names: readonly string[], generation?: number): Promise<ReadonlySet<string>>
  epssOf(names: readonly string[], generation?: number): Promise<ReadonlyMap<string, Likelihood>>
}
