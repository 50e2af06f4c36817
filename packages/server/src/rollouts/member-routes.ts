/** The devices of a rollout, one by one: which column each is in, and why. */
import { Router } from 'express'
import { ownWindow } from '../devices/own-window.ts'
import { permitOf } from '../http/door/permit.ts'
import { sendPage } from '../http/page.ts'
import { parseRequest } from '../http/parse-request.ts'
import { requestIdOf } from '../http/request-id.ts'
import type { Database } from '../stores.ts'
import { explainFor } from './explain-for.ts'
import { approvalRuleSchema, inRollout, inRolloutDevice, memberQuerySchema } from './rollout-api.ts'
import { findRollout } from './rollout-routes.ts'
import type { RolloutRunner } from './runner.ts'
import { countingNow } from './standing.ts'

export interface MemberRoutesNeeds {
  readonly database: Database
  readonly runner: Pick<RolloutRunner, 'moment'>
}

export function memberRoutes({ database, runner }: MemberRoutesNeeds): Router {
  const routes = Router({ mergeParams: true })

  routes.get('/rollouts/:id/devices', async (request, response) => {
    const permit = permitOf(request)
    const { product } = permit
    const { id } = parseRequest(inRollout, request.params)
    const { column, group, after, limit } = parseRequest(memberQuerySchema, request.query)
    const rollout = await findRollout(database, product, id)
    const moment = runner.moment()
    const { counting } = await countingNow(database, rollout, moment)
    const index = rollout.plan.groups.findIndex(({ name }) => name === group)
    const items = await database.members.page(counting, {
      ...{ column, after, limit: limit + 1 },
      ...(group === undefined ? {} : { group: index }),
    })
    sendPage(request, response, {
      ...{ items, limit },
      keyOf: ({ device }) => device.device,
      viewOf: ({ device, membership, isHeld, choices, column: where }) => ({
        ...{ device: device.device, column: where, late: membership.late, held: isHeld },
        group: rollout.plan.groups[membership.group]?.name ?? '',
        ...{ offeredAt: membership.offeredAt, endedAt: membership.end?.at },
        code: membership.end?.code,
        // Of a person at home, as the device's page has it.
        ...(permit.may('device.read')
          ? { ownWindow: ownWindow(choices?.ownWindow, moment.now) }
          : {}),
      }),
    })
  })

  routes.get('/rollouts/:id/devices/:device/explain', async (request, response) => {
    const { product } = permitOf(request)
    const { id, device } = parseRequest(inRolloutDevice, request.params)
    const rollout = await findRollout(database, product, id)
    const moment = runner.moment()
    response.json(await explainFor(database, rollout, device, moment))
  })

  routes.get('/approval', async (request, response) => {
    response.json(await database.rollouts.approvalRule(permitOf(request).product))
  })

  routes.post('/approval', async (request, response) => {
    const { product, actor } = permitOf(request)
    const rule = parseRequest(approvalRuleSchema, request.body)
    await database.transaction(async (stores) => {
      const before = await stores.rollouts.approvalRule(product)
      await stores.rollouts.setApprovalRule(product, rule)
      await stores.audit.append({
        ...{ at: runner.moment().now, actor, action: 'product.approvalRuleSet', product },
        ...{ subject: `product/${product}`, requestId: requestIdOf(request), outcome: 'done' },
        before: { count: before.count, roles: [...before.roles] },
        after: { count: rule.count, roles: rule.roles },
      })
    })
    response.json(rule)
  })

  return routes
}
