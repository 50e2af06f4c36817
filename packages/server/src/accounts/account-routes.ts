import { Router } from 'express'
import { type Permit, permitOf } from '../http/door/permit.ts'
import { sendPage } from '../http/page.ts'
import { parseRequest } from '../http/parse-request.ts'
import { HttpError } from '../http/problem.ts'
import { requireRevision, sendRevised } from '../http/revision.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database, Stores } from '../stores.ts'
import type { Account } from './account.ts'
import {
  accountEditSchema,
  accountQuerySchema,
  grantSchema,
  inAccount,
  inGrant,
  newAccountSchema,
} from './account-api.ts'
import { type AccountChanges, type AccountInFull, inWords, visible } from './account-changes.ts'
import { requireMayTakeOver } from './account-rules.ts'
import { EVERYWHERE, mayIn } from './rights.ts'

export interface WayIn {
  readonly url: string
  readonly expiresAt: number
}

export interface AccountRoutesNeeds {
  readonly database: Database
  readonly changes: AccountChanges
  readonly clock: Clock
  /** A one-time link by which this person makes a way to sign in; earlier links end. */
  makeWayIn(stores: Stores, account: Account): Promise<WayIn>
}

export function accountRoutes({ database, changes, clock, makeWayIn }: AccountRoutesNeeds): Router {
  const routes = Router()

  routes.get('/accounts', async (request, response) => {
    const permit = permitOf(request)
    const { limit, ...query } = parseRequest(accountQuerySchema, request.query)
    const products = permit.productsWith('account.read')
    const items = await database.accounts.list({
      ...{ ...query, limit: limit + 1 },
      products: products === EVERYWHERE ? undefined : products,
    })
    sendPage(request, response, { items, limit, keyOf: ({ id }) => id, viewOf: (it) => it })
  })

  routes.post('/accounts', async (request, response) => {
    const permit = permitOf(request)
    const wanted = parseRequest(newAccountSchema, request.body)
    const { more: wayIn, ...made } = await changes.add(permit, wanted, async (stores, account) =>
      account.kind === 'person' ? makeWayIn(stores, account) : undefined,
    )
    response.status(201)
    sendRevised(response, made.account, { ...viewOf(permit, made), wayIn })
  })

  routes.get('/accounts/:account', async (request, response) => {
    const { account } = parseRequest(inAccount, request.params)
    const found = await visible(database, permitOf(request), account)
    sendRevised(response, found.account, viewOf(permitOf(request), found))
  })

  routes.patch('/accounts/:account', async (request, response) => {
    const permit = permitOf(request)
    const { account } = parseRequest(inAccount, request.params)
    const edit = parseRequest(accountEditSchema, request.body)
    const next = await changes.edit(permit, account, edit, (it) => requireRevision(request, it))
    sendRevised(response, next.account, viewOf(permit, next))
  })

  routes.delete('/accounts/:account', async (request, response) => {
    const { account } = parseRequest(inAccount, request.params)
    await changes.remove(permitOf(request), account, (it) => requireRevision(request, it))
    response.status(204).end()
  })

  routes.post('/accounts/:account/grants', async (request, response) => {
    const permit = permitOf(request)
    const { account } = parseRequest(inAccount, request.params)
    const next = await changes.grant(permit, account, parseRequest(grantSchema, request.body))
    sendRevised(response, next.account, viewOf(permit, next))
  })

  routes.delete('/accounts/:account/grants/:grant', async (request, response) => {
    const permit = permitOf(request)
    const { account, grant } = parseRequest(inGrant, request.params)
    const next = await changes.withdrawGrant(permit, account, grant.role, grant.product)
    sendRevised(response, next.account, viewOf(permit, next))
  })

  routes.post('/accounts/:account/way-in', async (request, response) => {
    const permit = permitOf(request)
    const { account: id } = parseRequest(inAccount, request.params)
    const wayIn = await database.transaction(async (stores) => {
      const { account, grants } = await visible(stores, permit, id)
      requireMayTakeOver(permit.rights, grants)
      if (account.kind !== 'person' || account.disabledAt !== undefined) {
        throw new HttpError(
          409,
          'NO_WAY_IN',
          'Only a person whose account is not disabled signs in',
        )
      }
      const at = secondsOf(clock)
      await stores.audit.append({
        ...{ at, actor: permit.actor, action: 'account.way-in-made' },
        ...{ subject: `account/${id}`, outcome: 'done' },
      })
      const data = { account: id, name: account.name, by: permit.actor.id }
      await stores.events.add({ at, type: 'security.way-in-made', data })
      return makeWayIn(stores, account)
    })
    response.status(201).json(wayIn)
  })

  return routes
}

/** Grants in products that are none of the caller's business are left out. */
function viewOf(permit: Permit, { account, grants }: AccountInFull) {
  const isOwn = permit.actor.id === account.id
  const shown = grants.filter(
    ({ product }) => isOwn || mayIn(permit.rights, 'account.read', product),
  )
  return {
    ...account,
    grants: shown.map(({ account: _account, ...grant }) => ({ id: inWords(grant), ...grant })),
  }
}
