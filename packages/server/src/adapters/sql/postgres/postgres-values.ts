/**
 * How PostgreSQL's values arrive. Counts and our integers are `bigint` there, which the driver hands over as text;
 * none of ours passes 2^53, and one that did must not be rounded silently.
 */
import { types } from 'pg'

const BIGINT = 20

export const postgresTypes: Pick<typeof types, 'getTypeParser'> = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === BIGINT && format !== 'binary'
      ? safeInteger
      : types.getTypeParser(oid, format as 'text')) as typeof types.getTypeParser,
}

function safeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError('A number of the database is too large')
  return value
}
