/** CRA P-075: entries survive as they were written, in a chain without holes. */
import assert from 'node:assert/strict'
import { AuditChain, parseAuditLine } from '@fleetward/shared'
import type { Kysely } from 'kysely'
import { SERVER_ACTOR } from '../../src/accounts/actor.ts'
import type { Tables } from '../../src/adapters/sql/database.ts'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import type { NewAuditEntry } from '../../src/audit/audit-store.ts'
import type { Stores } from '../../src/stores.ts'
import { eachEngine } from '../support/engines.ts'

const AT = 1_790_000_000

function entry(more: Partial<NewAuditEntry> = {}): NewAuditEntry {
  return {
    ...{ at: AT, actor: SERVER_ACTOR, action: 'rollout.paused', subject: 'rollout/r1' },
    ...{ product: 'lumen', outcome: 'done' },
    ...more,
  }
}

async function verdict({ audit }: Stores) {
  const checkpoint = await audit.checkpoint()
  const chain = new AuditChain({ beginning: checkpoint, known: [await audit.head()] })
  for (const { line } of await audit.lines(0, 1_000)) chain.take(line)
  return chain.end()
}

eachEngine('entries of many transactions at once are one chain without holes', async (database) => {
  const stores = sqlStores(database)
  await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      stores.transaction(async ({ audit }) => {
        await audit.append(entry({ subject: `rollout/${at}` }))
        await audit.append(entry({ subject: `rollout/${at}`, action: 'rollout.resumed' }))
      }),
    ),
  )
  // Also beside the transactions that run alone.
  await Promise.all([1, 2, 3].map((at) => stores.audit.append(entry({ subject: `device/${at}` }))))
  const { lines, head, broken } = await verdict(stores)
  assert.deepEqual({ lines, head: head.seq, broken }, { lines: 43, head: 43, broken: undefined })
})

eachEngine('a transaction that fails leaves no entry and no hole', async (database) => {
  const stores = sqlStores(database)
  await stores.audit.append(entry())
  const failed = stores.transaction(async ({ audit }) => {
    await audit.append(entry())
    throw new Error('the change failed')
  })
  await assert.rejects(failed, /the change failed/)
  await stores.audit.append(entry())
  assert.equal((await verdict(stores)).broken, undefined)
  assert.equal((await stores.audit.head()).seq, 2)
})

eachEngine(
  'a line that was edited in the database shows, and so does a table that was cut off',
  async (database) => {
    const stores = sqlStores(database)
    for (let at = 0; at < 6; at += 1) await stores.audit.append(entry({ at: AT + at }))
    await editLine(database, 3)
    assert.deepEqual((await verdict(stores)).broken, { seq: 4, flaw: 'not chained' })
    await database.deleteFrom('audit_entries').where('seq', '>', 2).execute()
    assert.deepEqual((await verdict(stores)).broken, { seq: 3, flaw: 'known head missing' })
  },
)

async function editLine(database: Kysely<Tables>, seq: number): Promise<void> {
  const row = await database
    .selectFrom('audit_entries')
    .select('line')
    .where('seq', '=', seq)
    .executeTakeFirstOrThrow()
  const line = row.line.replace('rollout.paused', 'rollout.widened')
  await database.updateTable('audit_entries').set({ line }).where('seq', '=', seq).execute()
}

eachEngine(
  'entries are found by who, what, where, when and how it ended, the newest first',
  async (database) => {
    const { audit } = sqlStores(database)
    const ada = { ...SERVER_ACTOR, kind: 'person' as const, id: 'a1', person: 'a1' }
    const tool = { ...SERVER_ACTOR, kind: 'service' as const, id: 's1', person: 'a1' }
    await audit.append(entry({ actor: ada, action: 'rollout.started', at: AT + 1 }))
    await audit.append(entry({ actor: tool, action: 'rolloutsomething', at: AT + 2 }))
    await audit.append(entry({ product: 'other', action: 'rollout.paused', at: AT + 3 }))
    await audit.append(
      entry({ product: undefined, action: 'account.added', subject: 'account/a%', at: AT + 4 }),
    )
    await audit.append(entry({ outcome: 'refused', code: 'NOT_PERMITTED', at: AT + 5 }))
    const found = async (query: object) =>
      (await audit.find({ limit: 10, ...query })).map(({ seq }) => seq)
    assert.deepEqual(await found({}), [5, 4, 3, 2, 1])
    assert.deepEqual(await found({ actor: 'a1' }), [2, 1])
    assert.deepEqual(await found({ action: 'rollout.' }), [5, 3, 1])
    assert.deepEqual(await found({ action: 'rollout.paused', products: ['lumen'] }), [5])
    assert.deepEqual(await found({ products: [] }), [])
    assert.deepEqual(await found({ subject: 'account/' }), [4])
    assert.deepEqual(await found({ subject: 'account/%' }), [])
    assert.deepEqual(await found({ outcome: 'refused' }), [5])
    assert.deepEqual(await found({ since: AT + 2, until: AT + 4 }), [4, 3, 2])
    assert.deepEqual(await found({ before: 3, limit: 1 }), [2])
    assert.equal(await audit.firstSince(AT + 3), 3)
    assert.equal(await audit.firstSince(AT + 9), undefined)
  },
)

eachEngine(
  'what retention deletes leaves a checkpoint from which the rest verifies',
  async (database) => {
    const stores = sqlStores(database)
    for (let at = 0; at < 5; at += 1) await stores.audit.append(entry({ at: AT + at }))
    const [, , third] = await stores.audit.lines(0, 3)
    assert.ok(third)
    const { seq, hash } = third
    await stores.transaction(({ audit }) =>
      audit.shorten({ seq, hash, at: AT + 9, token: 'signed' }),
    )
    await stores.audit.append(entry())
    const { firstSeq, lines, broken } = await verdict(stores)
    assert.deepEqual({ firstSeq, lines, broken }, { firstSeq: 4, lines: 3, broken: undefined })
    assert.equal(parseAuditLine((await stores.audit.lines(5, 1))[0]?.line ?? '').seq, 6)
  },
)
