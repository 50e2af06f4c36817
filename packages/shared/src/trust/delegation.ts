/** Reading delegations: who signs for a role, and which roles may speak about a path (TUF 4.5). */
import { sha256 } from '@noble/hashes/sha2.js'
import type { DelegatedRole, Scope, SuccinctRoles } from '../metadata/delegations.ts'
import type { RoleKeys } from '../metadata/role-keys.ts'
import { isTopLevelRole, type Root } from '../metadata/root.ts'
import type { Targets } from '../metadata/targets.ts'
import { matchesPattern } from './path-pattern.ts'

/** Who signs for `role` in the eyes of this delegator; undefined when it delegates no such role. */
export function roleKeysIn(delegator: Root | Targets, role: string): RoleKeys | undefined {
  if (delegator.type === 'root') return isTopLevelRole(role) ? delegator.roles[role] : undefined
  const { roles = [], succinctRoles } = delegator.delegations ?? {}
  if (succinctRoles !== undefined) return isBinOf(succinctRoles, role) ? succinctRoles : undefined
  return roles.find(({ name }) => name === role)
}

/** The roles trusted with this path, in order of trust. */
export function delegatesFor(
  targets: Targets,
  path: string,
): Pick<DelegatedRole, 'name' | 'terminating'>[] {
  const { roles = [], succinctRoles } = targets.delegations ?? {}
  // TAP 15: a path has one bin, so the search need not go on behind it.
  if (succinctRoles !== undefined) {
    return [{ name: binFor(succinctRoles, path), terminating: true }]
  }
  return roles.filter(({ scope }) => isInScope(scope, path))
}

function isInScope(scope: Scope, path: string): boolean {
  if ('paths' in scope) return scope.paths.some((pattern) => matchesPattern(pattern, path))
  const hash = hashOf(path).toHex()
  return scope.pathHashPrefixes.some((prefix) => hash.startsWith(prefix))
}

/** TAP 15: the first bits of the path's hash name the bin. */
function binFor({ namePrefix, bitLength }: SuccinctRoles, path: string): string {
  const { buffer, byteOffset } = hashOf(path)
  const bin = new DataView(buffer, byteOffset).getUint32(0) >>> (32 - bitLength)
  return `${namePrefix}-${bin.toString(16).padStart(suffixLength(bitLength), '0')}`
}

function isBinOf({ namePrefix, bitLength }: SuccinctRoles, role: string): boolean {
  const suffix = role.slice(namePrefix.length + 1)
  return (
    role.startsWith(`${namePrefix}-`) &&
    suffix.length === suffixLength(bitLength) &&
    /^[0-9a-f]+$/.test(suffix) &&
    Number.parseInt(suffix, 16) < 2 ** bitLength
  )
}

const suffixLength = (bitLength: number) => (2 ** bitLength - 1).toString(16).length

const hashOf = (path: string) => sha256(new TextEncoder().encode(path))
