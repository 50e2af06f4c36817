/**
 * Whose signatures a draft needs, and which of them it has. A root needs enough signatures of the
 * root before it and of itself (TUF 5.3.4); targets needs those that root names, a release role
 * those that targets names. Pure: the caller brings the metadata.
 */
import {
  keysOfRole,
  type PublicKey,
  type Root,
  type SignatureVerifier,
  type SignedMetadata,
  type Targets,
} from '@fleetward/shared'
import { Refusal } from '../refusal.ts'
import type { OfflineRole } from './signed-metadata.ts'

export interface Requirement {
  /** Who demands it, for people: "root version 1". */
  readonly by: string
  readonly threshold: number
  readonly keys: ReadonlyMap<string, PublicKey>
}

export interface Progress extends Requirement {
  /** Identities of the distinct keys that have validly signed. */
  readonly signers: ReadonlySet<string>
  readonly missing: number
}

/** What a draft is held against: the newest signed metadata, or the draft where there is none yet. */
export interface Delegators {
  readonly signedRoot: Root | undefined
  readonly root: Root | undefined
  readonly targets: Targets | undefined
}

export function requirementsOf(
  role: OfflineRole,
  draft: SignedMetadata<Root | Targets>,
  delegators: Delegators,
): Requirement[] {
  const { signed } = draft
  if (signed.type === 'root') {
    const before = delegators.signedRoot
    return [
      ...(before === undefined
        ? []
        : [requirementOfRoot(before, `root version ${before.version}`)]),
      requirementOfRoot(signed, `root version ${signed.version} itself`),
    ]
  }
  if (role === 'targets') {
    const root = delegators.root ?? missingDelegator(role, 'root')
    const { threshold } = root.roles.targets
    const keys = keysOfRole(root.roles.targets, root.keys)
    return [{ by: `root version ${root.version}`, threshold, keys }]
  }
  const targets = delegators.targets ?? missingDelegator(role, 'targets')
  const delegated = targets.delegations?.roles.find(({ name }) => name === role)
  if (targets.delegations === undefined || delegated === undefined) {
    return missingDelegator(role, 'targets')
  }
  const keys = keysOfRole(delegated, targets.delegations.keys)
  return [{ by: `targets version ${targets.version}`, threshold: delegated.threshold, keys }]
}

export function progressOf(
  requirements: readonly Requirement[],
  draft: SignedMetadata,
  verifier: SignatureVerifier,
): Progress[] {
  return requirements.map((requirement) => {
    const signers = new Set<string>()
    for (const { keyId, signature } of draft.signatures) {
      const key = requirement.keys.get(keyId)
      const bytes = bytesOfHex(signature)
      if (key === undefined || bytes === undefined) continue
      // Distinct public keys count, never key ids (protocol §3.2).
      if (verifier.verify(key, draft.signedBytes, bytes)) signers.add(key.identity)
    }
    const missing = Math.max(0, requirement.threshold - signers.size)
    return { ...requirement, signers, missing }
  })
}

export const isComplete = (progress: readonly Progress[]): boolean =>
  progress.every(({ missing }) => missing === 0)

function requirementOfRoot(root: Root, by: string): Requirement {
  const { threshold } = root.roles.root
  return { by, threshold, keys: keysOfRole(root.roles.root, root.keys) }
}

function missingDelegator(role: OfflineRole, delegator: string): never {
  throw new Refusal('NO_DELEGATOR', `Nothing on this desk says whose keys sign ${role}`, {
    next: `Draft and sign ${delegator} first: \`fleetward repository init\`.`,
  })
}

function bytesOfHex(text: string): Uint8Array | undefined {
  return /^(?:[0-9a-f]{2})+$/.test(text) ? Uint8Array.fromHex(text) : undefined
}
