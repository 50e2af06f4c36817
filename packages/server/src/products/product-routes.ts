import { tufKeyOf } from '@fleetward/shared'
import { Router } from 'express'
import { EVERYWHERE } from '../accounts/rights.ts'
import { parseRequest } from '../http/parse-request.ts'
import { permitOf } from '../http/permit.ts'
import { HttpError } from '../http/problem.ts'
import type { Clock, TrustAnchors } from '../ports.ts'
import type { OnlineKeys } from '../publishing/online-keys.ts'
import { newProductSchema } from './product-api.ts'
import type { Product, ProductStore } from './product-store.ts'

export interface ProductRoutesNeeds {
  readonly products: ProductStore
  readonly keys: OnlineKeys
  readonly anchors: TrustAnchors
  readonly clock: Clock
}

export function productRoutes({ products, keys, anchors, clock }: ProductRoutesNeeds): Router {
  const routes = Router()

  routes.get('/products', async (request, response) => {
    const permitted = permitOf(request).productsWith('product.read')
    const all = await products.all()
    response.json(all.filter(({ id }) => permitted === EVERYWHERE || permitted.includes(id)))
  })

  routes.post('/products', async (request, response) => {
    const { id } = parseRequest(newProductSchema, request.body)
    // Keys before the record: a product that is on record can always sign.
    await keys.ensure(id)
    const product = { id, createdAt: Math.floor(clock.now().getTime() / 1000) }
    if (!(await products.add(product))) {
      throw new HttpError(409, 'PRODUCT_EXISTS', `There is a product ${id} already`)
    }
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
      tufKeyOf((await keys.key(product.id, name)).publicKey)
    return {
      ...product,
      onlineKeys: { timestamp: await keyOf('timestamp'), snapshot: await keyOf('snapshot') },
      trust: {
        'director.jwks': await keys.keySet(product.id, 'director'),
        'commands.jwks': await keys.keySet(product.id, 'commands'),
        'fleet-ca.pem': anchors.fleetCaPem,
      },
      serverCa: anchors.serverCaPem,
    }
  }

  return routes
}
