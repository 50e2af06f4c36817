/**
 * The signed part of the metadata this desk writes (TUF 4.3 to 4.5, protocol §3). Pure: keys,
 * thresholds, targets and the clock come in, canonical JSON goes out. What the server signs
 * (timestamp, snapshot) is not made here.
 */
import {
  formatExpires,
  type Json,
  keyIdOf,
  RELEASE_ROLES,
  type ReleaseRole,
  ROOT_LIFETIME_SECONDS,
  TARGETS_LIFETIME_SECONDS,
  type TopLevelRole,
} from '@fleetward/shared'

/** The TUF specification this metadata is written to. */
const SPEC_VERSION = '1.0.34'

export const OFFLINE_ROLES = ['root', 'targets', 'security', 'functionality'] as const
export type OfflineRole = (typeof OFFLINE_ROLES)[number]

export interface RoleAuthority {
  readonly keyids: readonly string[]
  readonly threshold: number
}

export interface RootSigned {
  readonly _type: 'root'
  readonly spec_version: string
  readonly version: number
  readonly expires: string
  readonly consistent_snapshot: true
  readonly keys: Readonly<Record<string, Json>>
  readonly roles: Readonly<Record<TopLevelRole, RoleAuthority>>
}

export interface Delegation extends RoleAuthority {
  readonly name: ReleaseRole
  readonly terminating: true
  readonly paths: readonly string[]
}

export interface SignedTarget {
  readonly length: number
  readonly hashes: Readonly<Record<string, string>>
  readonly custom?: Json
}

export interface TargetsSigned {
  readonly _type: 'targets'
  readonly spec_version: string
  readonly version: number
  readonly expires: string
  readonly targets: Readonly<Record<string, SignedTarget>>
  readonly delegations?: {
    readonly keys: Readonly<Record<string, Json>>
    readonly roles: readonly Delegation[]
  }
}

export type Signed = RootSigned | TargetsSigned

/** Keys as TUF writes them, and how many of them must sign. */
export interface KeyHolders {
  readonly keys: readonly Json[]
  readonly threshold: number
}

export function rootSigned(
  version: number,
  roles: Readonly<Record<TopLevelRole, KeyHolders>>,
  now: Date,
): RootSigned {
  return {
    _type: 'root',
    spec_version: SPEC_VERSION,
    version,
    expires: expiry(now, ROOT_LIFETIME_SECONDS),
    consistent_snapshot: true,
    keys: keysOf(Object.values(roles)),
    roles: {
      root: authorityOf(roles.root),
      timestamp: authorityOf(roles.timestamp),
      snapshot: authorityOf(roles.snapshot),
      targets: authorityOf(roles.targets),
    },
  }
}

/** The `targets` role: delegations to the release roles and the files under `trust/`. */
export function targetsSigned(
  version: number,
  releaseRoles: Readonly<Record<ReleaseRole, KeyHolders>>,
  targets: Readonly<Record<string, SignedTarget>>,
  now: Date,
): TargetsSigned {
  return {
    ...releaseRoleSigned(version, targets, now),
    delegations: {
      keys: keysOf(Object.values(releaseRoles)),
      roles: RELEASE_ROLES.map((name) => ({
        name,
        ...authorityOf(releaseRoles[name]),
        terminating: true,
        // In TUF `*` never crosses a `/`, TUF 4.5.
        paths: [`${name}/*/*`],
      })),
    },
  }
}

/** `security` or `functionality`: what is released now. */
export function releaseRoleSigned(
  version: number,
  targets: Readonly<Record<string, SignedTarget>>,
  now: Date,
): TargetsSigned {
  return {
    _type: 'targets',
    spec_version: SPEC_VERSION,
    version,
    expires: expiry(now, TARGETS_LIFETIME_SECONDS),
    targets,
  }
}

/** Whose keys sign a role, read back from the metadata that names them. */
export function holdersOf(
  keys: Readonly<Record<string, Json>>,
  { keyids, threshold }: RoleAuthority,
): KeyHolders {
  return { keys: keyids.map((id) => keys[id]).filter((key) => key !== undefined), threshold }
}

function expiry(now: Date, lifetimeSeconds: number): string {
  return formatExpires(new Date(now.getTime() + lifetimeSeconds * 1000))
}

function keysOf(holders: readonly KeyHolders[]): Record<string, Json> {
  const keys = holders.flatMap((holder) => holder.keys)
  return Object.fromEntries(keys.map((key) => [keyIdOf(key), key]))
}

function authorityOf({ keys, threshold }: KeyHolders): RoleAuthority {
  return { keyids: keys.map(keyIdOf), threshold }
}
