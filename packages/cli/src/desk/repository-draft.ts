/**
 * Drafts of the metadata that says who may sign what: root and targets (protocol §3.1, §3.2), at the
 * beginning, when keys change, and when a lifetime ends.
 */
import { makeDirectory, writeFileDurably } from '@fleetward/platform'
import {
  canonicalJson,
  isName,
  type Json,
  keyIdOf,
  RELEASE_ROLES,
  type ReleaseRole,
} from '@fleetward/shared'
import { Refusal } from '../refusal.ts'
import type { DeskFolder } from './desk-folder.ts'
import { nextVersion, writeDraft } from './draft.ts'
import { latestMetadata, type MetadataFile } from './metadata-file.ts'
import type { OnlineKeys } from './online-keys.ts'
import {
  holdersOf,
  type KeyHolders,
  OFFLINE_ROLES,
  type OfflineRole,
  releaseRoleSigned,
  rootSigned,
  type SignedTarget,
  targetsSigned,
} from './signed-metadata.ts'
import { putTargetFile } from './target-files.ts'

/** Security updates by themselves, functionality updates ask: what an owner finds in a new device. */
const FACTORY_SETTINGS: Json = { updates: { functionality: 'ask', security: 'automatic' } }

export type OfflineHolders = Readonly<Record<OfflineRole, KeyHolders>>

export interface RepositoryPlan {
  readonly product: string
  readonly holders: OfflineHolders
  readonly online: OnlineKeys
  /** Bytes of `trust/factory-settings.json`; ours when undefined. */
  readonly factorySettings?: Uint8Array
}

export async function draftRepository(
  desk: DeskFolder,
  { product, holders, online, factorySettings }: RepositoryPlan,
  now: Date,
): Promise<MetadataFile[]> {
  if (!isName(product)) {
    throw new Refusal(
      'PRODUCT_NAME',
      `${JSON.stringify(product)} cannot be the name of a product`,
      {
        next: 'Use lower-case letters, digits and hyphens, at most 64, for example lumen-gateway-g1.',
        usage: true,
      },
    )
  }
  if (await isStarted(desk, product)) {
    throw new Refusal('REPOSITORY_EXISTS', `The desk has a repository of ${product} already`, {
      next: 'Keys change with `fleetward root rotate`. `fleetward status` shows what is there.',
    })
  }
  for (const role of OFFLINE_ROLES) requireReachable(role, holders[role])

  const trust = new Map(online.trust)
  trust.set('factory-settings.json', factorySettings ?? canonicalJson(FACTORY_SETTINGS))
  const targets: Record<string, SignedTarget> = {}
  for (const [name, bytes] of trust) {
    targets[`trust/${name}`] = await putTargetFile(desk, product, `trust/${name}`, bytes)
  }
  await saveOnlineKeys(desk, online)

  const root = rootSigned(
    1,
    {
      root: holders.root,
      targets: holders.targets,
      timestamp: { keys: [online.timestamp], threshold: 1 },
      snapshot: { keys: [online.snapshot], threshold: 1 },
    },
    now,
  )
  const write = { replace: false }
  return [
    await writeDraft(desk, product, 'root', root, write),
    await writeDraft(desk, product, 'targets', targetsSigned(1, holders, targets, now), write),
    await writeDraft(desk, product, 'security', releaseRoleSigned(1, {}, now), write),
    await writeDraft(desk, product, 'functionality', releaseRoleSigned(1, {}, now), write),
  ]
}

/** The server CA goes into factory packs; the rest is in root and under trust/ once signed. */
async function saveOnlineKeys(desk: DeskFolder, online: OnlineKeys): Promise<void> {
  await makeDirectory(desk.product(online.product), 0o755)
  await writeFileDurably(desk.serverCa(online.product), online.serverCa, { mode: 0o644 })
}

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

/** The same contents with a new lifetime (protocol §3.4), or with other files under trust/. */
export async function draftRenewal(
  desk: DeskFolder,
  product: string,
  role: Exclude<OfflineRole, 'root'>,
  trust: ReadonlyMap<string, Uint8Array>,
  now: Date,
  options: { replace: boolean },
): Promise<MetadataFile> {
  if (role !== 'targets') {
    const before = await requireSigned(desk, product, role)
    const signed = releaseRoleSigned(nextVersion(before), before.signed.targets, now)
    return writeDraft(desk, product, role, signed, options)
  }
  const before = await requireSigned(desk, product, role)
  const targets: Record<string, SignedTarget> = { ...before.signed.targets }
  for (const [name, bytes] of trust) {
    targets[`trust/${name}`] = await putTargetFile(desk, product, `trust/${name}`, bytes)
  }
  const signed = targetsSigned(nextVersion(before), releaseHolders(before), targets, now)
  return writeDraft(desk, product, role, signed, options)
}

/** A release leaves the metadata; its bytes and old metadata stay (they are the record). */
export async function draftWithout(
  desk: DeskFolder,
  product: string,
  role: ReleaseRole,
  version: string,
  now: Date,
  options: { replace: boolean },
): Promise<MetadataFile> {
  const before = await requireSigned(desk, product, role)
  const targets = Object.fromEntries(
    Object.entries(before.signed.targets).filter(
      ([path]) => !path.startsWith(`${role}/${version}/`),
    ),
  )
  const signed = releaseRoleSigned(nextVersion(before), targets, now)
  return writeDraft(desk, product, role, signed, options)
}

export async function requireSigned<R extends OfflineRole>(
  desk: DeskFolder,
  product: string,
  role: R,
): Promise<MetadataFile<R>> {
  await desk.requireProduct(product)
  const metadata = await latestMetadata(desk, product, role)
  if (metadata !== undefined) return metadata
  throw new Refusal(
    'NOT_SIGNED_YET',
    `The ${role} of ${product} is not signed by enough keys yet`,
    {
      next: `Run \`fleetward sign ${product}/${role}\` with each key that is still missing.`,
      facts: { product, role },
    },
  )
}

async function isStarted(desk: DeskFolder, product: string): Promise<boolean> {
  return (await desk.products()).includes(product)
}

function releaseHolders(targets: MetadataFile<'targets'>): Record<ReleaseRole, KeyHolders> {
  const { delegations } = targets.signed
  const held = (name: ReleaseRole): KeyHolders => {
    const role = delegations?.roles.find((delegation) => delegation.name === name)
    if (delegations === undefined || role === undefined) return { keys: [], threshold: 1 }
    return holdersOf(delegations.keys, role)
  }
  return { security: held('security'), functionality: held('functionality') }
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

function requireReachable(role: string, { keys, threshold }: KeyHolders): void {
  const distinct = new Set(keys.map(keyIdOf)).size
  if (Number.isSafeInteger(threshold) && threshold >= 1 && threshold <= distinct) return
  throw new Refusal(
    'THRESHOLD_UNREACHABLE',
    `${role}: ${threshold} of ${distinct} keys cannot sign`,
    {
      next: 'The threshold has to be at least 1 and at most the number of different keys.',
      facts: { role, threshold, keys: distinct },
      usage: true,
    },
  )
}
