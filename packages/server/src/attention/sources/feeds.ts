/** Feeds that say nothing, or nothing that counts: what is not fed is not found. */
import { freshnessOf } from '@fleetward/vulnerability'
import { z } from 'zod'
import { FEED_KINDS, type Feed } from '../../feeds/feed.ts'
import { policyOf, stateOf } from '../../feeds/feed-policy.ts'
import type { FeedSource } from '../../feeds/sources/feed-source.ts'
import { seconds } from '../../http/api-schema.ts'
import type { Product } from '../../products/product-store.ts'
import { inTime, matterOf } from '../matter.ts'
import { source } from '../source.ts'

/** In a row: once may be the network, and it is tried again soon. */
const FAILURES_MIN_COUNT = 3

export const feedUnwell = matterOf(
  'feedUnwell',
  'A feed that does not count: too old, too small, blind to what it must find, failing or never imported',
  { feed: z.string() },
  {
    feedKind: z.enum(FEED_KINDS),
    status: z
      .enum(['stale', 'empty', 'controlFailed', 'neverImported', 'failing'])
      .meta({ description: '`failing`: it counts still, and the next tries do not succeed' }),
    importedAt: seconds.nullable(),
    records: z.int().nullable(),
    failures: z.int().meta({ description: 'Tries in a row that failed' }),
  },
)
export const feedsMissing = matterOf(
  'feedsMissing',
  'No feed at all, although there are products: nothing can be found in them',
  {},
  { products: z.int() },
)
type FeedMatter = z.output<typeof feedUnwell> | z.output<typeof feedsMissing>

export const feeds = source([feedUnwell, feedsMissing], {
  needs: 'finding.read',
  // They are of no product; whoever may read findings anywhere sees them.
  reach: 'ofAll',
  async find({ stores, products, now }) {
    const imported = await stores.feeds.list()
    const sources = new Map((await stores.feedSources.list()).map((one) => [one.feed, one]))
    if (imported.length === 0 && sources.size === 0) {
      const all = await stores.products.all()
      return missing(all.filter(({ id }) => products.includes(id)))
    }
    const known = new Set(imported.map(({ id }) => id))
    const never = [...sources.values()].filter(({ feed }) => !known.has(feed))
    return [
      ...imported.flatMap((feed) => unwell(feed, sources.get(feed.id), now)),
      ...never.map(neverImported),
    ].toSorted(inTime)
  },
})

function missing(products: readonly Product[]): FeedMatter[] {
  if (products.length === 0) return []
  const since = Math.min(...products.map(({ createdAt }) => createdAt))
  const facts = { products: products.length }
  const times = { since, by: null }
  return [{ kind: 'feedsMissing', severity: 'soon', product: null, ...times, subject: {}, facts }]
}

function unwell(feed: Feed, from: FeedSource | undefined, now: number): FeedMatter[] {
  const { id, kind: feedKind, importedAt, records } = feed
  const policy = policyOf(feedKind)
  const { status } = freshnessOf(id, stateOf(feed), policy, new Date(now * 1000))
  const failures = from?.failureCount ?? 0
  const staleAt = importedAt + policy.maxAgeSeconds
  const common = { kind: 'feedUnwell', product: null, subject: { feed: id } } as const
  const facts = { feedKind, importedAt, records, failures }
  if (status === 'fresh') {
    if (failures < FAILURES_MIN_COUNT) return []
    const times = { since: from?.triedAt ?? now, by: staleAt }
    return [{ ...common, severity: 'note', ...times, facts: { ...facts, status: 'failing' } }]
  }
  // What its source made long ago is stale at once.
  const since = status === 'stale' ? Math.min(now, staleAt) : importedAt
  return [{ ...common, severity: 'soon', since, by: null, facts: { ...facts, status } }]
}

function neverImported({ feed, kind, setAt, failureCount: failures }: FeedSource): FeedMatter {
  return {
    ...{ kind: 'feedUnwell', severity: 'soon', product: null, since: setAt, by: null },
    subject: { feed },
    facts: { feedKind: kind, status: 'neverImported', importedAt: null, records: null, failures },
  }
}
