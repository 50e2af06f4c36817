/** What people do to the risks of a product, with its entry in the audit log. */
import type { IncomingMessage } from 'node:http'
import type { Json } from '@fleetward/shared'
import type { z } from 'zod'
import { permitOf } from '../http/door/permit.ts'
import { HttpError } from '../http/problem.ts'
import { requestIdOf } from '../http/request-id.ts'
import type { Database, Stores } from '../stores.ts'
import { type Assessment, isOverdue } from './assessment.ts'
import type { KeptRisk } from './risk.ts'
import type { newAssessmentSchema, newRiskSchema, riskChangeSchema } from './risk-api.ts'

const RISKS_MAX_COUNT = 500

export interface RiskChangesNeeds {
  readonly database: Database
  readonly now: () => number
}

export class RiskChanges {
  readonly #needs: RiskChangesNeeds

  constructor(needs: RiskChangesNeeds) {
    this.#needs = needs
  }

  async add(request: IncomingMessage, wanted: z.output<typeof newRiskSchema>): Promise<KeptRisk> {
    const { product, actor } = permitOf(request)
    const risk = { ...wanted, revision: 1, changedAt: this.#needs.now(), changedBy: actor.id }
    await this.#needs.database.transaction(async (stores) => {
      if ((await stores.risks.all(product)).length >= RISKS_MAX_COUNT) {
        throw new HttpError(409, 'TOO_MANY_RISKS', 'There are too many risks; join some', {
          facts: { max: RISKS_MAX_COUNT },
        })
      }
      if (!(await stores.risks.add(product, risk))) {
        throw new HttpError(409, 'RISK_EXISTS', `There is a risk ${risk.id} already; change it`)
      }
      await this.#append(stores, request, 'risk.added', `risk/${risk.id}`, { after: kept(risk) })
    })
    return risk
  }

  async change(
    request: IncomingMessage,
    before: KeptRisk,
    change: z.output<typeof riskChangeSchema>,
  ): Promise<KeptRisk> {
    const { product, actor } = permitOf(request)
    const defined = Object.entries(change).filter(([, value]) => value !== undefined)
    const after: KeptRisk = {
      ...{ ...before, ...Object.fromEntries(defined) },
      ...{ revision: before.revision + 1, changedAt: this.#needs.now(), changedBy: actor.id },
    }
    await this.#needs.database.transaction(async (stores) => {
      if (!(await stores.risks.replace(product, before.revision, after))) throw changedMeanwhile()
      const difference = { before: kept(before), after: kept(after) }
      await this.#append(stores, request, 'risk.changed', `risk/${before.id}`, difference)
    })
    return after
  }

  async remove(request: IncomingMessage, risk: KeptRisk): Promise<void> {
    const { product } = permitOf(request)
    await this.#needs.database.transaction(async (stores) => {
      if ((await stores.risks.find(product, risk.id))?.revision !== risk.revision) {
        throw changedMeanwhile()
      }
      await stores.risks.remove(product, risk.id)
      await this.#append(stores, request, 'risk.removed', `risk/${risk.id}`, { before: kept(risk) })
    })
  }

  async review(
    request: IncomingMessage,
    { reviewer, nextReviewOn, note }: z.output<typeof newAssessmentSchema>,
  ): Promise<Assessment> {
    const { product, actor } = permitOf(request)
    const at = this.#needs.now()
    if (isOverdue(nextReviewOn, at)) {
      throw new HttpError(422, 'REVIEW_DATE_PAST', 'The next review has to lie ahead', {
        facts: { nextReviewOn },
      })
    }
    return this.#needs.database.transaction(async (stores) => {
      const risks = await stores.risks.all(product)
      if (risks.length === 0) {
        throw new HttpError(422, 'NOTHING_TO_REVIEW', 'There are no risks yet: add them first')
      }
      const before = await stores.risks.latestAssessment(product)
      const version = (before?.version ?? 0) + 1
      const head = { version, at, by: actor.id, reviewer, nextReviewOn, note }
      const assessment: Assessment = { ...head, riskCount: risks.length, risks }
      if (!(await stores.risks.addAssessment(product, assessment))) throw changedMeanwhile()
      const after = { version, reviewer, nextReviewOn, note, risks: risks.length }
      const subject = `risk-assessment/${version}`
      await this.#append(stores, request, 'risk-assessment.reviewed', subject, { after })
      return assessment
    })
  }

  async #append(
    { audit }: Pick<Stores, 'audit'>,
    request: IncomingMessage,
    action: string,
    subject: string,
    change: { readonly before?: Json; readonly after?: Json },
  ): Promise<void> {
    const { product, actor } = permitOf(request)
    await audit.append({
      ...{ at: this.#needs.now(), actor, action, product, subject, outcome: 'done' },
      ...{ requestId: requestIdOf(request), ...change },
    })
  }
}

function kept({ changedAt: _at, changedBy: _by, ...risk }: KeptRisk): Json {
  return { ...risk }
}

function changedMeanwhile(): HttpError {
  return new HttpError(409, 'CHANGED_MEANWHILE', 'The risks changed; look again')
}
