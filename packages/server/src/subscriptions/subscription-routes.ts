import { Router } from 'express'
import { permitOf } from '../http/door/permit.ts'
import { sendPage } from '../http/page.ts'
import { parseRequest } from '../http/parse-request.ts'
import { HttpError } from '../http/problem.ts'
import { requestIdOf } from '../http/request-id.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database } from '../stores.ts'
import type { Subscription } from './subscription.ts'
import { inSubscription, subscriptionQuery } from './subscription-api.ts'

export interface SubscriptionRoutesNeeds {
  readonly database: Database
  readonly clock: Clock
}

export function subscriptionRoutes({ database, clock }: SubscriptionRoutesNeeds): Router {
  const routes = Router()

  routes.get('/subscriptions', async (request, response) => {
    const { after: before, limit, product } = parseRequest(subscriptionQuery, request.query)
    const items = await database.subscriptions.list({ product, before, limit: limit + 1 })
    sendPage(request, response, { items, limit, keyOf: ({ id }: Subscription) => id, viewOf })
  })

  routes.delete('/subscriptions/:id', async (request, response) => {
    const { id } = parseRequest(inSubscription, { id: request.params.id })
    await database.transaction(async ({ subscriptions, audit }) => {
      const found = await subscriptions.find(id)
      if (found === undefined || !(await subscriptions.remove(id))) {
        throw new HttpError(404, 'NO_SUCH_SUBSCRIPTION', 'There is no such subscription')
      }
      await audit.append({
        ...{ at: secondsOf(clock), actor: permitOf(request).actor },
        ...{ action: 'subscription.removed', product: found.product, outcome: 'done' },
        ...{ subject: `subscription/${id}`, requestId: requestIdOf(request) },
      })
    })
    response.status(204).end()
  })

  return routes
}

function viewOf({ number: _, device, ...subscription }: Subscription) {
  return { ...subscription, ...(device === '' ? {} : { device }) }
}
