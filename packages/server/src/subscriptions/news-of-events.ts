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

type Reading = Pick<Stores, 'rollouts' | 'releases'>

const word = z.string().max(300)
const rolloutFacts = z.object({ rollout: word })
const supportFacts = z.object({ supportEndsOn: word, monthsBefore: z.number() })
const advisoryFacts = z.object({
  ...{
    advisory: word,
    title: z.string().max(1_000).optional(),
    url: z.string().max(500).optional(),
  },
})
const noticeFacts = z.object({
  ...{ notice: word, title: z.string().max(1_000), text: z.string().max(4_000) },
})

/** Undefined: none of theirs. */
export async function newsOf(
  stores: Reading,
  event: FleetEvent,
  publicUrl: () => Promise<string>,
): Promise<NewRound | undefined> {
  const { type, product, data, id } = event
  if (product === undefined) return undefined
  const round = (about: string, news: News) => ({ about, product, facts: JSON.stringify(news) })
  switch (type) {
    // Its first group is when devices get it; a later one finds all told but those who came meanwhile.
    case 'rollout.groupOpened':
      return updateOf(stores, product, event, round)
    case 'product.support-ending': {
      const read = supportFacts.safeParse(data)
      if (!read.success) return undefined
      const { supportEndsOn: ends, monthsBefore } = read.data
      const about = `support ${product} ${ends} ${monthsBefore}`
      return round(about, { kind: 'support', ends, monthsBefore })
    }
    case 'advisory.published': {
      const read = advisoryFacts.safeParse(data)
      if (!read.success) return undefined
      const { advisory, title = advisory, url } = read.data
      const page = url ?? `${await publicUrl()}/security/`
      return round(`advisory ${product} ${id}`, { kind: 'advisory', advisory, title, url: page })
    }
    case 'case.notice': {
      const read = noticeFacts.safeParse(data)
      if (!read.success) return undefined
      const { notice, title, text } = read.data
      return round(`notice ${product} ${notice}`, { kind: 'notice', title, text })
    }
    default:
      return undefined
  }
}

/** Of releases that mend security: of others nobody has to be told. */
async function updateOf(
  { rollouts, releases }: Reading,
  product: string,
  { data, at }: FleetEvent,
  round: (about: string, news: News) => NewRound,
): Promise<NewRound | undefined> {
  const read = rolloutFacts.safeParse(data)
  const rollout = read.success ? await rollouts.find(product, read.data.rollout) : undefined
  const published = rollout && (await releases.find(product, rollout.release))
  if (rollout === undefined || published === undefined) return undefined
  const { kind, version, postponeMax, deadlineMin } = published.release
  if (kind === 'functionality' || published.withdrawnAt !== undefined) return undefined
  const { postponeUpTo = 0, deadline } = rollout.policy
  return round(`update ${product} ${version}`, {
    ...{ kind: 'update', version, cohort: rollout.cohort },
    ...{ summary: rollout.notice.summary, severity: rollout.notice.severity },
    // As the device reckons it: shared/protocol/agreement.ts.
    postponeUpToSeconds: Math.max(postponeUpTo, postponeMax),
    ...(deadline === undefined ? {} : { deadline: Math.max(deadline, at + deadlineMin) }),
  })
}
