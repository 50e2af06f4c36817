/** Whom a targets role trusts with which paths (TUF 4.5; hash bins: TAP 15). */
import type { PublicKey } from '../crypto/public-key.ts'
import type { Json } from '../json/json.ts'
import { type RoleKeys, readKeys, readRoleKeys } from './role-keys.ts'
import { isTopLevelRole } from './root.ts'
import { flagAt, integerAt, listAt, notTheShape, objectAt, stringAt, stringsAt } from './shape.ts'

/** Which target paths a role may speak about. */
export type Scope =
  | { readonly paths: readonly string[] }
  | { readonly pathHashPrefixes: readonly string[] }

export interface DelegatedRole extends RoleKeys {
  readonly name: string
  readonly scope: Scope
  readonly terminating: boolean
}

/** 2^bitLength roles with the same keys; a path belongs to the one its hash names. */
export interface SuccinctRoles extends RoleKeys {
  readonly bitLength: number
  readonly namePrefix: string
}

export interface Delegations {
  readonly keys: ReadonlyMap<string, PublicKey>

  /** In order of trust. Empty when {@link succinctRoles} is there. */
  readonly roles: readonly DelegatedRole[]
  readonly succinctRoles?: SuccinctRoles
}

export function readDelegations(json: Json): Delegations {
  const fields = objectAt(json, 'delegations')
  const keys = readKeys(fields.keys, 'delegations.keys')
  // TAP 15: one or the other.
  if ((fields.roles === undefined) === (fields.succinct_roles === undefined)) {
    throw notTheShape('delegations', 'either roles or succinct_roles')
  }
  if (fields.roles === undefined) {
    return { keys, roles: [], succinctRoles: readSuccinctRoles(fields.succinct_roles) }
  }
  const roles = listAt(fields.roles, 'delegations.roles').map(readDelegatedRole)
  // TUF 4.5: "multiple roles with the same rolename are not allowed".
  if (new Set(roles.map((role) => role.name)).size !== roles.length) {
    throw notTheShape('delegations.roles', 'unique names')
  }
  return { keys, roles }
}

function readDelegatedRole(json: Json, index: number): DelegatedRole {
  const field = `delegations.roles[${index}]`
  const fields = objectAt(json, field)
  const name = stringAt(fields.name, `${field}.name`)
  // A role called "targets" or "snapshot" would be stored and looked up as the top-level one.
  if (name === '' || isTopLevelRole(name)) throw notTheShape(`${field}.name`, 'name of its own')
  return {
    name,
    ...readRoleKeys(fields, field),
    scope: readScope(fields.paths, fields.path_hash_prefixes, field),
    terminating: flagAt(fields.terminating, `${field}.terminating`),
  }
}

/** TUF 4.5: "if used, exactly one of them should be set". With neither, nothing is delegated. */
function readScope(paths: Json | undefined, prefixes: Json | undefined, field: string): Scope {
  if (prefixes === undefined) {
    return { paths: paths === undefined ? [] : stringsAt(paths, `${field}.paths`) }
  }
  if (paths !== undefined) throw notTheShape(field, 'either paths or path_hash_prefixes')
  const pathHashPrefixes = stringsAt(prefixes, `${field}.path_hash_prefixes`)
  for (const prefix of pathHashPrefixes) {
    // Without a digit it would be the prefix of every path.
    if (!/^[0-9a-f]{1,64}$/.test(prefix)) throw notTheShape(`${field}.path_hash_prefixes`, 'hex')
  }
  return { pathHashPrefixes }
}

function readSuccinctRoles(json: Json | undefined): SuccinctRoles {
  const field = 'delegations.succinct_roles'
  const fields = objectAt(json, field)
  const bitLength = integerAt(fields.bit_length, `${field}.bit_length`, 1)
  // TAP 15: 1 to 32.
  if (bitLength > 32) throw notTheShape(`${field}.bit_length`, 'at most 32')
  return {
    ...readRoleKeys(fields, field),
    bitLength,
    namePrefix: stringAt(fields.name_prefix, `${field}.name_prefix`),
  }
}
