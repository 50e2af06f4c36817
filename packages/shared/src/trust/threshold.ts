/** Whether enough of the people who must sign have signed (TUF 5.3.4, 5.4.2, 5.5.3, 5.6.3). */
import type { PublicKey, SignatureVerifier } from '../crypto/public-key.ts'
import { TrustError } from '../errors.ts'
import type { MetadataSignature, SignedMetadata } from '../metadata/parse-metadata.ts'
import { keysOfRole, type RoleKeys } from '../metadata/role-keys.ts'
import type { Root } from '../metadata/root.ts'
import type { Targets } from '../metadata/targets.ts'
import { roleKeysIn } from './delegation.ts'

/**
 * Counts distinct public keys: not signatures, and not key ids, because one key listed under two
 * ids is still one holder. A signature that is malformed, wrong or by a stranger does not count and
 * does no harm either, so that keys can be added before all readers know their kind.
 */
export function verifySignatures(
  keys: ReadonlyMap<string, PublicKey>,
  threshold: number,
  signedBytes: Uint8Array,
  signatures: readonly MetadataSignature[],
  verifier: SignatureVerifier,
  role: string,
): void {
  // TUF 4.3 asks for an integer; with 0, unsigned metadata would pass.
  if (!Number.isSafeInteger(threshold) || threshold < 1) {
    throw new TrustError('METADATA_INVALID', { role, field: 'threshold', seen: threshold })
  }
  const signers = new Set<string>()
  for (const { keyId, signature } of signatures) {
    if (signers.size >= threshold) return
    const key = keys.get(keyId)
    const signatureBytes = fromHex(signature)
    if (key === undefined || signatureBytes === undefined || signers.has(key.identity)) continue
    if (verifier.verify(key, signedBytes, signatureBytes)) signers.add(key.identity)
  }
  if (signers.size < threshold) {
    throw new TrustError('THRESHOLD_NOT_MET', { role, threshold, signers: signers.size })
  }
}

/** Verifies `offered` as `role` against the role that delegates to it: root or a targets role. */
export function requireSignedFor(
  delegator: Root | Targets,
  role: string,
  offered: SignedMetadata<unknown>,
  verifier: SignatureVerifier,
): void {
  const { keys, roleKeys } = keysFor(delegator, role)
  const { signedBytes, signatures } = offered
  const holders = keysOfRole(roleKeys, keys)
  verifySignatures(holders, roleKeys.threshold, signedBytes, signatures, verifier, role)
}

function keysFor(
  delegator: Root | Targets,
  role: string,
): { keys: ReadonlyMap<string, PublicKey>; roleKeys: RoleKeys } {
  const roleKeys = roleKeysIn(delegator, role)
  const keys = delegator.type === 'root' ? delegator.keys : delegator.delegations?.keys
  if (roleKeys === undefined || keys === undefined) {
    throw new TrustError('ROLE_MISSING', { role, in: delegator.type })
  }
  return { keys, roleKeys }
}

/** Whole bytes of lower-case hex. Buffer.from would stop at the first character that is none. */
function fromHex(hex: string): Uint8Array | undefined {
  return /^(?:[0-9a-f]{2})+$/.test(hex) ? Uint8Array.fromHex(hex) : undefined
}
