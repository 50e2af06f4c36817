/**
 * A transaction that runs alone among all that ask for it here: whoever reads something and then writes what
 * follows from it cannot be overtaken in between, on this server or on another one of the same database.
 *
 * SQLite has one connection, so it is so anyway. PostgreSQL takes one lock for all of them; it ends with the
 * transaction, also when the connection breaks. Decisions are rare and short; the many reports lock their own
 * devices' rows instead (report-batch.ts).
 */
import { type Kysely, sql, type Transaction } from 'kysely'
import { observe } from '../../observability/observe.ts'
import { engineOf } from './engine.ts'

/** Any number that is nobody else's in this database: "fleet" in ASCII. */
const LOCK = 0x66_6c_65_65_74

/** `work` uses the transaction it is given and no other connection. Inside another transaction it joins that one. */
export function alone<Tables, Result>(
  database: Kysely<Tables>,
  work: (transaction: Transaction<Tables>) => Promise<Result>,
): Promise<Result> {
  if (database.isTransaction) return work(database as Transaction<Tables>)
  return observe('transaction', {}, () => inTransaction(database, work))
}

function inTransaction<Tables, Result>(
  database: Kysely<Tables>,
  work: (transaction: Transaction<Tables>) => Promise<Result>,
): Promise<Result> {
  return database.transaction().execute(async (transaction) => {
    if (engineOf(transaction) === 'postgres') {
      await sql`SELECT pg_advisory_xact_lock(${LOCK}::bigint)`.execute(transaction)
    }
    return work(transaction)
  })
}
