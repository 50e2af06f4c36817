/**
 * Who has signed a role of a repository and who could have, published or waiting. Pure. It says what the files say and
 * decides nothing: whether a role is signed is repository.ts, and what a device believes is the device's.
 */
import {
  keysOfRole,
  parseMetadata,
  type RoleKeys,
  type Root,
  roleKeysIn,
  type SignatureVerifier,
  type SignedMetadata,
  type Targets,
  TrustError,
  verifySignatures,
} from '@fleetward/shared'
import type { RepositoryFiles } from './repository.ts'
import type { Role } from './role.ts'

export interface RoleSigners {
  readonly threshold: number
  readonly keys: readonly KeyOfRole[]
}

export interface KeyOfRole {
  readonly keyId: string
  /** Undefined: a kind that we cannot verify, which counts for nobody. */
  readonly kind: string | undefined
  readonly hasSigned: boolean
}

/** Undefined where the role that delegates is not there. `delegators` has what stands above `role`. */
export function signersOf(
  delegators: RepositoryFiles,
  role: Role,
  bytes: Uint8Array,
  verifier: SignatureVerifier,
): RoleSigners | undefined {
  const delegator = delegatorOf(role, delegators)
  const roleKeys = delegator && roleKeysIn(delegator, role)
  const keys = delegator?.type === 'root' ? delegator.keys : delegator?.delegations?.keys
  if (roleKeys === undefined || keys === undefined) return undefined
  const signed = parseMetadata(typeOf(role), bytes)
  const known = keysOfRole(roleKeys, keys)
  const keyOf = (keyId: string): KeyOfRole => {
    const key = known.get(keyId)
    const hasSigned =
      key !== undefined && isSignedBy(new Map([[keyId, key]]), signed, verifier, role)
    return { keyId, kind: key?.kind, hasSigned }
  }
  return { threshold: roleKeys.threshold, keys: (roleKeys as RoleKeys).keyIds.map(keyOf) }
}

function isSignedBy(
  keys: Parameters<typeof verifySignatures>[0],
  { signedBytes, signatures }: SignedMetadata,
  verifier: SignatureVerifier,
  role: string,
): boolean {
  try {
    verifySignatures(keys, 1, signedBytes, signatures, verifier, role)
    return true
  } catch (error) {
    if (error instanceof TrustError) return false
    throw error
  }
}

/** The release roles are delegated to by targets, all others stand in the root. */
function delegatorOf(role: Role, { root, targets }: RepositoryFiles): Root | Targets | undefined {
  if (role === 'security' || role === 'functionality') {
    return targets && parseMetadata('targets', targets).signed
  }
  return root && parseMetadata('root', root).signed
}

function typeOf(role: Role): 'root' | 'timestamp' | 'snapshot' | 'targets' {
  return role === 'security' || role === 'functionality' ? 'targets' : role
}
