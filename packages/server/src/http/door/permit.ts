/**
 * What the guard found out about a request, for the routes behind it: who calls, and the one product it may
 * touch. A route takes the product from here and never from its path, so what is read or written is what was
 * permitted (CVE-2026-28806).
 */
import type { IncomingMessage } from 'node:http'
import type { Actor } from '../../accounts/actor.ts'
import {
  type Permission,
  permissionsOf,
  type Requirement,
  ROLES,
} from '../../accounts/permission.ts'
import { EVERYWHERE, mayIn, productsWith, type Rights } from '../../accounts/rights.ts'
import type { Operation } from '../operations.ts'
import { HttpError } from '../problem.ts'

/** A proof of the second factor opens dangerous acts this long. */
export const STEP_UP_SECONDS = 300

/** Somebody who said, and proved, who is calling. */
export interface Caller {
  readonly actor: Actor
  /** As of now: looked up for this request. */
  readonly rights: Rights
  /** Of a session: when it last proved its second factor, in seconds. Undefined for tokens, which have scopes. */
  readonly provedAt?: number | undefined
}

export interface Permit {
  readonly actor: Actor
  readonly permission: Requirement
  readonly operation: Operation
  /** As of now, for what compares the caller's rights with somebody else's. */
  readonly rights: Rights
  /** The one product this request may touch. Throws on routes above products, which have none. */
  readonly product: string
  /** In the request's product; above products: on all of them. */
  may(permission: Permission): boolean
  mayIn(product: string, permission: Permission): boolean
  /** For lists above products: `'*'` or the products in which the caller has the permission. */
  productsWith(permission: Permission): readonly string[] | typeof EVERYWHERE
  /** For acts that only some bodies of an operation ask for. Throws 403 unless the caller may. */
  demand(permission: Permission): void
  /** As `x-step-up`, for acts that only some bodies of an operation ask for. Throws 403. */
  demandStepUp(): void
}

const permits = new WeakMap<IncomingMessage, Permit>()

/** Throws when the guard did not run: a bug, answered with 500. */
export function permitOf(request: IncomingMessage): Permit {
  const permit = permits.get(request)
  if (permit === undefined) throw new Error('The guard did not see this request')
  return permit
}

export interface Permitted {
  readonly caller: Caller
  readonly operation: Operation
  /** Undefined above products. */
  readonly product: string | undefined
  readonly nowSeconds: number
}

export function givePermit(request: IncomingMessage, permitted: Permitted): Permit {
  const { caller, operation, product, nowSeconds } = permitted
  const may = (wanted: Permission) => mayIn(caller.rights, wanted, product ?? EVERYWHERE)
  const permit: Permit = {
    actor: caller.actor,
    rights: caller.rights,
    permission: operation.permission,
    operation,
    get product() {
      if (product === undefined) throw new Error('This route lies above products')
      return product
    },
    may,
    mayIn: (where, wanted) => mayIn(caller.rights, wanted, where),
    productsWith: (wanted) => productsWith(caller.rights, wanted),
    demand: (wanted) => {
      if (!may(wanted)) throw notPermitted(wanted, product ?? EVERYWHERE)
    },
    demandStepUp: () => requireStepUp(caller, nowSeconds),
  }
  permits.set(request, permit)
  return permit
}

/** `where` is named when a right on single products is not enough. */
export function notPermitted(permission: Permission, where: string | undefined): HttpError {
  const roles = ROLES.filter((role) => permissionsOf(role).includes(permission)).join(', ')
  const title = 'Neither your roles nor the scopes of your token permit this'
  return new HttpError(403, 'NOT_PERMITTED', title, {
    facts: { permission, roles, ...(where === EVERYWHERE ? { product: EVERYWHERE } : {}) },
  })
}

export function requireStepUp({ actor, provedAt }: Caller, nowSeconds: number): void {
  if (actor.via !== 'session') return
  if (provedAt !== undefined && nowSeconds - provedAt < STEP_UP_SECONDS) return
  throw new HttpError(
    403,
    'STEP_UP_REQUIRED',
    'This needs a fresh proof that it is you: confirm with your second factor, then repeat it',
    { facts: { seconds: STEP_UP_SECONDS } },
  )
}
