/**
 * Takes a piece of news to all subscribers of a product, a page in each transaction with how far it has come: after a
 * crash it goes on there, and of a hundred thousand none is told twice.
 */

import { publicNameOf } from '../law/information/public-name.ts'
import type { Database, Stores } from '../stores.ts'
import { type News, newsSchema } from './news.ts'
import { newsMail } from './news-mail.ts'
import type { Subscription } from './subscription.ts'
import type { MailRound } from './subscription-store.ts'

const PAGE_COUNT = 200
const PAGES_PER_LOOK = 20
const ROUNDS_AT_ONCE = 10
/** More need not lie in the outbox: the rest of the round waits until some have gone. */
const WAITING_MAX_COUNT = 10_000

export interface TellSubscribersNeeds {
  readonly database: Database
}

export async function tellSubscribers({ database }: TellSubscribersNeeds): Promise<void> {
  const failures: unknown[] = []
  for (const first of await database.subscriptions.rounds(ROUNDS_AT_ONCE)) {
    let round: MailRound | undefined = first
    try {
      for (let page = 0; page < PAGES_PER_LOOK && round !== undefined; page += 1) {
        if ((await database.mails.count('waiting')) >= WAITING_MAX_COUNT) return
        const from: MailRound = round
        round = await database.transaction((stores) => tellPage(stores, from))
      }
    } catch (error) {
      // The other rounds do not wait for it.
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
}

/** Undefined when it is over, or another server goes on with it. */
async function tellPage(stores: Stores, round: MailRound): Promise<MailRound | undefined> {
  const { product, at } = round
  const page = await stores.subscriptions.after(product, round.position, PAGE_COUNT)
  const last = page.at(-1)
  if (last === undefined) {
    await stores.subscriptions.endRound(round)
    return undefined
  }
  if (!(await stores.subscriptions.moveRound(round, last.number))) return undefined
  const news = newsSchema.parse(JSON.parse(round.facts))
  const name = (await publicNameOf(stores, product)) ?? product
  for (const subscription of await meant(stores, product, news, page)) {
    const { id, address: to, language, device } = subscription
    // Each of an owner's devices has its own time; all else is told once.
    const about = news.kind === 'update' && device !== '' ? `${round.about} ${device}` : round.about
    const words = newsMail(language, news, { name, device })
    await stores.mails.add({ ...words, to, about, at, subscription: id })
  }
  return { ...round, position: last.number }
}

/**
 * An update is told for the devices whose turn it is. Where there is no such device it is told as well: who gives
 * somebody else's number, or one made up, learns nothing from what comes.
 */
async function meant(
  { devices }: Pick<Stores, 'devices'>,
  product: string,
  news: News,
  page: readonly Subscription[],
): Promise<readonly Subscription[]> {
  if (news.kind !== 'update') return page
  const named = [...new Set(page.flatMap(({ device }) => (device === '' ? [] : [device])))]
  const known = named.length === 0 ? [] : await devices.some(product, named)
  const cohortOf = new Map(known.map(({ id, cohort }) => [id, cohort]))
  return page.filter(({ device }) => {
    const cohort = cohortOf.get(device)
    return cohort === undefined || cohort === news.cohort
  })
}
