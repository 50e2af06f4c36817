import { Router } from 'express'
import { type Permit, permitOf } from '../http/door/permit.ts'
import { parseRequest } from '../http/parse-request.ts'
import { HttpError } from '../http/problem.ts'
import type { Database } from '../stores.ts'
import type { Account } from './account.ts'
import { inAccount } from './account-api.ts'
import { inWords, visible } from './account-changes.ts'
import { requireMayRestrict } from './account-rules.ts'
import { requireOwnAccount } from './own-account.ts'
import { limitsOf, type Session } from './session.ts'
import { inAccountSession, inSession } from './session-api.ts'
import type { Sessions } from './sessions.ts'

export interface SessionRoutesNeeds {
  readonly database: Database
  readonly sessions: Sessions
}

export function sessionRoutes({ database, sessions }: SessionRoutesNeeds): Router {
  const routes = Router()

  routes.get('/me', async (request, response) => {
    const permit = permitOf(request)
    const { kind, id, name, via, credential } = permit.actor
    const account = await database.accounts.find(id)
    const grants = account === undefined ? [] : await database.accounts.grants(id)
    const session =
      account === undefined || via !== 'session'
        ? undefined
        : (await sessions.ofAccount(id)).find((it) => it.id === credential)
    response.json({
      ...{ kind, id, name, via },
      account: account && { ...account, grants: grants.map((it) => ({ id: inWords(it), ...it })) },
      session: account && session && viewOf(permit, account)(session),
      rights: Object.fromEntries([...permit.rights].map(([product, has]) => [product, [...has]])),
    })
  })

  routes.get('/me/sessions', async (request, response) => {
    const permit = permitOf(request)
    const { account } = await visible(database, permit, requireOwnAccount(permit))
    response.json((await sessions.ofAccount(account.id)).map(viewOf(permit, account)))
  })

  routes.delete('/me/sessions', async (request, response) => {
    const permit = permitOf(request)
    const { actor } = permit
    const current = actor.via === 'session' ? actor.credential : undefined
    response.json({ ended: await sessions.endAll(requireOwnAccount(permit), actor, current) })
  })

  routes.delete('/me/sessions/:session', async (request, response) => {
    const { session } = parseRequest(inSession, request.params)
    await end(permitOf(request), requireOwnAccount(permitOf(request)), session)
    response.status(204).end()
  })

  routes.get('/accounts/:account/sessions', async (request, response) => {
    const permit = permitOf(request)
    const { account: id } = parseRequest(inAccount, request.params)
    const { account } = await visible(database, permit, id)
    response.json((await sessions.ofAccount(id)).map(viewOf(permit, account)))
  })

  routes.delete('/accounts/:account/sessions', async (request, response) => {
    const permit = permitOf(request)
    const { account } = parseRequest(inAccount, request.params)
    await requireManaged(permit, account)
    response.json({ ended: await sessions.endAll(account, permit.actor) })
  })

  routes.delete('/accounts/:account/sessions/:session', async (request, response) => {
    const permit = permitOf(request)
    const { account, session } = parseRequest(inAccountSession, request.params)
    await requireManaged(permit, account)
    await end(permit, account, session)
    response.status(204).end()
  })

  async function requireManaged(permit: Permit, id: string): Promise<void> {
    const { grants } = await visible(database, permit, id)
    requireMayRestrict(permit.rights, grants)
  }

  async function end({ actor }: Permit, account: string, session: string): Promise<void> {
    if (await sessions.end(account, session, actor)) return
    throw new HttpError(404, 'NO_SUCH_SESSION', 'The account has no such session')
  }

  return routes
}

function viewOf({ actor }: Permit, account: Account) {
  const { idleSeconds, totalSeconds } = limitsOf(account)
  return ({ account: _account, ...session }: Session) => ({
    ...session,
    endsAt: Math.min(session.seenAt + idleSeconds, session.openedAt + totalSeconds),
    current: actor.via === 'session' && actor.credential === session.id,
  })
}
