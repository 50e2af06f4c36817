import { type Request, type Response, Router } from 'express'
import { permitOf } from '../http/door/permit.ts'
import { parseRequest } from '../http/parse-request.ts'
import { streamQuery } from './event-api.ts'
import type { EventStreams } from './event-streams.ts'

/** Above products. */
export function eventRoutes(streams: EventStreams): Router {
  const routes = Router()
  routes.get('/events', (request, response) => serve(streams, request, response, undefined))
  return routes
}

export function productEventRoutes(streams: EventStreams): Router {
  const routes = Router({ mergeParams: true })
  routes.get('/events', (request, response) =>
    serve(streams, request, response, permitOf(request).product),
  )
  return routes
}

async function serve(
  streams: EventStreams,
  request: Request,
  response: Response,
  product: string | undefined,
): Promise<void> {
  const { types = [], after } = parseRequest(streamQuery, request.query)
  const { actor, rights } = permitOf(request)
  // HEAD: there is nothing to wait for.
  if (request.method === 'HEAD') {
    response.type('text/event-stream').end()
    return
  }
  await streams.serve(request, response, {
    ...{ account: actor.id, rights, product, types },
    after: lastEventId(request) ?? after,
  })
}

/** Only what this server gives as an id; anything else is none. */
function lastEventId(request: Request): number | undefined {
  const text = request.get('last-event-id') ?? ''
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
