/** root metadata: who may sign for the top-level roles (TUF 4.3). */
import type { PublicKey } from '../crypto/public-key.ts'
import type { Json } from '../json/json.ts'
import { type Common, readCommon } from './common.ts'
import { type RoleKeys, readKeys, readRoleKeys } from './role-keys.ts'
import { flagAt, objectAt } from './shape.ts'

export const TOP_LEVEL_ROLES = ['root', 'timestamp', 'snapshot', 'targets'] as const
export type TopLevelRole = (typeof TOP_LEVEL_ROLES)[number]

export interface Root extends Common {
  readonly type: 'root'
  readonly consistentSnapshot: boolean
  readonly keys: ReadonlyMap<string, PublicKey>
  readonly roles: Readonly<Record<TopLevelRole, RoleKeys>>
}

export function readRoot(json: Json | undefined): Root {
  const { fields, version, expires } = readCommon(json, 'root')
  // Other roles ("mirrors", "mirror") are allowed, TUF 4.3, and of no use to us.
  const roles = objectAt(fields.roles, 'roles')
  return {
    type: 'root',
    version,
    expires,
    consistentSnapshot: flagAt(fields.consistent_snapshot, 'consistent_snapshot'),
    keys: readKeys(fields.keys, 'keys'),
    roles: {
      root: readRoleKeys(roles.root, 'roles.root'),
      timestamp: readRoleKeys(roles.timestamp, 'roles.timestamp'),
      snapshot: readRoleKeys(roles.snapshot, 'roles.snapshot'),
      targets: readRoleKeys(roles.targets, 'roles.targets'),
    },
  }
}

export function isTopLevelRole(name: string): name is TopLevelRole {
  return (TOP_LEVEL_ROLES as readonly string[]).includes(name)
}
