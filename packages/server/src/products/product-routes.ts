import { tufKeyOf } from '@fleetward/shared'
import { Router } from 'express'
import { EVERYWHERE } from '../accounts/rights.ts'
import { changedPolicy, FIRST_POLICY, type PolicyChange } from '../gate/policy.ts'
import { auditedPolicy } from '../gate/policy-routes.ts'
import { permitOf } from '../http/door/permit.ts'
import { sendPageOf } from '../http/page.ts'
import { parseRequest } from '../http/parse-request.ts'
import { HttpError } from '../http/problem.ts'
import { requestIdOf } from '../http/request-id.ts'
import { type Clock, secondsOf, type TrustAnchors } from '../ports.ts'
import type { OnlineKeys } from '../publishing/online-keys.ts'
import type { Database } from '../stores.ts'
import { newProductSchema, productQuery } from './product-api.ts'
import type { Product } from './product-store.ts'

export interface ProductRoutesNeeds {
  readonly database: Database
  readonly keys: OnlineKeys
  readonly anchors: TrustAnchors
  readonly clock: Clock
}

export function productRoutes({ database, keys, anchors, clock }: ProductRoutesNeeds): Router {
  const routes = Router()
  const { products } = database
  const nowSeconds = () => secondsOf(clock)

  routes.get('/products', async (request, response) => {
    const permitted = permitOf(request).productsWith('product.read')
    const page = parseRequest(productQuery, request.query)
    const all = await products.all()
    const seen = all.filter(({ id }) => permitted === EVERYWHERE || permitted.includes(id))
    const viewOf = (product: Product) => product
    sendPageOf(request, response, seen, { ...page, keyOf: ({ id }) => id, viewOf })
  })

  routes.post('/products', async (request, response) => {
    const { id, gate } = parseRequest(newProductSchema, request.body)
    const product = { id, createdAt: nowSeconds() }
    await database.transaction(async (stores) => {
      if (!(await stores.products.add(product))) {
        throw new HttpError(409, 'PRODUCT_EXISTS', `There is a product ${id} already`)
      }
      const policy = { ...changedPolicy(FIRST_POLICY, (gate ?? {}) as PolicyChange), revision: 1 }
      await stores.gate.setPolicy(id, policy)
      await keys.ensure(stores, id, product.createdAt)
      await stores.audit.append({
        ...{ at: product.createdAt, actor: permitOf(request).actor, action: 'product.created' },
        ...{ product: id, subject: `product/${id}`, outcome: 'done' },
        after: { id, gate: auditedPolicy(policy) },
        requestId: requestIdOf(request),
      })
    })
    response.status(201).json(await inFull(product))
  })

  routes.get('/products/:product', async (request, response) => {
    const product = await products.find(permitOf(request).product)
    if (product === undefined) {
      throw new HttpError(404, 'NO_SUCH_PRODUCT', 'There is no such product')
    }
    response.json(await inFull(product))
  })

  async function inFull(product: Product) {
    const keyOf = async (name: 'timestamp' | 'snapshot') =>
      tufKeyOf(await keys.namedInRoot(database, product.id, name))
    const keySet = (name: 'director' | 'commands') =>
      keys.keySet(database, product.id, name, nowSeconds())
    return {
      ...product,
      onlineKeys: { timestamp: await keyOf('timestamp'), snapshot: await keyOf('snapshot') },
      trust: {
        'director.jwks': await keySet('director'),
        'commands.jwks': await keySet('commands'),
        'fleet-ca.pem': await anchors.fleetCaPem(),
      },
      serverCa: anchors.serverCaPem,
    }
  }

  return routes
}
