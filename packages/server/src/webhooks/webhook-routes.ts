import { randomUUID } from 'node:crypto'
import { type Request, Router } from 'express'
import { permitOf } from '../http/door/permit.ts'
import { sendPage } from '../http/page.ts'
import { parseRequest } from '../http/parse-request.ts'
import { HttpError } from '../http/problem.ts'
import { requireRevision, sendRevised } from '../http/revision.ts'
import type { Database } from '../stores.ts'
import type { Delivery } from './webhook.ts'
import {
  deliveryPage,
  inDelivery,
  inWebhook,
  newWebhookSchema,
  secretRotationSchema,
  webhookChangeSchema,
  webhookPage,
} from './webhook-api.ts'
import type { WebhookChanges } from './webhook-changes.ts'
import type { WebhookScope, WebhookWithProgress } from './webhook-store.ts'
import type { WebhookWorker } from './webhook-worker.ts'

export interface WebhookRoutesNeeds {
  readonly database: Database
  readonly changes: WebhookChanges
  readonly worker: Pick<WebhookWorker, 'test'>
  readonly now: () => number
}

/** Whose webhooks: of the product that the guard permitted, or those above products. */
type ScopeOf = (request: Request) => WebhookScope

export function webhookRoutes(needs: WebhookRoutesNeeds): Router {
  return routesIn(needs, Router(), () => undefined)
}

export function productWebhookRoutes(needs: WebhookRoutesNeeds): Router {
  return routesIn(needs, Router({ mergeParams: true }), (request) => permitOf(request).product)
}

function routesIn(
  { database, changes, worker, now }: WebhookRoutesNeeds,
  routes: Router,
  scopeOf: ScopeOf,
): Router {
  const find = async (request: Request) => {
    const { id } = parseRequest(inWebhook, { id: request.params.id })
    const found = await database.webhooks.find(scopeOf(request), id)
    if (found === undefined) throw noSuchWebhook()
    return found
  }

  routes.get('/webhooks', async (request, response) => {
    const { after, limit } = parseRequest(webhookPage, request.query)
    const items = await database.webhooks.list(scopeOf(request), { after, limit: limit + 1 })
    sendPage(request, response, { items, limit, keyOf: ({ webhook }) => webhook.id, viewOf })
  })

  routes.post('/webhooks', async (request, response) => {
    const wanted = parseRequest(newWebhookSchema, request.body)
    const { added, secret } = await changes.add(request, scopeOf(request), wanted)
    response.status(201).set('ETag', `"${added.webhook.revision}"`)
    response.json({ ...viewOf(added), secret })
  })

  routes.get('/webhooks/:id', async (request, response) => {
    const found = await find(request)
    sendRevised(response, found.webhook, viewOf(found))
  })

  routes.patch('/webhooks/:id', async (request, response) => {
    const change = parseRequest(webhookChangeSchema, request.body)
    const found = await find(request)
    requireRevision(request, found.webhook)
    const changed = await changes.change(request, found, change)
    sendRevised(response, changed.webhook, viewOf(changed))
  })

  routes.delete('/webhooks/:id', async (request, response) => {
    const found = await find(request)
    requireRevision(request, found.webhook)
    await changes.remove(request, found)
    response.status(204).end()
  })

  routes.post('/webhooks/:id/secret', async (request, response) => {
    const { overlapSeconds } = parseRequest(secretRotationSchema, request.body ?? {})
    response.json(await changes.rotateSecret(request, await find(request), overlapSeconds))
  })

  routes.post('/webhooks/:id/test', async (request, response) => {
    const { webhook } = await find(request)
    const event = { at: now(), type: 'webhook.test', data: { webhook: webhook.id } }
    const { isDelivered, status, error } = await worker.test(webhook, {
      id: randomUUID(),
      ...event,
    })
    await changes.tested(request, webhook, isDelivered)
    response.json({ isDelivered, status, error })
  })

  routes.get('/webhooks/:id/deliveries', async (request, response) => {
    const { webhook } = await find(request)
    const { after: before, limit } = parseRequest(deliveryPage, request.query)
    const items = await database.webhooks.deliveries(webhook.id, { before, limit: limit + 1 })
    const keyOf = ({ position }: Delivery) => String(position)
    sendPage(request, response, { items, limit, keyOf, viewOf: deliveryView })
  })

  routes.post('/webhooks/:id/deliveries/:event/redelivery', async (request, response) => {
    const { id, event } = request.params
    const wanted = parseRequest(inDelivery, { id, event })
    const { webhook } = await find(request)
    response.status(202).json(deliveryView(await changes.askAgain(request, webhook, wanted.event)))
  })

  return routes
}

export function noSuchWebhook(): HttpError {
  return new HttpError(404, 'NO_SUCH_WEBHOOK', 'There is no such webhook here')
}

function viewOf({ webhook, progress }: WebhookWithProgress) {
  const { secret: _secret, oldSecret: _old, ...rest } = webhook
  const { attempts, nextAt, failingSince } = progress
  return { ...rest, attempts, nextAt: nextAt === 0 ? undefined : nextAt, failingSince }
}

function deliveryView({ webhook: _webhook, ...rest }: Delivery) {
  return rest
}
