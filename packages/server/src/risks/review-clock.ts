/** Says that a review of the risks is overdue: an event, once for each review, also when the server was away (CRA P-017). */
import type { Instances } from '../instances/instances.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database } from '../stores.ts'
import { isOverdue } from './assessment.ts'

export interface ReviewClockNeeds {
  readonly database: Database
  readonly instances: Pick<Instances, 'leads'>
  readonly clock: Clock
}

export class ReviewClock {
  readonly #needs: ReviewClockNeeds

  constructor(needs: ReviewClockNeeds) {
    this.#needs = needs
  }

  async tick(): Promise<void> {
    const { database, instances, clock } = this.#needs
    if (!instances.leads()) return
    const at = secondsOf(clock)
    for (const { id: product } of await database.products.all()) {
      const [latest] = await database.risks.assessments(product, { before: undefined, limit: 1 })
      if (latest === undefined || !isOverdue(latest.nextReviewOn, at)) continue
      const { version, nextReviewOn } = latest
      await database.transaction(async ({ risks, events }) => {
        if (!(await risks.noteReviewNotice(product, version, at))) return
        const data = { assessment: version, nextReviewOn }
        await events.add({ at, type: 'product.review-overdue', product, data })
      })
    }
  }
}
