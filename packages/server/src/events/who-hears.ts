/**
 * Families of events, by the word before the first dot, and the permission that lets somebody hear of them. What is in
 * no family is for auditors. Pure.
 */
import type { Permission } from '../accounts/permission.ts'
import { EVERYWHERE, mayIn, type Rights } from '../accounts/rights.ts'
import type { FleetEvent } from './event-store.ts'

const FAMILIES: ReadonlyMap<string, Permission> = new Map([
  ['rollout', 'rollout.read'],
  ['approval', 'rollout.read'],
  ['device', 'device.read'],
  ['cohort-rules', 'device.read'],
  ['release', 'release.read'],
  ['product', 'product.read'],
  ['security', 'audit.read'],
  ['webhook', 'webhook.manage'],
  // Not by who reads reports under no embargo alone: there would be an event for each one that is.
  ['disclosure', 'disclosure.manage'],
  ['advisory', 'advisory.read'],
  ['finding', 'finding.read'],
  ['feed', 'finding.read'],
  ['case', 'case.read'],
  ['mail', 'mail.manage'],
  ['dossier', 'dossier.read'],
  ['declaration', 'dossier.read'],
])

export function permissionFor(type: string): Permission {
  return FAMILIES.get(type.split('.', 1)[0] ?? '') ?? 'audit.read'
}

/** An event of no product is for those who have the permission on all. */
export function mayHear(rights: Rights, { type, product }: FleetEvent): boolean {
  return mayIn(rights, permissionFor(type), product ?? EVERYWHERE)
}

/** `rollout.stopped`, all of a family as `rollout.*`, or everything as `*`. */
export const TYPE_PATTERN = /^(\*|[a-z][a-z-]{0,30}\.(\*|[a-z][A-Za-z0-9-]{0,60}))$/

export function matchesType(patterns: readonly string[], type: string): boolean {
  return patterns.some(
    (pattern) =>
      pattern === '*' ||
      pattern === type ||
      (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1))),
  )
}
