/**
 * The one place where an event becomes mails: to people of the house and to who reported a vulnerability at once, to
 * subscribers as a round that subscriptions/tell-subscribers.ts makes page by page. How far it has come is written in the same
 * transaction.
 */
import { rightsOf } from '../accounts/rights.ts'
import { isReporters, tellReporter } from '../disclosure/reporter-mail.ts'
import type { FleetEvent } from '../events/event-store.ts'
import { mayHear } from '../events/who-hears.ts'
import type { Database, Stores } from '../stores.ts'
import { newsOf } from '../subscriptions/news-of-events.ts'
import { mailAddress } from './address.ts'
import { staffMail } from './staff-mail.ts'
import { isUrgent, type Topic, topicOf } from './topics.ts'

const EVENTS_AT_ONCE = 200
const ACCOUNTS_AT_ONCE = 200
/** Of one event. */
const RECIPIENTS_MAX_COUNT = 200

export interface EventMailsNeeds {
  readonly database: Database
  /** Without a mail server nothing is made: what happened before there is one is no news then. */
  readonly isSetUp: boolean
  /** Origin under which the public comes here. */
  readonly publicUrl: () => Promise<string>
}

export async function mailsOfEvents(
  { database, isSetUp, publicUrl }: EventMailsNeeds,
  now: number,
): Promise<void> {
  const position = await database.mails.position()
  if (position === undefined || !isSetUp) {
    const last = await database.events.lastPosition()
    if (last !== position) await database.mails.moveTo(position, last)
    return
  }
  const events = await database.events.after(position, EVENTS_AT_ONCE)
  let reached = position
  for (const event of events) {
    const topic = topicOf(event.type)
    const news = await newsOf(database, event)
    const toReporter = isReporters(event)
    if (topic === undefined && news.length === 0 && !toReporter) continue
    const url = toReporter ? await publicUrl() : ''
    const isMine = await database.transaction(async (stores) => {
      if (!(await stores.mails.moveTo(reached, event.position))) return false
      if (topic !== undefined) await tellStaff(stores, topic, event, now)
      if (toReporter) await tellReporter(stores, event, { now, publicUrl: url })
      for (const round of news) await stores.subscriptions.addRound({ ...round, at: event.at })
      return true
    })
    if (!isMine) return
    reached = event.position
  }
  const last = events.at(-1)?.position ?? reached
  if (last > reached) await database.mails.moveTo(reached, last)
}

async function tellStaff(
  stores: Stores,
  topic: Topic,
  event: FleetEvent,
  now: number,
): Promise<void> {
  const words = staffMail(topic, event)
  for (const to of await recipientsOf(stores, topic, event)) {
    const about = `${event.type} ${event.id}`
    await stores.mails.add({ ...words, to, about, at: now, isUrgent: isUrgent(topic) })
  }
}

/** People whose roles show them the event, and whose login is an address. */
async function recipientsOf(
  { accounts, mails }: Stores,
  topic: Topic,
  event: FleetEvent,
): Promise<readonly string[]> {
  const found: string[] = []
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page = await accounts.list({
      ...{ kind: 'person', limit: ACCOUNTS_AT_ONCE },
      ...(after === '' ? {} : { after }),
    })
    for (const { id, login, disabledAt } of page) {
      const address = mailAddress(login ?? '')
      if (address === undefined || disabledAt !== undefined) continue
      if (!mayHear(rightsOf(await accounts.grants(id)), event)) continue
      if (topic !== 'deadline-passed' && (await mails.topicsOff(id)).includes(topic)) continue
      found.push(address)
    }
    const isMore = page.length === ACCOUNTS_AT_ONCE && found.length < RECIPIENTS_MAX_COUNT
    after = isMore ? page.at(-1)?.id : undefined
  }
  return found.slice(0, RECIPIENTS_MAX_COUNT)
}
