import type { Delivery, Progress, Webhook } from './webhook.ts'

export interface WebhookWithProgress {
  readonly webhook: Webhook
  readonly progress: Progress
}

/** Product, or undefined for what lies above products. Nobody finds a webhook of another scope. */
export type WebhookScope = string | undefined

export interface WebhookStore {
  find(scope: WebhookScope, id: string): Promise<WebhookWithProgress | undefined>
  /** Whatever its scope: for the server itself. */
  findById(id: string): Promise<WebhookWithProgress | undefined>
  /** By id, from the one after `after`. */
  list(
    scope: WebhookScope,
    page: { readonly after: string | undefined; readonly limit: number },
  ): Promise<readonly WebhookWithProgress[]>
  count(scope: WebhookScope): Promise<number>
  add(webhook: Webhook, progress: Progress): Promise<void>
  /** False: somebody changed it since that revision. */
  replace(revision: number, webhook: Webhook): Promise<boolean>
  remove(scope: WebhookScope, id: string): Promise<boolean>

  /** Enabled, behind `last`, and not told to wait. */
  due(now: number, last: number): Promise<readonly WebhookWithProgress[]>
  /** Only while the progress is still at `position`: somebody may have moved it meanwhile. */
  move(id: string, position: number, progress: Progress): Promise<boolean>
  /** For a webhook that people look at again: from where, with a fresh start. */
  restart(id: string, progress: Progress): Promise<void>
  /** The server gives up. Only while it is enabled. */
  fail(id: string): Promise<boolean>

  keep(delivery: Delivery): Promise<void>
  findDelivery(webhook: string, event: string): Promise<Delivery | undefined>
  /** The newest events first, from the one before `before`. */
  deliveries(
    webhook: string,
    page: { readonly before: number | undefined; readonly limit: number },
  ): Promise<readonly Delivery[]>
  /** Those that somebody asked to be delivered again, of enabled webhooks. */
  asked(limit: number): Promise<readonly Delivery[]>
  /** Deletes at most `limit` that were last tried before `at`; resolves with how many it were. */
  deleteDeliveriesBefore(at: number, limit: number): Promise<number>
}
