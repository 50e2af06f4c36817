/** A question that every request asks is put into words once; only what it asks about differs. */
import type { Compilable, CompiledQuery } from 'kysely'

/**
 * SQLite plans a join anew whenever a bound value changes that a column is compared with, in case another index fits
 * better: ten times what such a question costs. Behind a unary plus, which changes no value, it keeps its plan
 * (https://www.sqlite.org/c3ref/prepare.html). PostgreSQL writes parameters as $1 and is left alone.
 */
export function worded<Row>(query: Compilable<Row>): CompiledQuery<Row> {
  const compiled = query.compile()
  return { ...compiled, sql: compiled.sql.replaceAll('?', '+?') }
}

/** `values` in the order in which they stand in the query. */
export function about<Row>(
  query: CompiledQuery<Row>,
  ...values: readonly (string | number)[]
): CompiledQuery<Row> {
  return { ...query, parameters: values }
}
