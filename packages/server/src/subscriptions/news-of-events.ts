/** Which events are news to subscribers, and what of them goes out. */
import { z } from 'zod'
import type { FleetEvent } from '../events/event-store.ts'
import type { Stores } from '../stores.ts'
import type { News } from './news.ts'

export interface NewRound {
  readonly about: string
  readonly product: string
  readonly facts: string
}

type Reading = Pick<Stores, 'rollouts' | 'releases' | 'products'>

const word = z.string().max(300)
const rolloutFacts = z.object({ rollout: word })
const supportFacts = z.object({ supportEndsOn: word, monthsBefore: z.number() })
const advisoryFacts = z.object({
  ...{ advisory: word, version: z.number().default(1) },
  ...{ title: z.string().max(1_000), url: z.string().max(500) },
})
const noticeFacts = z.object({
  ...{ case: word, position: z.number(), audience: z.enum(['impacted', 'product', 'all']) },
  ...{ versions: z.array(word).max(1_000).default([]), text: z.string().max(4_000) },
})

export async function newsOf(stores: Reading, event: FleetEvent): Promise<readonly NewRound[]> {
  const { type, product, data } = event
  if (product === undefined) return []
  const round = (about: string, news: News, of = product): NewRound => ({
    ...{ about, product: of, facts: JSON.stringify(news) },
  })
  switch (type) {
    // Its first group is when devices get it; a later one finds all told but those who came meanwhile.
    case 'rollout.groupOpened': {
      const read = rolloutFacts.safeParse(data)
      const news = read.success
        ? await updateOf(stores, product, read.data.rollout, event.at)
        : undefined
      return news === undefined ? [] : [round(`update ${product} ${news.version}`, news)]
    }
    case 'product.support-ending': {
      const read = supportFacts.safeParse(data)
      if (!read.success) return []
      const { supportEndsOn: ends, monthsBefore } = read.data
      const about = `support ${product} ${ends} ${monthsBefore}`
      return [round(about, { kind: 'support', ends, monthsBefore })]
    }
    case 'advisory.published':
    case 'advisory.updated': {
      const read = advisoryFacts.safeParse(data)
      if (!read.success) return []
      const { advisory, title, url, version } = read.data
      const isUpdated = type === 'advisory.updated'
      const news: News = { kind: 'advisory', advisory, title, url, isUpdated }
      return [round(`advisory ${advisory} ${version}`, news)]
    }
    case 'case.users-told': {
      const read = noticeFacts.safeParse(data)
      if (!read.success) return []
      const { case: id, position, audience, versions, text } = read.data
      // Not by what a device runs: who gives the number of somebody else's would learn it from what comes.
      const news: News = { kind: 'notice', text, versions: audience === 'impacted' ? versions : [] }
      const products = audience === 'all' ? await stores.products.all() : [{ id: product }]
      return products.map((each) => round(`notice ${id} ${position}`, news, each.id))
    }
    default:
      return []
  }
}

/** Of releases that mend security: of others nobody has to be told. */
async function updateOf(
  { rollouts, releases }: Reading,
  product: string,
  id: string,
  at: number,
): Promise<Extract<News, { kind: 'update' }> | undefined> {
  const rollout = await rollouts.find(product, id)
  const published = rollout && (await releases.find(product, rollout.release))
  if (rollout === undefined || published === undefined) return undefined
  const { kind, version, postponeMax, deadlineMin } = published.release
  if (kind === 'functionality' || published.withdrawnAt !== undefined) return undefined
  const { postponeUpTo = 0, deadline } = rollout.policy
  return {
    ...{ kind: 'update', version, cohort: rollout.cohort, summary: rollout.notice.summary },
    // As the device reckons it: shared/protocol/agreement.ts.
    postponeUpToSeconds: Math.max(postponeUpTo, postponeMax),
    ...(deadline === undefined ? {} : { deadline: Math.max(deadline, at + deadlineMin) }),
  }
}
