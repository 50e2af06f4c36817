/**
 * Says that the support of a product ends, twelve, six and one months before and when it is over: an event each, once,
 * also when the server was away at that time (CRA P-022). What was said is written down in the transaction of the event.
 */
import { endOfSupport, supportNoticesDue } from '@fleetward/shared'
import type { Instances } from '../instances/instances.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database, Stores } from '../stores.ts'

export interface SupportClockNeeds {
  readonly database: Database
  readonly instances: Pick<Instances, 'leads'>
  readonly clock: Clock
}

export class SupportClock {
  readonly #needs: SupportClockNeeds

  constructor(needs: SupportClockNeeds) {
    this.#needs = needs
  }

  async tick(): Promise<void> {
    const { database, instances, clock } = this.#needs
    if (!instances.leads()) return
    const now = secondsOf(clock)
    for (const { id } of await database.products.all()) {
      const ends = (await database.facts.latest(id))?.facts.supportPeriod?.ends
      if (ends === undefined) continue
      for (const monthsBefore of supportNoticesDue(ends, now)) {
        await database.transaction((stores) => say(stores, id, { ends, monthsBefore, at: now }))
      }
    }
  }
}

interface Notice {
  readonly ends: string
  readonly monthsBefore: number
  readonly at: number
}

async function say({ facts, events }: Stores, product: string, notice: Notice): Promise<void> {
  const { ends, monthsBefore, at } = notice
  // Between reading and writing somebody may have moved the end.
  if ((await facts.latest(product))?.facts.supportPeriod?.ends !== ends) return
  if (!(await facts.noteSupportNotice(product, notice))) return
  const data = { supportEndsOn: ends, endsAt: endOfSupport(ends), monthsBefore }
  await events.add({ at, type: 'product.support-ending', product, data })
}

/** Of an end that is written down late only the notice nearest to it is news. */
export async function passOverOldNotices(
  { facts }: Pick<Stores, 'facts'>,
  product: string,
  ends: string,
  now: number,
): Promise<void> {
  for (const monthsBefore of supportNoticesDue(ends, now).slice(0, -1)) {
    await facts.noteSupportNotice(product, { ends, monthsBefore, at: now })
  }
}
