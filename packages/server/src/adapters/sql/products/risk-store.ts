import type { Kysely, Selectable } from 'kysely'
import type { Assessment, AssessmentHead } from '../../../risks/assessment.ts'
import type { KeptRisk, Risk } from '../../../risks/risk.ts'
import type { RiskStore } from '../../../risks/risk-store.ts'
import type { Tables } from '../database.ts'

export class SqlRiskStore implements RiskStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async find(product: string, id: string): Promise<KeptRisk | undefined> {
    const row = await this.#risks(product).where('id', '=', id).executeTakeFirst()
    return row && riskOf(row)
  }

  async all(product: string): Promise<readonly KeptRisk[]> {
    return (await this.#risks(product).orderBy('id').execute()).map(riskOf)
  }

  async list(
    product: string,
    { after, limit }: { readonly after: string | undefined; readonly limit: number },
  ): Promise<readonly KeptRisk[]> {
    const rows = await this.#risks(product)
      .$if(after !== undefined, (query) => query.where('id', '>', after ?? ''))
      .orderBy('id')
      .limit(limit)
      .execute()
    return rows.map(riskOf)
  }

  async add(product: string, risk: KeptRisk): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await this.#database
      .insertInto('risks')
      .values({ product, id: risk.id, ...valuesOf(risk) })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    return numInsertedOrUpdatedRows === 1n
  }

  async replace(product: string, revision: number, risk: KeptRisk): Promise<boolean> {
    const { numUpdatedRows } = await this.#database
      .updateTable('risks')
      .set(valuesOf(risk))
      .where('product', '=', product)
      .where('id', '=', risk.id)
      .where('revision', '=', revision)
      .executeTakeFirst()
    return numUpdatedRows === 1n
  }

  async remove(product: string, id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#database
      .deleteFrom('risks')
      .where('product', '=', product)
      .where('id', '=', id)
      .executeTakeFirst()
    return numDeletedRows === 1n
  }

  async latestAssessment(product: string): Promise<Assessment | undefined> {
    const query = this.#assessments(product).orderBy('version', 'desc').limit(1)
    const row = await query.executeTakeFirst()
    return row && assessmentOf(row)
  }

  async findAssessment(product: string, version: number): Promise<Assessment | undefined> {
    const query = this.#assessments(product).where('version', '=', version)
    const row = await query.executeTakeFirst()
    return row && assessmentOf(row)
  }

  async assessments(
    product: string,
    { before, limit }: { readonly before: number | undefined; readonly limit: number },
  ): Promise<readonly AssessmentHead[]> {
    const rows = await this.#database
      .selectFrom('risk_assessments')
      .select(['version', 'at', 'author', 'reviewer', 'next_review_on', 'note', 'risk_count'])
      .where('product', '=', product)
      .$if(before !== undefined, (query) => query.where('version', '<', before ?? 0))
      .orderBy('version', 'desc')
      .limit(limit)
      .execute()
    return rows.map(headOf)
  }

  async addAssessment(product: string, assessment: Assessment): Promise<boolean> {
    const { version, at, by: author, reviewer, nextReviewOn, note, risks } = assessment
    const { numInsertedOrUpdatedRows } = await this.#database
      .insertInto('risk_assessments')
      .values({
        ...{ product, version, at, author, reviewer, note },
        ...{ next_review_on: nextReviewOn, risk_count: risks.length },
        risks: JSON.stringify(risks),
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    return numInsertedOrUpdatedRows === 1n
  }

  async noteReviewNotice(product: string, version: number, at: number): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await this.#database
      .insertInto('review_notices')
      .values({ product, version, at })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    return numInsertedOrUpdatedRows === 1n
  }

  #risks(product: string) {
    return this.#database.selectFrom('risks').selectAll().where('product', '=', product)
  }

  #assessments(product: string) {
    return this.#database.selectFrom('risk_assessments').selectAll().where('product', '=', product)
  }
}

function valuesOf({ id: _id, revision, changedAt, changedBy, ...risk }: KeptRisk) {
  return {
    ...{ revision, changed_at: changedAt, changed_by: changedBy },
    risk: JSON.stringify(risk satisfies Risk),
  }
}

function riskOf(row: Selectable<Tables['risks']>): KeptRisk {
  const { id, revision, changed_at: changedAt, changed_by: changedBy, risk } = row
  return { ...(JSON.parse(risk) as Risk), id, revision, changedAt, changedBy }
}

function assessmentOf(row: Selectable<Tables['risk_assessments']>): Assessment {
  return { ...headOf(row), risks: JSON.parse(row.risks) as readonly KeptRisk[] }
}

function headOf(
  row: Omit<Selectable<Tables['risk_assessments']>, 'product' | 'risks'>,
): AssessmentHead {
  const { version, at, author: by, reviewer, next_review_on: nextReviewOn, note } = row
  return { version, at, by, reviewer, nextReviewOn, note, riskCount: row.risk_count }
}
