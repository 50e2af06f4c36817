/** Who may sign for a role, and how many of them must (TUF 4.3, 4.5). */

import type { PublicKey } from '../crypto/public-key.ts'
import { parseTufKey } from '../crypto/tuf-key.ts'
import { TrustError } from '../errors.ts'
import type { Json } from '../json/json.ts'
import { KEYS_MAX_COUNT } from '../limits.ts'
import { integerAt, mapAt, notTheShape, objectAt, stringsAt } from './shape.ts'

export interface RoleKeys {
  readonly keyIds: readonly string[]

  /** At least 1. Above the number of keys the role can sign nothing, but its delegator still can. */
  readonly threshold: number
}

export function readRoleKeys(json: Json | undefined, field: string): RoleKeys {
  const { keyids, threshold } = objectAt(json, field)
  const keyIds = stringsAt(keyids, `${field}.keyids`)
  if (new Set(keyIds).size !== keyIds.length) throw notTheShape(`${field}.keyids`, 'unique ids')
  return { keyIds, threshold: integerAt(threshold, `${field}.threshold`, 1) }
}

/** Keys by id. Kinds we do not know are left out; so is nobody's signature ever counted for them. */
export function readKeys(json: Json | undefined, field: string): ReadonlyMap<string, PublicKey> {
  const keys = mapAt(json, field, readKey)
  if (keys.size > KEYS_MAX_COUNT) throw notTheShape(field, 'fewer keys')
  return new Map([...keys].flatMap(([id, key]) => (key === undefined ? [] : [[id, key] as const])))
}

function readKey(json: Json, field: string): PublicKey | undefined {
  try {
    return parseTufKey(json)
  } catch (error) {
    if (!(error instanceof TrustError)) throw error
    throw new TrustError(error.code, { ...error.facts, field }, { cause: error })
  }
}

/** The role's keys that we know. An id without a key stands for nobody. */
export function keysOfRole(
  role: RoleKeys,
  keys: ReadonlyMap<string, PublicKey>,
): ReadonlyMap<string, PublicKey> {
  return new Map(
    role.keyIds.flatMap((id) => {
      const key = keys.get(id)
      return key === undefined ? [] : [[id, key] as const]
    }),
  )
}
