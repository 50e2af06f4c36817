import { Router } from 'express'
import type { Sessions } from '../accounts/sessions.ts'
import { addressOf } from '../http/address.ts'
import { permitOf } from '../http/door/permit.ts'
import { requireSameOrigin } from '../http/door/same-origin.ts'
import { parseRequest } from '../http/parse-request.ts'
import { requestIdOf } from '../http/request-id.ts'
import type { BreakGlass } from './break-glass.ts'
import { inUse, useSchema } from './break-glass-api.ts'

export interface BreakGlassRoutesNeeds {
  readonly breakGlass: BreakGlass
  readonly sessions: Sessions
}

export function breakGlassRoutes({ breakGlass, sessions }: BreakGlassRoutesNeeds): Router {
  const routes = Router()

  routes.get('/break-glass', async (_request, response) => {
    response.json(await breakGlass.state())
  })

  routes.post('/break-glass', async (request, response) => {
    const { code, as } = parseRequest(useSchema, request.body)
    const how = {
      ...{ address: addressOf(request), userAgent: request.get('user-agent') },
      requestId: requestIdOf(request),
    }
    if (as === 'token') {
      response.json(await breakGlass.openToken(code, how))
      return
    }
    requireSameOrigin(request)
    response.set('Set-Cookie', await breakGlass.openSession(code, how, sessions))
    response.json({})
  })

  routes.get('/break-glass/alarms', async (_request, response) => {
    response.json((await breakGlass.alarms()).map(({ id, usedAt }) => ({ id, usedAt })))
  })

  routes.post('/break-glass/uses/:id/acknowledgement', async (request, response) => {
    const { id } = parseRequest(inUse, request.params)
    await breakGlass.acknowledge(id, permitOf(request).actor)
    response.status(204).end()
  })

  return routes
}
