import type { Permit } from '../http/door/permit.ts'
import { HttpError } from '../http/problem.ts'

/** Whose account the caller uses. The machine's token has none. */
export function requireOwnAccount({ actor }: Permit): string {
  if (actor.via === 'session' || actor.via === 'token') return actor.id
  throw new HttpError(403, 'NO_ACCOUNT', "The machine's token has no account of its own; sign in")
}
