/** Each request, on whichever listener: how long it took, to which route, with which answer. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { observed } from './observe.ts'
import { requestSpan } from './spans.ts'

export type ListenerName = 'public' | 'device' | 'operator' | 'metrics'

const routes = new WeakMap<IncomingMessage, string>()

/** As the route is written, with its `{names}`: never what a caller put in their place. */
export function noteRoute(request: IncomingMessage, route: string): void {
  routes.set(request, route)
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

export function measureRequest(
  listener: ListenerName,
  request: IncomingMessage,
  response: ServerResponse,
  handle: () => void,
): void {
  const start = performance.now()
  // Anybody may send any word as a method.
  const method = METHODS.has(request.method ?? '') ? (request.method ?? '') : 'other'
  const span = requestSpan(method, request.headers)
  response.once('close', () => {
    const isFailed = response.statusCode >= 500
    const status = response.writableEnded ? `${Math.floor(response.statusCode / 100)}xx` : 'cut'
    const facts = { listener, method, route: routes.get(request) ?? 'none', status }
    observed({ what: 'request', ms: performance.now() - start, isFailed, facts })
    span?.end({ ...facts, 'http.response.status_code': response.statusCode }, isFailed)
  })
  if (span === undefined) handle()
  else span.run(handle)
}
