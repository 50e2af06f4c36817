/**
 * Stands in front of every route of the API and decides from the OpenAPI document: a route that is not in there,
 * or names no permission, is closed. What it lets through carries a {@link Permit}.
 */
import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'
import { strangerActor } from '../../accounts/actor.ts'
import { concerns, EVERYWHERE, mayAnywhere, mayIn } from '../../accounts/rights.ts'
import { noteRoute } from '../../observability/measured-request.ts'
import { type Clock, type ProductDirectory, secondsOf } from '../../ports.ts'
import { addressOf } from '../address.ts'
import { type DocumentedPaths, type Operation, Operations } from '../operations.ts'
import { HttpError, nothingHere } from '../problem.ts'
import { ifMatchMissing } from '../revision.ts'
import { noteAttempt } from './attempt.ts'
import { type Caller, givePermit, notPermitted, requireStepUp } from './permit.ts'

/** Says who is calling, or undefined when the request does not say it in a way that counts. */
export type Authenticate = (request: IncomingMessage) => Promise<Caller | undefined>

/** The first that knows the caller. */
export function firstOf(callers: readonly Authenticate[]): Authenticate {
  return async (request) => {
    for (const authenticate of callers) {
      const caller = await authenticate(request)
      if (caller !== undefined) return caller
    }
    return undefined
  }
}

export interface GuardNeeds {
  readonly paths: DocumentedPaths
  readonly authenticate: Authenticate
  readonly products: ProductDirectory
  readonly clock: Clock
}

/** Mounted where the document's paths begin. */
export function guard({ paths, authenticate, products, clock }: GuardNeeds): RequestHandler {
  const operations = new Operations(paths)
  // A product is never removed, so one that was seen is there.
  const seen = new Set<string>()
  const exists = async (product: string) => {
    if (!seen.has(product) && (await products.find(product)) !== undefined) seen.add(product)
    return seen.has(product)
  }
  return async (request, response, next) => {
    const found = operations.find(request.method, request.path)
    const operation = found?.operation
    const caller =
      (await authenticate(request)) ??
      (operation?.permission === 'public' ? stranger(request) : undefined)
    if (operation !== undefined) noteRoute(request, operation.path)
    const { actor } = caller ?? stranger(request)
    noteAttempt(request, { actor, product: found?.product })
    if (caller === undefined) {
      // RFC 6750 §3
      response.set('WWW-Authenticate', 'Bearer realm="fleetward"')
      throw new HttpError(
        401,
        'ACCESS_DENIED',
        'Sign in, or send a token: Authorization: Bearer <token>',
      )
    }
    // Only who may know what exists hears which methods it takes.
    if (found === undefined) throw nothingHere()
    const { product, methods } = found
    if (product !== undefined && !concerns(caller.rights, product)) throw noSuchProduct()
    if (operation === undefined) {
      const allowed = methods.join(', ')
      response.set('Allow', allowed)
      throw new HttpError(405, 'METHOD_NOT_ALLOWED', `This address knows ${allowed}`)
    }
    requirePermission(caller, operation, product)
    if (product !== undefined && !(await exists(product))) throw noSuchProduct()
    const nowSeconds = secondsOf(clock)
    if (operation.stepUp) requireStepUp(caller, nowSeconds)
    if (operation.ifMatch && request.get('if-match') === undefined) throw ifMatchMissing()
    givePermit(request, { caller, operation, product, nowSeconds })
    next()
  }
}

function requirePermission(
  { rights }: Caller,
  { permission, anyProduct }: Operation,
  product: string | undefined,
): void {
  if (permission === 'public' || permission === 'anyone-signed-in') return
  const may = anyProduct
    ? mayAnywhere(rights, permission)
    : mayIn(rights, permission, product ?? EVERYWHERE)
  if (!may) throw notPermitted(permission, anyProduct ? undefined : (product ?? EVERYWHERE))
}

function stranger(request: IncomingMessage): Caller {
  return { actor: strangerActor(addressOf(request)), rights: new Map() }
}

/** One answer for a product that does not exist and for one that is none of the caller's business. */
function noSuchProduct(): HttpError {
  return new HttpError(404, 'NO_SUCH_PRODUCT', 'There is no such product')
}
