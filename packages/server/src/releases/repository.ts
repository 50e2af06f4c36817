/**
 * Whether a product's files make one repository that a device would accept: every role signed by the
 * keys that its delegator names. Pure. The server verifies as a device does and can do no more: it
 * has none of the offline keys.
 */
import {
  parseMetadata,
  type Root,
  requireNextRoot,
  requireSignedFor,
  type SignatureVerifier,
  type SignedMetadata,
  type Targets,
  TrustError,
} from '@fleetward/shared'
import { UPLOADED_ROLES, type UploadedRole } from './role.ts'

/** At most one file per role, unparsed. */
export type RepositoryFiles = Readonly<Partial<Record<UploadedRole, Uint8Array>>>

/**
 * The root itself, or its direct successor (TUF 5.3.4, 5.3.5). The first root is believed because the
 * administrator brings it; devices never learn theirs from here.
 */
export function requireRoot(
  root: SignedMetadata<Root>,
  previous: Root | undefined,
  verifier: SignatureVerifier,
): void {
  if (previous !== undefined) {
    requireNextRoot(previous, root, verifier)
    return
  }
  requireSignedFor(root.signed, 'root', root, verifier)
  const { version } = root.signed
  // Without the ones before it, a device that left the factory with an older root has no way here.
  if (version !== 1) {
    throw new TrustError('VERSION_MISMATCH', { role: 'root', expected: 1, seen: version })
  }
}

export function requireSignedIn(
  files: RepositoryFiles,
  role: Exclude<UploadedRole, 'root'>,
  metadata: SignedMetadata<Targets>,
  verifier: SignatureVerifier,
): void {
  const delegator = delegatorOf(role, files)
  if (delegator === undefined) throw new TrustError('ROLE_MISSING', { role, missing: 'delegator' })
  requireSignedFor(delegator, role, metadata, verifier)
}

/**
 * The roles whose signatures their delegators do not accept; a role whose delegator is not there is
 * one of them. None: a device can walk from the root to every file. A root's own signatures are
 * checked against the root before it, when it comes.
 */
export function rolesToSignAnew(
  files: RepositoryFiles,
  verifier: SignatureVerifier,
): readonly UploadedRole[] {
  return UPLOADED_ROLES.filter((role) => {
    const bytes = files[role]
    if (role === 'root' || bytes === undefined) return false
    try {
      requireSignedIn(files, role, parseMetadata('targets', bytes), verifier)
      return false
    } catch (error) {
      if (error instanceof TrustError) return true
      throw error
    }
  })
}

function delegatorOf(
  role: Exclude<UploadedRole, 'root'>,
  { root, targets }: RepositoryFiles,
): Root | Targets | undefined {
  if (role === 'targets') return root && parseMetadata('root', root).signed
  return targets && parseMetadata('targets', targets).signed
}
