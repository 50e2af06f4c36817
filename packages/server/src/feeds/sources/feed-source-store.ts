import type { FeedSource } from './feed-source.ts'

export interface FeedSourceStore {
  list(): Promise<readonly FeedSource[]>
  find(feed: string): Promise<FeedSource | undefined>
  save(source: FeedSource): Promise<void>
  /** What became of a try; nothing when the source was set anew or removed meanwhile. */
  note(source: FeedSource): Promise<void>
  /** False: there is none. */
  remove(feed: string): Promise<boolean>
}
