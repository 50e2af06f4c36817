/** Drafts the first metadata of a product: who may sign what, and what every device trusts. */
import { makeDirectory, writeFileDurably } from '@fleetward/platform'
import { canonicalJson, isName, type Json, SECURE_DEFAULTS } from '@fleetward/shared'
import { Refusal } from '../refusal.ts'
import type { DeskFolder } from './desk-folder.ts'
import { writeDraft } from './draft.ts'
import { FACTORY_SETTINGS_NAME } from './factory-settings-file.ts'
import { requireReachable } from './key-holders.ts'
import type { MetadataFile } from './metadata-file.ts'
import type { OnlineKeys } from './online-keys.ts'
import {
  type KeyHolders,
  OFFLINE_ROLES,
  type OfflineRole,
  releaseRoleSigned,
  rootSigned,
  type SignedTarget,
  targetsSigned,
} from './signed-metadata.ts'
import { putTargetFile } from './target-files.ts'

export type OfflineHolders = Readonly<Record<OfflineRole, KeyHolders>>

export interface RepositoryPlan {
  readonly product: string
  readonly holders: OfflineHolders
  readonly online: OnlineKeys
  /** Bytes of `trust/factory-settings.json`; the secure defaults, in full, when undefined. */
  readonly factorySettings?: Uint8Array
}

export async function draftRepository(
  desk: DeskFolder,
  { product, holders, online, factorySettings }: RepositoryPlan,
  now: Date,
): Promise<MetadataFile[]> {
  if (!isName(product)) {
    throw new Refusal(
      'PRODUCT_NAME_INVALID',
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
  const standard = () => canonicalJson(SECURE_DEFAULTS as unknown as Json)
  trust.set(FACTORY_SETTINGS_NAME, factorySettings ?? standard())
  const targets: Record<string, SignedTarget> = {}
  for (const [name, bytes] of trust) {
    targets[`trust/${name}`] = await putTargetFile(desk, product, `trust/${name}`, bytes)
  }
  await saveServerCa(desk, online)

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
export async function saveServerCa(desk: DeskFolder, online: OnlineKeys): Promise<void> {
  await makeDirectory(desk.product(online.product), 0o755)
  await writeFileDurably(desk.serverCa(online.product), online.serverCa, { mode: 0o644 })
}

async function isStarted(desk: DeskFolder, product: string): Promise<boolean> {
  return (await desk.products()).includes(product)
}
