/**
 * What a product's root must say so that this server can do its part and no more: our keys sign
 * timestamp and snapshot, each alone, and nothing that belongs to the manufacturer. Pure.
 */
import {
  keysOfRole,
  type PublicKey,
  type Root,
  type Targets,
  type TopLevelRole,
  TrustError,
} from '@fleetward/shared'

export interface OnlinePublicKeys {
  /** More than one while a rotation is under way. */
  readonly timestamp: readonly PublicKey[]
  readonly snapshot: readonly PublicKey[]
}

export function requireUsableRoot(root: Root, online: OnlinePublicKeys): void {
  // TUF 6.2 and protocol §3.1: without it a device can meet files of two versions.
  if (!root.consistentSnapshot) throw invalid('consistent_snapshot', 'true')
  for (const role of ['root', 'targets'] as const) {
    const { size } = identities(root, role)
    // Nobody could ever sign for it, not even a new root.
    if (root.roles[role].threshold > size) throw invalid(`roles.${role}.threshold`, 'enough keys')
    for (const key of [...online.timestamp, ...online.snapshot]) {
      if (identities(root, role).has(key.identity)) throw notOurs(role)
    }
  }
  for (const role of ['timestamp', 'snapshot'] as const) {
    const named = identities(root, role)
    const isOurs = online[role].some(({ identity }) => named.has(identity))
    if (root.roles[role].threshold !== 1 || !isOurs) {
      throw invalid(`roles.${role}`, 'the key of this server, threshold 1')
    }
  }
}

/** Delegated roles are the manufacturer's as well. */
export function requireOfflineDelegations(targets: Targets, online: OnlinePublicKeys): void {
  const keys = targets.delegations?.keys ?? new Map<string, PublicKey>()
  const ours = new Set([...online.timestamp, ...online.snapshot].map(({ identity }) => identity))
  for (const role of targets.delegations?.roles ?? []) {
    for (const { identity } of keysOfRole(role, keys).values()) {
      if (ours.has(identity)) throw notOurs(role.name)
    }
  }
}

function identities(root: Root, role: TopLevelRole): ReadonlySet<string> {
  return new Set([...keysOfRole(root.roles[role], root.keys).values()].map((key) => key.identity))
}

function invalid(field: string, expected: string): TrustError {
  return new TrustError('METADATA_INVALID', { role: 'root', field, expected })
}

function notOurs(role: string): TrustError {
  return new TrustError('KEY_INVALID', { role, expected: 'a key that this server does not have' })
}
