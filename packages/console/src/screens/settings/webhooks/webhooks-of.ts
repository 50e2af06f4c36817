/** The webhooks of one product, or those above products, which hear of all of them: the same acts at two addresses. */
import { type Answer, call } from '../../../api/call.ts'
import type {
  NewWebhook,
  Webhook,
  WebhookAdded,
  WebhookDelivery,
  WebhookTested,
} from '../../../api/operator-api.gen.ts'

export interface WebhooksOf {
  readonly list: (
    after: string | undefined,
    signal: AbortSignal,
  ) => Promise<Answer<readonly Webhook[]>>
  readonly add: (body: NewWebhook) => Promise<Answer<WebhookAdded>>
  readonly turn: (hook: Webhook, state: 'enabled' | 'disabled') => Promise<unknown>
  readonly remove: (hook: Webhook) => Promise<unknown>
  readonly test: (id: string) => Promise<Answer<WebhookTested>>
  readonly deliveries: (
    id: string,
    after: number | undefined,
    signal: AbortSignal,
  ) => Promise<Answer<readonly WebhookDelivery[]>>
}

export function webhooksOf(product: string | undefined): WebhooksOf {
  return product === undefined ? ABOVE_PRODUCTS : webhooksIn(product)
}

const seen = ({ revision }: Webhook) => `"${revision}"`

const ABOVE_PRODUCTS: WebhooksOf = {
  list: (after, signal) => call('GET /webhooks', { query: { after }, signal }),
  add: (body) => call('POST /webhooks', { body }),
  turn: (hook, state) =>
    call('PATCH /webhooks/{id}', { path: { id: hook.id }, ifMatch: seen(hook), body: { state } }),
  remove: (hook) => call('DELETE /webhooks/{id}', { path: { id: hook.id }, ifMatch: seen(hook) }),
  test: (id) => call('POST /webhooks/{id}/test', { path: { id } }),
  deliveries: (id, after, signal) =>
    call('GET /webhooks/{id}/deliveries', { path: { id }, query: { after }, signal }),
}

function webhooksIn(product: string): WebhooksOf {
  const at = (id: string) => ({ product, id })
  return {
    list: (after, signal) =>
      call('GET /products/{product}/webhooks', { path: { product }, query: { after }, signal }),
    add: (body) => call('POST /products/{product}/webhooks', { path: { product }, body }),
    turn: (hook, state) =>
      call('PATCH /products/{product}/webhooks/{id}', {
        ...{ path: at(hook.id), ifMatch: seen(hook), body: { state } },
      }),
    remove: (hook) =>
      call('DELETE /products/{product}/webhooks/{id}', { path: at(hook.id), ifMatch: seen(hook) }),
    test: (id) => call('POST /products/{product}/webhooks/{id}/test', { path: at(id) }),
    deliveries: (id, after, signal) =>
      call('GET /products/{product}/webhooks/{id}/deliveries', {
        ...{ path: at(id), query: { after }, signal },
      }),
  }
}
