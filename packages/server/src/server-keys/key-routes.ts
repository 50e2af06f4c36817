import type { Json } from '@fleetward/shared'
import { type Request, type Response, Router } from 'express'
import { permitOf } from '../http/door/permit.ts'
import { parseRequest } from '../http/parse-request.ts'
import { requestIdOf } from '../http/request-id.ts'
import type { Clock } from '../ports.ts'
import type { Database, Stores } from '../stores.ts'
import { inProductKey, inServerKey, retirementSchema, rotationSchema } from './key-api.ts'
import { roleToSign, viewOf } from './key-view.ts'
import { keysOfProduct } from './keys-of-product.ts'
import { type Rotating, rotateKey } from './rotate-keys.ts'
import type { SealedKeys } from './sealed-keys.ts'
import { WHOLE_SERVER } from './server-key.ts'
import { fleetListings, retireFleetAuthorities } from './settle-fleet.ts'

export interface KeyRoutesNeeds {
  readonly database: Database
  readonly keys: SealedKeys
  readonly clock: Clock
  /** Listeners and other instances take over what changed. */
  changed(): Promise<void>
}

/** Above products. */
export function serverKeyRoutes(needs: KeyRoutesNeeds): Router {
  const routes = Router()
  const { database, clock, changed } = needs
  const answer = async (response: Response) =>
    response.json(await serverKeys(database, seconds(clock.now())))

  routes.get('/keys', async (_request, response) => {
    await answer(response)
  })

  routes.post('/keys/fleet-ca/retire', async (request, response) => {
    const { evenDevices } = parseRequest(retirementSchema, request.body ?? {})
    await database.transaction(async (stores) => {
      const now = seconds(clock.now())
      const done = await retireFleetAuthorities(stores, now, { evenDevices })
      await note(stores, request, now, 'key.retired', 'key/fleet-ca', { ...done, evenDevices })
    })
    await changed()
    await answer(response)
  })

  routes.post('/keys/:purpose/rotate', async (request, response) => {
    await rotate(needs, request, parseRequest(inServerKey, request.params))
    await answer(response)
  })

  return routes
}

/** Below /products/:product. */
export function productKeyRoutes(needs: KeyRoutesNeeds): Router {
  const routes = Router({ mergeParams: true })
  const { database, clock } = needs

  routes.get('/keys', async (request, response) => {
    response.json(await keysOfProduct(database, permitOf(request).product, seconds(clock.now())))
  })

  routes.post('/keys/:purpose/rotate', async (request, response) => {
    const { product } = permitOf(request)
    const { purpose } = parseRequest(inProductKey, { purpose: request.params.purpose })
    await rotate(needs, request, { purpose, product })
    response.json(await keysOfProduct(database, product, seconds(clock.now())))
  })

  return routes
}

async function rotate(
  { database, keys, clock, changed }: KeyRoutesNeeds,
  request: Request,
  rotating: Rotating,
): Promise<void> {
  const { stolen } = parseRequest(rotationSchema, request.body ?? {})
  await database.transaction(async (stores) => {
    const now = clock.now()
    const done = await rotateKey(stores, keys, rotating, { isStolen: stolen, now })
    const product = 'product' in rotating ? rotating.product : undefined
    const after = { id: done.id, isNew: done.isNew, stolen }
    await note(
      stores,
      request,
      seconds(now),
      'key.rotated',
      `key/${rotating.purpose}`,
      after,
      product,
    )
  })
  await changed()
}

async function note(
  { audit, events }: Stores,
  request: Request,
  at: number,
  action: string,
  subject: string,
  after: Json,
  product?: string,
): Promise<void> {
  const { actor } = permitOf(request)
  const requestId = requestIdOf(request)
  const entry = { at, actor, action, product, subject, after, requestId }
  await audit.append({ ...entry, outcome: 'done' })
  // `key.rotated` is the event `security.key-rotated`.
  const type = `security.${action.replace('.', '-')}`
  await events.add({ at, type, product, data: { subject } })
}

async function serverKeys(database: Database, now: number) {
  const ring = await database.serverKeys.ring('fleet-ca', WHOLE_SERVER)
  const listings = await fleetListings(database)
  const productsOf = (id: string) =>
    [...listings].filter(([, listed]) => listed.has(id)).map(([product]) => product)
  // A key signs for good once it does so for every product.
  const common = new Set(
    ring.map(({ id }) => id).filter((id) => productsOf(id).length === listings.size),
  )
  const fleetCa = []
  for (const { isListed: _, ...key } of viewOf(ring, common)) {
    const devices = await database.serverKeys.devicesOf(key.id, now)
    fleetCa.push({ ...key, listedBy: productsOf(key.id), devices })
  }
  const [server] = await database.serverKeys.ring('server-ca', WHOLE_SERVER)
  const toSign = [...listings]
    .filter(([, listed]) => roleToSign('fleet-ca', ring, listed, now) !== undefined)
    .map(([product]) => product)
  const openPgp = await database.serverKeys.ring('advisories', WHOLE_SERVER)
  return {
    fleetCa,
    advisories: openPgp.map(({ id, createdAt }, at) => ({
      ...{ id, createdAt, state: at === openPgp.length - 1 ? 'signs' : 'former' },
    })),
    serverCa: { id: server?.id ?? '', createdAt: server?.createdAt ?? 0 },
    toSign,
  }
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000)
}
