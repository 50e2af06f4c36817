import { Router } from 'express'
import { permitOf } from '../../http/door/permit.ts'
import { parseRequest } from '../../http/parse-request.ts'
import { requestIdOf } from '../../http/request-id.ts'
import { type Clock, secondsOf } from '../../ports.ts'
import type { Database } from '../../stores.ts'
import { deadlinePolicySchema } from './deadline-api.ts'

export interface DeadlineRoutesNeeds {
  readonly database: Database
  readonly clock: Clock
}

export function deadlineRoutes({ database, clock }: DeadlineRoutesNeeds): Router {
  const routes = Router({ mergeParams: true })

  routes.get('/deadlines', async (request, response) => {
    response.json(await database.deadlines.policy(permitOf(request).product))
  })

  routes.post('/deadlines', async (request, response) => {
    const { product, actor } = permitOf(request)
    const policy = parseRequest(deadlinePolicySchema, request.body)
    await database.transaction(async ({ deadlines, audit }) => {
      const before = await deadlines.policy(product)
      await deadlines.setPolicy(product, policy)
      await audit.append({
        ...{ at: secondsOf(clock), actor, product },
        ...{ action: 'product.deadlinesSet', subject: `product/${product}`, outcome: 'done' },
        ...{ before: { ...before }, after: { ...policy }, requestId: requestIdOf(request) },
      })
    })
    response.json(policy)
  })

  return routes
}
