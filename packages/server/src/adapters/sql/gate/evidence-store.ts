import type { Kysely, Selectable } from 'kysely'
import type { Evidence } from '../../../evidence/evidence.ts'
import type { EvidenceStore } from '../../../evidence/evidence-store.ts'
import type { Tables } from '../database.ts'

export class SqlEvidenceStore implements EvidenceStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async add(evidence: Omit<Evidence, 'number'>): Promise<Evidence> {
    const { product, subject, kind, name, sha256, length, outcome, counts, at, by } = evidence
    const same = await this.#of(product)
      .where('subject', '=', subject)
      .where('kind', '=', kind)
      .where('name', '=', name)
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst()
    // Only the newest: what came back after another one is newer than that.
    if (same !== undefined && same.sha256 === sha256 && same.outcome === outcome) {
      return evidenceOf(same)
    }
    const row = await this.#database
      .insertInto('evidence')
      .values({
        ...{ product, subject, kind, name, sha256, length, outcome, at },
        ...{ counts: JSON.stringify(counts), author: by.id, author_name: by.name },
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    return evidenceOf(row)
  }

  async find(product: string, number: number): Promise<Evidence | undefined> {
    const row = await this.#of(product).where('number', '=', number).executeTakeFirst()
    return row && evidenceOf(row)
  }

  async list({
    product,
    subjects,
    before,
    limit,
  }: Parameters<EvidenceStore['list']>[0]): Promise<readonly Evidence[]> {
    if (subjects?.length === 0) return []
    const rows = await this.#of(product)
      .$if(subjects !== undefined, (of) => of.where('subject', 'in', [...(subjects ?? [])]))
      .$if(before !== undefined, (of) => of.where('number', '<', before ?? 0))
      .orderBy('number', 'desc')
      .limit(limit)
      .execute()
    return rows.map(evidenceOf)
  }

  #of(product: string) {
    return this.#database.selectFrom('evidence').selectAll().where('product', '=', product)
  }
}

function evidenceOf(row: Selectable<Tables['evidence']>): Evidence {
  const { number, product, subject, kind, name, sha256, length, outcome, at } = row
  return {
    ...{ number, product, subject, kind, name, sha256, length, outcome, at },
    counts: JSON.parse(row.counts) as Evidence['counts'],
    by: { id: row.author, name: row.author_name },
  }
}
