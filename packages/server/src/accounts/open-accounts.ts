/** Accounts, put together: who is calling, and what works with accounts, sessions and tokens. */
import type { Router } from 'express'
import { type AccessTokenStore, machineCaller } from '../http/door/access.ts'
import type { Authenticate } from '../http/door/guard.ts'
import { sessionCaller } from '../http/door/session-caller.ts'
import { tokenCaller } from '../http/door/token-caller.ts'
import { type Clock, secondsOf } from '../ports.ts'
import { invite } from '../sign-in/one-time-link.ts'
import type { Database } from '../stores.ts'
import { AccountChanges } from './account-changes.ts'
import { accountRoutes } from './account-routes.ts'
import { apiTokenRoutes } from './api-token-routes.ts'
import { ApiTokens } from './api-tokens.ts'
import { RequestRights } from './current-rights.ts'
import { sessionRoutes } from './session-routes.ts'
import { Sessions } from './sessions.ts'

export interface AccountsNeeds {
  readonly database: Database
  /** Undefined: the machine's token opens nothing. */
  readonly machine: AccessTokenStore | undefined
  readonly clock: Clock
  /** Where people open the server's pages: `https://fleet.example.com`. */
  readonly origin: () => string
  readonly isSecure: boolean
}

export interface Accounts {
  readonly sessions: Sessions
  readonly rights: RequestRights
  /** Every way to say who is calling. Tokens before cookies: whoever sends one means it. */
  readonly callers: readonly Authenticate[]
  /** Below /api/1. */
  readonly routers: readonly Router[]
}

export function openAccounts({ database, machine, clock, ...needs }: AccountsNeeds): Accounts {
  const rights = new RequestRights(database.accounts)
  const sessions = new Sessions({ database, clock, isSecure: needs.isSecure })
  const changes = new AccountChanges({ database, clock })
  const tokens = new ApiTokens({ database, clock })
  return {
    ...{ sessions, rights },
    callers: [
      ...(machine === undefined ? [] : [machineCaller(machine)]),
      tokenCaller({ apiTokens: database.apiTokens, rights, clock }),
      sessionCaller(sessions, rights),
    ],
    routers: [
      accountRoutes({
        ...{ database, changes, clock },
        makeWayIn: async (stores, { id }) => {
          const now = secondsOf(clock)
          const { path, expiresAt } = await invite(stores, id, now)
          return { url: `${needs.origin()}${path}`, expiresAt }
        },
      }),
      apiTokenRoutes({ database, tokens }),
      sessionRoutes({ database, sessions }),
    ],
  }
}
