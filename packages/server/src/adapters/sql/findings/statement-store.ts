import type { Statement } from '@fleetward/vulnerability'
import type { Kysely } from 'kysely'
import type { StatementStore } from '../../../vex/statement-store.ts'
import type { Tables } from '../database.ts'

const NAMES_AT_ONCE = 5_000

export class SqlStatementStore implements StatementStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async add(product: string, statement: Statement): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await this.#database
      .insertInto('vex_statements')
      .values(rowOf(product, statement))
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    return numInsertedOrUpdatedRows === 1n
  }

  async takeOver(product: string, statement: Statement): Promise<void> {
    const { vulnerability, at, statement: text } = rowOf(product, statement)
    await this.#database
      .insertInto('vex_statements')
      .values(rowOf(product, statement))
      .onConflict((conflict) =>
        conflict
          .columns(['product', 'id', 'author', 'revision'])
          .doUpdateSet({ vulnerability, at, statement: text }),
      )
      .execute()
  }

  async about(product: string, vulnerabilities: readonly string[]): Promise<readonly Statement[]> {
    const found: Statement[] = []
    for (let from = 0; from < vulnerabilities.length; from += NAMES_AT_ONCE) {
      const rows = await this.#of(product)
        .where('vulnerability', 'in', vulnerabilities.slice(from, from + NAMES_AT_ONCE))
        .execute()
      found.push(...rows.map(({ statement }) => JSON.parse(statement) as Statement))
    }
    return found
  }

  async ofPersons(product: string): Promise<readonly Statement[]> {
    const rows = await this.#of(product).where('author', '=', 'person').execute()
    return rows.map(({ statement }) => JSON.parse(statement) as Statement)
  }

  #of(product: string) {
    return this.#database
      .selectFrom('vex_statements')
      .select('statement')
      .where('product', '=', product)
      .orderBy('number')
  }
}

function rowOf(product: string, statement: Statement) {
  const { id, by, revision, vulnerability, at } = statement
  const text = JSON.stringify(statement)
  return { product, id, author: by.kind, revision, vulnerability, at, statement: text }
}
