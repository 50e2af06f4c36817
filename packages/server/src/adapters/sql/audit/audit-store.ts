import type { AuditHead } from '@fleetward/shared'
import type { ExpressionBuilder, Kysely } from 'kysely'
import type {
  AuditQuery,
  AuditStore,
  ChainedLine,
  NewAuditEntry,
} from '../../../audit/audit-store.ts'
import type { Checkpoint } from '../../../audit/checkpoint.ts'
import { lineAfter } from '../../../audit/entry.ts'
import { currentRequest } from '../../../observability/current-request.ts'
import { alone } from '../alone.ts'
import type { Tables } from '../database.ts'
import { engineOf } from '../engine.ts'

/** By the request that a caller made, where the writer did not say. */
function named(entry: NewAuditEntry): NewAuditEntry {
  const requestId = entry.requestId ?? currentRequest()
  return entry.actor.via === 'server' || requestId === undefined ? entry : { ...entry, requestId }
}

export class SqlAuditStore implements AuditStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async append(entry: NewAuditEntry): Promise<void> {
    await alone(this.#database, async (transaction) => {
      const head = await transaction
        .selectFrom('audit_head')
        .select(['seq', 'hash'])
        // Also against a transaction that does not run alone: two entries never follow the same one.
        .$if(engineOf(transaction) === 'postgres', (query) => query.forUpdate())
        .executeTakeFirstOrThrow()
      const { said, line, hash } = lineAfter(head, named(entry))
      const { seq, at, actor, action, product, subject, outcome } = said
      await transaction
        .insertInto('audit_entries')
        .values({
          ...{ seq, hash, line, at, action, subject, outcome },
          ...{ actor: actor.id, person: actor.person ?? null, product: product ?? null },
        })
        .execute()
      await transaction.updateTable('audit_head').set({ seq, hash }).execute()
    })
  }

  async head(): Promise<AuditHead> {
    return this.#database.selectFrom('audit_head').select(['seq', 'hash']).executeTakeFirstOrThrow()
  }

  async lines(after: number, limit: number): Promise<readonly ChainedLine[]> {
    return this.#select().where('seq', '>', after).orderBy('seq').limit(limit).execute()
  }

  async firstSince(at: number): Promise<number | undefined> {
    const { seq } = await this.#database
      .selectFrom('audit_entries')
      .select((entry) => entry.fn.min('seq').as('seq'))
      .where('at', '>=', at)
      .executeTakeFirstOrThrow()
    return seq ?? undefined
  }

  async find(query: AuditQuery): Promise<readonly ChainedLine[]> {
    return this.#select()
      .where((entry) => entry.and(conditions(entry, query)))
      .orderBy('seq', 'desc')
      .limit(query.limit)
      .execute()
  }

  async checkpoint(): Promise<Checkpoint | undefined> {
    return this.#database
      .selectFrom('audit_checkpoints')
      .selectAll()
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst()
  }

  async shorten(checkpoint: Checkpoint): Promise<void> {
    const { seq, hash, at, token } = checkpoint
    await alone(this.#database, async (transaction) => {
      await transaction.insertInto('audit_checkpoints').values({ seq, hash, at, token }).execute()
      await transaction.deleteFrom('audit_entries').where('seq', '<=', seq).execute()
    })
  }

  #select() {
    return this.#database.selectFrom('audit_entries').select(['seq', 'hash', 'line'])
  }
}

function conditions(entry: ExpressionBuilder<Tables, 'audit_entries'>, query: AuditQuery) {
  const { products, actor, action, subject, outcome, since, until, before } = query
  return [
    // An empty list is nothing at all, and no engine takes `in ()`.
    ...(products === undefined ? [] : [entry('product', 'in', ['', ...products])]),
    ...(actor === undefined
      ? []
      : [entry.or([entry('actor', '=', actor), entry('person', '=', actor)])]),
    ...(action === undefined ? [] : [matching(entry, 'action', action)]),
    ...(subject === undefined ? [] : [matching(entry, 'subject', subject)]),
    ...(outcome === undefined ? [] : [entry('outcome', '=', outcome)]),
    ...(since === undefined ? [] : [entry('at', '>=', since)]),
    ...(until === undefined ? [] : [entry('at', '<=', until)]),
    ...(before === undefined ? [] : [entry('seq', '<', before)]),
  ]
}

/** What ends with `.` or `/` is a beginning; the character after those two, in the order of bytes, ends the range. */
function matching(
  entry: ExpressionBuilder<Tables, 'audit_entries'>,
  column: 'action' | 'subject',
  text: string,
) {
  const last = text.at(-1) ?? ''
  if (last !== '.' && last !== '/') return entry(column, '=', text)
  const end = text.slice(0, -1) + String.fromCharCode(last.charCodeAt(0) + 1)
  return entry.and([entry(column, '>=', text), entry(column, '<', end)])
}
