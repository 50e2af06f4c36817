/** From one root to the next (TUF 5.3). */
import type { SignatureVerifier } from '../crypto/public-key.ts'
import { TrustError } from '../errors.ts'
import type { SignedMetadata } from '../metadata/parse-metadata.ts'
import { keysOfRole } from '../metadata/role-keys.ts'
import type { Root } from '../metadata/root.ts'
import { requireSignedFor } from './threshold.ts'

/** Whether `offered` is the direct successor of the trusted root. It may be expired, TUF 5.3.6. */
export function requireNextRoot(
  trusted: Root,
  offered: SignedMetadata<Root>,
  verifier: SignatureVerifier,
): void {
  // TUF 5.3.4 (1): the holders so far hand over.
  requireSignedFor(trusted, 'root', offered, verifier)
  // TUF 5.3.4 (2): the holders from now on have their keys.
  requireSignedFor(offered.signed, 'root', offered, verifier)
  // TUF 5.3.5: neither back nor over one that may have revoked a key.
  const { version } = offered.signed
  if (version < trusted.version) {
    throw new TrustError('VERSION_DECREASED', {
      role: 'root',
      trusted: trusted.version,
      offered: version,
    })
  }
  if (version !== trusted.version + 1) {
    throw new TrustError('VERSION_MISMATCH', {
      role: 'root',
      expected: trusted.version + 1,
      seen: version,
    })
  }
}

/**
 * TUF 5.3.11: whether a timestamp or snapshot key was taken away. Adding one is no recovery, and
 * forgetting the stored versions for it would only open the way for a rollback attack.
 */
export function onlineKeyRevoked(before: Root, after: Root): boolean {
  return (['timestamp', 'snapshot'] as const).some((role) => {
    const kept = identities(after, role)
    return [...identities(before, role)].some((identity) => !kept.has(identity))
  })
}

function identities(root: Root, role: 'timestamp' | 'snapshot'): ReadonlySet<string> {
  const keys = keysOfRole(root.roles[role], root.keys)
  return new Set([...keys.values()].map(({ identity }) => identity))
}
