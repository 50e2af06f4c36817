import { Router } from 'express'
import { permitOf } from '../http/door/permit.ts'
import { parseRequest } from '../http/parse-request.ts'
import { requestIdOf } from '../http/request-id.ts'
import { requireRevision, sendRevised } from '../http/revision.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database } from '../stores.ts'
import { changedPolicy, type GatePolicy, type PolicyChange } from './policy.ts'
import { policyChangeSchema } from './policy-api.ts'

export interface PolicyRoutesNeeds {
  readonly database: Database
  readonly clock: Clock
}

export function policyRoutes({ database, clock }: PolicyRoutesNeeds): Router {
  const routes = Router({ mergeParams: true })

  routes.get('/gate-policy', async (request, response) => {
    const policy = await database.gate.policy(permitOf(request).product)
    sendRevised(response, policy, policy)
  })

  routes.post('/gate-policy', async (request, response) => {
    const { product, actor } = permitOf(request)
    const change = parseRequest(policyChangeSchema, request.body) as PolicyChange
    const at = secondsOf(clock)
    const changed = await database.transaction(async (stores) => {
      const before = await stores.gate.policy(product)
      requireRevision(request, before)
      const policy = changedPolicy(before, change)
      await stores.gate.setPolicy(product, policy)
      await stores.audit.append({
        ...{ at, actor, action: 'product.gate-changed', product, subject: `product/${product}` },
        ...{ outcome: 'done', requestId: requestIdOf(request) },
        ...{ before: auditedPolicy(before), after: auditedPolicy(policy) },
      })
      const { mode, threshold } = policy
      const data = { mode, threshold, evidence: policy.evidence.join(' ') }
      await stores.events.add({ at, type: 'product.gate-changed', product, data })
      return policy
    })
    sendRevised(response, changed, changed)
  })

  return routes
}

export function auditedPolicy({ evidence, ...policy }: GatePolicy) {
  return { ...policy, evidence: evidence.join(' ') }
}
