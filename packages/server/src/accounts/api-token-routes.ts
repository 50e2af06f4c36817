import { type Request, type Response, Router } from 'express'
import { permitOf } from '../http/door/permit.ts'
import { sendPage } from '../http/page.ts'
import { parseRequest } from '../http/parse-request.ts'
import type { Database } from '../stores.ts'
import { inAccount } from './account-api.ts'
import { visible } from './account-changes.ts'
import type { ApiToken } from './api-token.ts'
import { apiTokenQuerySchema, inAccountToken, inToken, newApiTokenSchema } from './api-token-api.ts'
import { type ApiTokens, answersFor } from './api-tokens.ts'
import { requireOwnAccount } from './own-account.ts'
import { EVERYWHERE } from './rights.ts'

export interface ApiTokenRoutesNeeds {
  readonly database: Database
  readonly tokens: ApiTokens
}

export function apiTokenRoutes({ database, tokens }: ApiTokenRoutesNeeds): Router {
  const routes = Router()

  routes.get('/me/tokens', async (request, response) => {
    await sendTokens(request, response, requireOwnAccount(permitOf(request)))
  })

  routes.post('/me/tokens', async (request, response) => {
    await sendNew(request, response, requireOwnAccount(permitOf(request)))
  })

  routes.delete('/me/tokens/:token', async (request, response) => {
    const { token } = parseRequest(inToken, request.params)
    const permit = permitOf(request)
    await tokens.remove(permit, requireOwnAccount(permit), token)
    response.status(204).end()
  })

  routes.get('/accounts/:account/tokens', async (request, response) => {
    const { account } = parseRequest(inAccount, request.params)
    const permit = permitOf(request)
    const found = await visible(database, permit, account)
    const products = permit.productsWith('account.read')
    // What it has in other products is the business of who answers for it, and of nobody else who reads accounts here.
    const isAll = products === EVERYWHERE || answersFor(permit, found.account)
    await sendTokens(request, response, account, isAll ? undefined : products)
  })

  routes.post('/accounts/:account/tokens', async (request, response) => {
    const { account } = parseRequest(inAccount, request.params)
    await sendNew(request, response, account)
  })

  routes.delete('/accounts/:account/tokens/:token', async (request, response) => {
    const { account, token } = parseRequest(inAccountToken, request.params)
    await tokens.remove(permitOf(request), account, token)
    response.status(204).end()
  })

  async function sendTokens(
    request: Request,
    response: Response,
    account: string,
    products?: readonly string[],
  ) {
    const { limit, after } = parseRequest(apiTokenQuerySchema, request.query)
    const items = await database.apiTokens.list({ account, products, after, limit: limit + 1 })
    sendPage(request, response, { items, limit, keyOf: ({ id }) => id, viewOf: tokenView })
  }

  async function sendNew(request: Request, response: Response, account: string) {
    const wanted = parseRequest(newApiTokenSchema, request.body)
    const { token, secret } = await tokens.add(permitOf(request), account, wanted)
    response.status(201).json({ ...tokenView(token), secret })
  }

  return routes
}

function tokenView(token: ApiToken) {
  return { ...token, prefix: `fwt_${token.id}` }
}
