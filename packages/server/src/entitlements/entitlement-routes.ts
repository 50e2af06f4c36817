import { type Request, Router } from 'express'
import { permitOf } from '../http/door/permit.ts'
import { sendPage, sendPageOf } from '../http/page.ts'
import { parseRequest } from '../http/parse-request.ts'
import { HttpError } from '../http/problem.ts'
import { requestIdOf } from '../http/request-id.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Manifests } from '../publishing/manifests.ts'
import { inRelease } from '../releases/release-api.ts'
import type { Database } from '../stores.ts'
import type { Holder } from './entitlement.ts'
import {
  behindSchema,
  giveSchema,
  heldQuery,
  holdersQuery,
  inEntitlement,
  ofDevice,
} from './entitlement-api.ts'
import { type Doing, give, setBehind } from './entitlement-changes.ts'

export interface EntitlementRoutesNeeds {
  readonly database: Database
  readonly manifests: Manifests
  readonly clock: Clock
}

export function entitlementRoutes({ database, manifests, clock }: EntitlementRoutesNeeds): Router {
  const routes = Router({ mergeParams: true })
  const doing = (request: Request): Doing => ({
    ...{ by: permitOf(request).actor, requestId: requestIdOf(request) },
    at: secondsOf(clock),
  })

  routes.get('/entitlements/:entitlement', async (request, response) => {
    const { product } = permitOf(request)
    const { entitlement } = parseRequest(inEntitlement, { ...request.params, product })
    const { after, limit } = parseRequest(holdersQuery, request.query)
    const page = { after, limit: limit + 1 }
    const items = await database.entitlements.holders(product, entitlement, page)
    if (items.length === 0 && after === undefined) throw noSuchEntitlement(entitlement)
    const keyOf = ({ device }: Holder) => device
    const viewOf = ({ device, until }: Holder) => ({ device, until })
    sendPage(request, response, { items, limit, keyOf, viewOf })
  })

  routes.post('/entitlements/:entitlement', async (request, response) => {
    const { product } = permitOf(request)
    const { entitlement: name } = parseRequest(inEntitlement, { ...request.params, product })
    const { devices, until } = parseRequest(giveSchema, request.body)
    const changed = await database.transaction((stores) =>
      give(stores, manifests, { product, name, devices, until }, doing(request)),
    )
    manifests.publishSoon()
    response.json({ changed: changed.length })
  })

  routes.get('/devices/:device/entitlements', async (request, response) => {
    const { product } = permitOf(request)
    const { device } = parseRequest(ofDevice, { ...request.params, product })
    if ((await database.devices.find(product, device)) === undefined) {
      throw new HttpError(404, 'NO_SUCH_DEVICE', `No device ${device} is on record`)
    }
    const page = parseRequest(heldQuery, request.query)
    sendPageOf(request, response, await database.entitlements.ofDevice(product, device), {
      ...{ ...page, viewOf: (held) => held },
      keyOf: ({ name }) => name,
    })
  })

  routes.post('/releases/:version/entitlement', async (request, response) => {
    const { product } = permitOf(request)
    const { version } = parseRequest(inRelease, { product, version: request.params.version })
    const { entitlement } = parseRequest(behindSchema, request.body)
    await database.transaction((stores) =>
      setBehind(stores, { product, version, name: entitlement }, doing(request)),
    )
    response.json({ entitlement })
  })

  return routes
}

/** There is no list of names: what no device has may be misspelt. */
function noSuchEntitlement(name: string): HttpError {
  return new HttpError(404, 'NO_SUCH_ENTITLEMENT', `No device has the entitlement ${name}`)
}
