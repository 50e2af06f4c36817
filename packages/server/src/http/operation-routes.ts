/**
 * The routes of the API, found by the operation that the guard permitted: what is carried out is what was permitted,
 * and nobody looks through all routes for it.
 */
import type { RequestHandler, Router } from 'express'
import { permitOf } from './door/permit.ts'
import { inOrder } from './in-order.ts'
import type { Operation } from './operations.ts'

/** Routers, by what stands before the paths of their routes in the document. */
export type MountedRouters = readonly (readonly [prefix: string, routers: readonly Router[]])[]

interface Carried {
  readonly carryOut: RequestHandler
  /** Where the values of the path's names stand. */
  readonly names: readonly (readonly [name: string, segment: number])[]
}

/** Behind the guard. Throws for an operation that no route carries out, and for what is no plain route. */
export function operationRoutes(
  operations: readonly Operation[],
  mounted: MountedRouters,
): RequestHandler {
  const routes = new Map(
    mounted.flatMap(([prefix, routers]) => routers.flatMap((router) => routesOf(prefix, router))),
  )
  const byOperation = new Map(
    operations.map((operation) => {
      const carried = routes.get(keyOf(operation.method, operation.path))
      if (carried === undefined) {
        throw new Error(`Nothing carries out ${operation.method} ${operation.path}`)
      }
      return [operation.path + operation.method, carried]
    }),
  )
  return (request, response, next) => {
    const { method, path } = permitOf(request).operation
    const carried = byOperation.get(path + method)
    if (carried === undefined) return next()
    const segments = request.path.split('/')
    request.params = Object.fromEntries(
      carried.names.map(([name, at]) => [name, decodeURIComponent(segments[at] ?? '')]),
    )
    return carried.carryOut(request, response, next)
  }
}

function routesOf(prefix: string, router: Router): [string, Carried][] {
  return router.stack.flatMap(({ route }) => {
    if (typeof route?.path !== 'string') throw new Error(`Below ${prefix} stands what is no route`)
    const path = prefix + route.path
    const names = path
      .split('/')
      .flatMap((segment, at) => (segment.startsWith(':') ? [[segment.slice(1), at] as const] : []))
    const byMethod = Map.groupBy(route.stack, ({ method }) => method)
    return [...byMethod].map(([method, layers]): [string, Carried] => [
      keyOf(method.toUpperCase(), path),
      { carryOut: inOrder(layers.map(({ handle }) => handle)), names },
    ])
  })
}

/** Whatever the names are called. */
function keyOf(method: string, path: string): string {
  return `${method} ${path.replaceAll(/:\w+|\{\w+\}/g, '*')}`
}
