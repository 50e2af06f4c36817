import type { Kysely } from 'kysely'
import type { GateResult } from '../../../gate/gate.ts'
import type { GateStore, KeptGateResult } from '../../../gate/gate-store.ts'
import type { Tables } from '../database.ts'

export class SqlGateStore implements GateStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async keep(product: string, version: string, { at, result }: KeptGateResult): Promise<void> {
    const is_open = result.isOpen ? 1 : 0
    await this.#database
      .insertInto('gate_results')
      .values({ product, version, at, is_open, result: JSON.stringify(result) })
      .execute()
  }

  async results(
    product: string,
    version: string,
    limit: number,
  ): Promise<readonly KeptGateResult[]> {
    const rows = await this.#database
      .selectFrom('gate_results')
      .select(['at', 'result'])
      .where('product', '=', product)
      .where('version', '=', version)
      .orderBy('number', 'desc')
      .limit(limit)
      .execute()
    return rows.map(({ at, result }) => ({ at, result: JSON.parse(result) as GateResult }))
  }
}
