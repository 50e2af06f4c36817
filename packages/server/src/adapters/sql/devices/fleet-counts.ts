/** Numbers about the whole server, for its metrics. Each is one query over an index or a small table. */
import { type Kysely, sql } from 'kysely'
import { LOG_SERVER } from '../../../audit/export/told-store.ts'
import type { StoredCounts } from '../../../observability/stored-counts.ts'
import type { Tables } from '../database.ts'

export async function fleetCounts(database: Kysely<Tables>): Promise<StoredCounts> {
  const devices = await database
    .selectFrom('devices')
    .select(({ fn }) => [
      'product',
      fn.countAll<number>().as('count'),
      fn.sum<number>('online').as('online'),
    ])
    .groupBy('product')
    .execute()
  const rollouts = await database
    .selectFrom('rollouts')
    .select(({ fn }) => ['product', 'state', fn.countAll<number>().as('count')])
    .groupBy(['product', 'state'])
    .execute()
  const manifests = await database
    .selectFrom('manifests')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .whereRef('published_seq', '<', 'seq')
    .executeTakeFirstOrThrow()
  const commands = await database
    .selectFrom('commands')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('state', '=', 'pending')
    .executeTakeFirstOrThrow()
  const audit = await database.selectFrom('audit_head').select('seq').executeTakeFirst()
  const sent = await database
    .selectFrom('told_positions')
    .select('position')
    .where('name', '=', LOG_SERVER)
    .executeTakeFirst()
  // Of every webhook that is to get them: up to the last event there is.
  const webhooks = await database
    .selectFrom('webhooks')
    .innerJoin('event_head', (join) => join.onTrue())
    .select(sql<number>`coalesce(sum(event_head.position - webhooks.position), 0)`.as('waiting'))
    .where('webhooks.state', '=', 'enabled')
    .executeTakeFirstOrThrow()
  return {
    devices: devices.map(({ online, ...row }) => ({ ...row, online: Number(online ?? 0) })),
    rollouts,
    manifestsUnpublished: manifests.count,
    commandsPending: commands.count,
    auditEntries: audit?.seq ?? 0,
    auditEntriesSent: sent?.position ?? 0,
    webhooksWaiting: Number(webhooks.waiting),
  }
}
