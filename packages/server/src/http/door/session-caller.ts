/** Who calls with a session's cookie: a person, from one of our own pages. */
import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'
import type { RequestRights } from '../../accounts/current-rights.ts'
import { type OpenSession, type Sessions, sessionActor } from '../../accounts/sessions.ts'
import { addressOf } from '../address.ts'
import { HttpError } from '../problem.ts'
import { bearerOf } from './bearer.ts'
import type { Authenticate } from './guard.ts'
import { requireSameOrigin } from './same-origin.ts'
import { sessionSecretOf } from './session-cookie.ts'

const sessions = new WeakMap<IncomingMessage, OpenSession>()

/** Undefined when the request came without a session: with a token, or from a stranger. */
export function sessionOf(request: IncomingMessage): OpenSession | undefined {
  return sessions.get(request)
}

export function sessionCaller(open: Sessions, rights: RequestRights): Authenticate {
  return async (request) => {
    // A token that opens nothing is not made good by a cookie beside it.
    if (bearerOf(request) !== undefined) return undefined
    const found = await findSession(open, request)
    if (found === undefined) return undefined
    const { session, account } = found
    return {
      actor: { ...sessionActor(found), address: addressOf(request) },
      rights: await rights.of(account),
      provedAt: session.provedAt,
    }
  }
}

/** For pages outside the API; in it the guard does this. Behind it {@link sessionOf} is never undefined. */
export function requireSession(open: Sessions): RequestHandler {
  return async (request, _response, next) => {
    if ((await findSession(open, request)) !== undefined) return next()
    throw new HttpError(401, 'ACCESS_DENIED', 'Sign in first')
  }
}

async function findSession(
  open: Sessions,
  request: IncomingMessage,
): Promise<OpenSession | undefined> {
  const secret = sessionSecretOf(request, open)
  const found = secret === undefined ? undefined : await open.find(secret)
  if (found === undefined) return undefined
  requireSameOrigin(request, open)
  sessions.set(request, found)
  return found
}
