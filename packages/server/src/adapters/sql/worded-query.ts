/** A question that every request asks is put into words once; only what it asks about differs. */
import type { CompiledQuery } from 'kysely'

export function about<Row>(query: CompiledQuery<Row>, id: string): CompiledQuery<Row> {
  return { ...query, parameters: [id] }
}
