/** The steps of a reset over the real files. Each can be repeated from its beginning at any time. */
import { join } from 'node:path'
import { removeDurably } from '@fleetward/platform'
import { DeviceError, type FactorySettings } from '@fleetward/shared'
import type { AgentRecord } from '../core/agent-record.ts'
import { ensureKey } from '../enrolment/identity.ts'
import { findImportPlan, importFolder } from '../owners-data/import-desk.ts'
import { parseMovableSettings, withImportedSettings } from '../owners-data/movable-settings.ts'
import type { OwnersStore } from '../owners-data/owners-store.ts'
import type { ActivityEvent, ActivityLog, Product, RecordStore, Way } from '../ports.ts'
import type { ResetEffects } from './carry-out.ts'
import { REMOVED_AT_FACTORY_RESET } from './data-locations.ts'
import {
  effectiveSettings,
  type IntegratorsSettings,
  settingsDigest,
} from './effective-settings.ts'
import { type Receipt, Receipts, receiptFacts } from './receipt.ts'
import { recordAfterReset } from './record-after-reset.ts'
import type { ResetIntent, ResetIntentFile, ResetLevel } from './reset-intent.ts'

export interface ResetSite {
  readonly dataFolder: string
  readonly identityFolder: string
  readonly product: string
  readonly device: string
  readonly agentVersion: string
  readonly factory: FactorySettings
  readonly integrator: IntegratorsSettings
  readonly intents: Pick<ResetIntentFile, 'forget'>
  readonly store: RecordStore
  /** The saved record, or what a device without one goes on with. */
  record(): Promise<AgentRecord>
  readonly running: Pick<Product, 'stop'>
  readonly owners: Pick<
    OwnersStore,
    'method' | 'destroyKey' | 'erase' | 'recreate' | 'proveErased' | 'applyImport'
  >
  readonly activity: Pick<ActivityLog, 'record'> & { restart(by: Way): Promise<void> }
  /** Seconds since 1970. */
  now(): number
}

/** As the activity log tells them. */
const EVENTS: Readonly<Record<ResetLevel, ActivityEvent>> = {
  settings: 'reset-settings',
  factory: 'reset-factory',
  erase: 'owners-data-erased',
  import: 'owners-data-imported',
}

export function resetEffects(site: ResetSite): ResetEffects {
  const { dataFolder, running, owners, activity, store, intents } = site
  return {
    'stop-product': () => running.stop(),
    'destroy-data-key': () => owners.destroyKey(),
    'erase-owners-data': () => owners.erase(),
    'prove-erased': async () => {
      try {
        await owners.proveErased()
      } catch (error) {
        await owners.destroyKey()
        await owners.erase()
        throw error
      }
    },
    'recreate-owners-data': () => owners.recreate(),
    'remove-leftovers': async () => {
      for (const name of REMOVED_AT_FACTORY_RESET) await removeDurably(join(dataFolder, name))
    },
    'restart-log': ({ by }) => activity.restart(by),
    'renew-identity': async () => {
      if (site.factory.resetRenewsIdentity) await removeDurably(site.identityFolder)
    },
    'reset-record': async (intent) => {
      const { level } = intent
      const record = await site.record()
      const receipt = await receiptOf(intent, site, level === 'erase' ? record : undefined)
      const event = { name: level === 'erase' ? 'erased' : 'reset', facts: receiptFacts(receipt) }
      await store.save(recordAfterReset(record, level, { id: intent.id, event }))
    },
    'apply-import': async (intent) => {
      const plan = await findImportPlan(dataFolder)
      // Applied already, before the power was lost.
      if (plan === undefined) return
      await owners.applyImport(plan.roots)
      const record = await site.record()
      const owner =
        plan.settings === undefined
          ? record.owner
          : withImportedSettings(record.owner, parseMovableSettings(plan.settings))
      const receipt = await receiptOf(intent, site, { ...record, owner })
      const told = { id: intent.id, event: { name: 'imported', facts: receiptFacts(receipt) } }
      await store.save(recordAfterReset({ ...record, owner }, 'import', told))
      await removeDurably(importFolder(dataFolder))
    },
    'prove-defaults': async () => {
      const seen = digestOf(site, await site.record())
      const expected = digestOf(site)
      if (seen === expected) return
      throw new DeviceError('STATE_CORRUPT', { what: 'settings after reset', expected, seen })
    },
    'write-receipt': async (intent) => {
      const key = await (await ensureKey(site.identityFolder)).toCryptoKey()
      const receipt = await receiptOf(intent, site, await site.record())
      await new Receipts(dataFolder).keep(receipt, key)
      const { level, by } = intent
      const event = EVENTS[level]
      await activity.record({ class: 'data', event, by, facts: receiptFacts(receipt) })
    },
    'forget-intent': () => intents.forget(),
  }
}

async function receiptOf(
  { id, level, by, askedAt }: ResetIntent,
  site: ResetSite,
  record?: AgentRecord,
): Promise<Receipt> {
  return {
    ...{ id, scope: level, by, askedAt, doneAt: site.now(), result: 'done' },
    ...{ product: site.product, device: site.device, agent: site.agentVersion },
    ...(level === 'factory' || level === 'erase' ? { method: site.owners.method } : {}),
    settingsDigest: digestOf(site, record),
  }
}

/** Without a record: what the factory set. */
function digestOf({ factory, integrator }: ResetSite, record?: AgentRecord): string {
  return settingsDigest(effectiveSettings(factory, integrator, record?.owner ?? {}))
}
