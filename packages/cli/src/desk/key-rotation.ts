/** Drafts of root and targets when those who may sign change (protocol §3.1, §3.2). */
import { type Json, keyIdOf, RELEASE_ROLES } from '@fleetward/shared'
import { Refusal } from '../refusal.ts'
import type { DeskFolder } from './desk-folder.ts'
import { nextVersion, writeDraft } from './draft.ts'
import { releaseHolders, requireReachable } from './key-holders.ts'
import { type MetadataFile, requireSigned } from './metadata-file.ts'
import type { OnlineKeys } from './online-keys.ts'
import { holdersOf, type KeyHolders, rootSigned, targetsSigned } from './signed-metadata.ts'

export interface KeyChanges {
  readonly add: readonly { readonly role: string; readonly key: Json }[]
  readonly remove: readonly { readonly role: string; readonly keyId: string }[]
  readonly thresholds: ReadonlyMap<string, number>
  /** The server has other keys for timestamp and snapshot; the old ones count no longer. */
  readonly online?: OnlineKeys
}

/** Who may sign, changed: root N+1, and targets N+1 where a release role is concerned. */
export async function draftRotation(
  desk: DeskFolder,
  product: string,
  changes: KeyChanges,
  now: Date,
  options: { replace: boolean },
): Promise<MetadataFile[]> {
  const drafts: MetadataFile[] = []
  const root = await requireSigned(desk, product, 'root')
  const targets = await requireSigned(desk, product, 'targets')
  const { keys, roles } = root.signed
  const concerned = new Set([
    ...changes.add.map(({ role }) => role),
    ...changes.remove.map(({ role }) => role),
    ...changes.thresholds.keys(),
  ])
  const isReleaseRole = (role: string) => (RELEASE_ROLES as readonly string[]).includes(role)

  const { online } = changes
  // Without any change named, the root is drafted anew: its lifetime starts again.
  const concernsRoot = online !== undefined || [...concerned].some((role) => !isReleaseRole(role))
  if (concerned.size === 0 || concernsRoot) {
    const held = (role: keyof typeof roles) => changed(role, holdersOf(keys, roles[role]), changes)
    const signed = rootSigned(
      nextVersion(root),
      {
        root: held('root'),
        targets: held('targets'),
        timestamp: online ? { keys: [online.timestamp], threshold: 1 } : held('timestamp'),
        snapshot: online ? { keys: [online.snapshot], threshold: 1 } : held('snapshot'),
      },
      now,
    )
    drafts.push(await writeDraft(desk, product, 'root', signed, options))
  }
  if ([...concerned].some(isReleaseRole)) {
    const holders = releaseHolders(targets)
    const next = {
      security: changed('security', holders.security, changes),
      functionality: changed('functionality', holders.functionality, changes),
    }
    const signed = targetsSigned(nextVersion(targets), next, targets.signed.targets, now)
    drafts.push(await writeDraft(desk, product, 'targets', signed, options))
  }
  return drafts
}

function changed(role: string, before: KeyHolders, changes: KeyChanges): KeyHolders {
  const removed = changes.remove.filter((one) => one.role === role).map(({ keyId }) => keyId)
  const known = before.keys.map(keyIdOf)
  const stranger = removed.find((keyId) => !known.includes(keyId))
  if (stranger !== undefined) {
    throw new Refusal(
      'KEY_NOT_IN_ROLE',
      `That key does not sign ${role}, so it cannot be removed`,
      {
        next: '`fleetward status` lists the keys of each role.',
        facts: { role, keyId: stranger },
      },
    )
  }
  const added = changes.add.filter((one) => one.role === role).map(({ key }) => key)
  const keys = [
    ...before.keys.filter((key) => !removed.includes(keyIdOf(key))),
    ...added.filter((key) => !known.includes(keyIdOf(key))),
  ]
  const holders = { keys, threshold: changes.thresholds.get(role) ?? before.threshold }
  requireReachable(role, holders)
  return holders
}
