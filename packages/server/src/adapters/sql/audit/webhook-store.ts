import type { Kysely, Selectable } from 'kysely'
import type { Delivery, Progress, Webhook } from '../../../webhooks/webhook.ts'
import type {
  WebhookScope,
  WebhookStore,
  WebhookWithProgress,
} from '../../../webhooks/webhook-store.ts'
import type { Tables } from '../database.ts'

type Row = Selectable<Tables['webhooks']>
type DeliveryRow = Selectable<Tables['webhook_deliveries']>

/** At once; the others at the next look. */
const DUE_MAX_COUNT = 200

export class SqlWebhookStore implements WebhookStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async find(scope: WebhookScope, id: string): Promise<WebhookWithProgress | undefined> {
    const row = await this.#inScope(scope).selectAll().where('id', '=', id).executeTakeFirst()
    return row && webhookOf(row)
  }

  async findById(id: string): Promise<WebhookWithProgress | undefined> {
    const query = this.#database.selectFrom('webhooks').selectAll().where('id', '=', id)
    const row = await query.executeTakeFirst()
    return row && webhookOf(row)
  }

  async list(
    scope: WebhookScope,
    { after, limit }: { readonly after: string | undefined; readonly limit: number },
  ): Promise<readonly WebhookWithProgress[]> {
    const rows = await this.#inScope(scope)
      .selectAll()
      .where('id', '>', after ?? '')
      .orderBy('id')
      .limit(limit)
      .execute()
    return rows.map(webhookOf)
  }

  async count(scope: WebhookScope): Promise<number> {
    const query = this.#inScope(scope).select((row) => row.fn.countAll<number>().as('count'))
    return (await query.executeTakeFirstOrThrow()).count
  }

  async add(webhook: Webhook, progress: Progress): Promise<void> {
    await this.#database
      .insertInto('webhooks')
      .values({ ...rowOf(webhook), ...progressRow(progress) })
      .execute()
  }

  async replace(revision: number, webhook: Webhook): Promise<boolean> {
    const { numUpdatedRows } = await this.#database
      .updateTable('webhooks')
      .set(rowOf(webhook))
      .where('id', '=', webhook.id)
      .where('revision', '=', revision)
      .executeTakeFirst()
    return numUpdatedRows === 1n
  }

  async remove(scope: WebhookScope, id: string): Promise<boolean> {
    if ((await this.find(scope, id)) === undefined) return false
    await this.#database.deleteFrom('webhook_deliveries').where('webhook', '=', id).execute()
    await this.#database.deleteFrom('webhooks').where('id', '=', id).execute()
    return true
  }

  async due(now: number, last: number): Promise<readonly WebhookWithProgress[]> {
    const rows = await this.#database
      .selectFrom('webhooks')
      .selectAll()
      .where('state', '=', 'enabled')
      .where('position', '<', last)
      .where('next_at', '<=', now)
      // Who waited longest comes first: nobody is left out when there are many.
      .orderBy('next_at')
      .orderBy('position')
      .limit(DUE_MAX_COUNT)
      .execute()
    return rows.map(webhookOf)
  }

  async move(id: string, position: number, progress: Progress): Promise<boolean> {
    const { numUpdatedRows } = await this.#database
      .updateTable('webhooks')
      .set(progressRow(progress))
      .where('id', '=', id)
      .where('position', '=', position)
      .executeTakeFirst()
    return numUpdatedRows === 1n
  }

  async restart(id: string, progress: Progress): Promise<void> {
    await this.#database
      .updateTable('webhooks')
      .set(progressRow(progress))
      .where('id', '=', id)
      .execute()
  }

  async fail(id: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#database
      .updateTable('webhooks')
      .set((row) => ({ state: 'failed', revision: row('revision', '+', 1) }))
      .where('id', '=', id)
      .where('state', '=', 'enabled')
      .executeTakeFirst()
    return numUpdatedRows === 1n
  }

  async keep(delivery: Delivery): Promise<void> {
    const { webhook, event, position, type, state, attempts, firstAt, lastAt } = delivery
    const values = {
      ...{ position, type, state, attempts, first_at: firstAt, last_at: lastAt },
      ...{ status: delivery.status ?? null, error: delivery.error ?? null },
    }
    await this.#database
      .insertInto('webhook_deliveries')
      .values({ webhook, event, ...values })
      .onConflict((conflict) => conflict.columns(['webhook', 'event']).doUpdateSet(values))
      .execute()
  }

  async findDelivery(webhook: string, event: string): Promise<Delivery | undefined> {
    const row = await this.#deliveries()
      .where('webhook', '=', webhook)
      .where('event', '=', event)
      .executeTakeFirst()
    return row && deliveryOf(row)
  }

  async deliveries(
    webhook: string,
    { before, limit }: { readonly before: number | undefined; readonly limit: number },
  ): Promise<readonly Delivery[]> {
    const rows = await this.#deliveries()
      .where('webhook', '=', webhook)
      .$if(before !== undefined, (query) => query.where('position', '<', before ?? 0))
      .orderBy('position', 'desc')
      .limit(limit)
      .execute()
    return rows.map(deliveryOf)
  }

  async asked(limit: number): Promise<readonly Delivery[]> {
    const rows = await this.#deliveries()
      .where('state', '=', 'asked')
      .where('webhook', 'in', (row) =>
        row.selectFrom('webhooks').select('id').where('webhooks.state', '=', 'enabled'),
      )
      .orderBy('last_at')
      .limit(limit)
      .execute()
    return rows.map(deliveryOf)
  }

  async deleteDeliveriesBefore(at: number, limit: number): Promise<number> {
    const old = await this.#database
      .selectFrom('webhook_deliveries')
      .select(['webhook', 'event'])
      .where('last_at', '<', at)
      .orderBy('last_at')
      .limit(limit)
      .execute()
    for (const { webhook, event } of old) {
      await this.#database
        .deleteFrom('webhook_deliveries')
        .where('webhook', '=', webhook)
        .where('event', '=', event)
        .execute()
    }
    return old.length
  }

  #inScope(scope: WebhookScope) {
    const webhooks = this.#database.selectFrom('webhooks')
    return scope === undefined
      ? webhooks.where('product', 'is', null)
      : webhooks.where('product', '=', scope)
  }

  #deliveries() {
    return this.#database.selectFrom('webhook_deliveries').selectAll()
  }
}

function webhookOf(row: Row): WebhookWithProgress {
  return {
    webhook: {
      ...{ id: row.id, product: row.product ?? undefined, url: row.url, state: row.state },
      ...{ description: row.description, types: JSON.parse(row.types) as readonly string[] },
      ...{ secret: row.secret, oldSecret: row.old_secret ?? undefined },
      oldSecretUntil: row.old_secret_until ?? undefined,
      ...{ revision: row.revision, createdAt: row.created_at, createdBy: row.created_by },
    },
    progress: {
      ...{ position: row.position, attempts: row.attempts, nextAt: row.next_at },
      failingSince: row.failing_since ?? undefined,
    },
  }
}

function rowOf(webhook: Webhook) {
  const { id, product, url, description, types, state, secret, revision } = webhook
  return {
    ...{ id, product: product ?? null, url, description, state, secret, revision },
    ...{ types: JSON.stringify(types), old_secret: webhook.oldSecret ?? null },
    old_secret_until: webhook.oldSecretUntil ?? null,
    ...{ created_at: webhook.createdAt, created_by: webhook.createdBy },
  }
}

function progressRow({ position, attempts, nextAt, failingSince }: Progress) {
  return { position, attempts, next_at: nextAt, failing_since: failingSince ?? null }
}

function deliveryOf(row: DeliveryRow): Delivery {
  const { webhook, event, position, type, state, attempts } = row
  return {
    ...{ webhook, event, position, type, state, attempts },
    ...{ firstAt: row.first_at, lastAt: row.last_at },
    ...{ status: row.status ?? undefined, error: row.error ?? undefined },
  }
}
