/**
 * Before anything else runs: a reset that was begun, or asked for while the agent was off, is finished.
 * The same function carries out a reset that a running agent was asked for, once its run has ended.
 */
import { uptime } from 'node:os'
import { nodeVerifier } from '@fleetward/platform'
import { DeviceError } from '@fleetward/shared'
import { activityFolder } from '../activity/device-activity.ts'
import { FileActivityLog } from '../activity/file-activity-log.ts'
import { FileRecordStore } from '../adapters/file-record-store.ts'
import { systemChance, systemClock, systemTimer } from '../adapters/system.ts'
import { flooredSeconds } from '../core/clock-floor.ts'
import { foldersIn, makeFolders } from '../data-folder/folders.ts'
import { loadRecord } from '../data-folder/load-record.ts'
import type { FactoryPack } from '../enrolment/factory-pack.ts'
import { OwnersStore } from '../owners-data/owners-store.ts'
import type { Log } from '../ports.ts'
import { type OpenInstallation, openInstallation } from '../privileged/open-installation.ts'
import type { Settings } from '../settings.ts'
import { carryOut } from './carry-out.ts'
import { findFactorySettings } from './factory-settings.ts'
import { type Receipt, Receipts } from './receipt.ts'
import { mayReset } from './reset-desk.ts'
import { resetEffects } from './reset-effects.ts'
import { type ResetIntent, ResetIntentFile } from './reset-intent.ts'
import { removeTrigger, triggerCommandLevel, triggerFileLevel } from './reset-trigger.ts'

export interface ResetSurroundings {
  readonly log: Log
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
  readonly agentVersion: string
  /** Whether this is the start of the agent, when a pin that is read counts. */
  readonly isStart: boolean
}

/** The receipt; undefined when nobody asked, or while the reset waits for an update's end. */
export async function finishReset(
  settings: Settings,
  pack: FactoryPack,
  surroundings: ResetSurroundings,
): Promise<Receipt | undefined> {
  const { log } = surroundings
  await makeFolders(settings.dataFolder)
  const intents = new ResetIntentFile(settings.dataFolder)
  const intent = await wantedReset(settings, intents, surroundings)
  if (intent === undefined) return undefined

  const installation = openInstallation({
    ...{ settings, ...surroundings },
    // A reset verifies no release.
    originOf: () => {
      throw new Error('a reset asks for nothing')
    },
    onFailed: (error) =>
      log.write('error', 'installer-bug', { said: String(error).slice(0, 1000) }),
  })
  try {
    return await carryOutReset({ settings, pack, intents, intent, installation }, surroundings)
  } finally {
    installation.close()
  }
}

interface WantedReset {
  readonly settings: Settings
  readonly pack: FactoryPack
  readonly intents: ResetIntentFile
  readonly intent: ResetIntent
  readonly installation: OpenInstallation
}

async function carryOutReset(
  { settings, pack, intents, intent, installation }: WantedReset,
  surroundings: ResetSurroundings,
): Promise<Receipt | undefined> {
  const { dataFolder, product, device } = settings
  const { log } = surroundings
  const store = new FileRecordStore(dataFolder)
  const { installer, bootloader } = installation
  const record = () => loadRecord({ store, bootloader, installer, systemClock, log }, pack.cohort)
  const before = await record()
  if (!mayReset(before.state)) {
    log.write('info', 'reset-waits', { level: intent.level, state: before.state.name })
    return undefined
  }
  const { settings: factory } = await findFactorySettings(dataFolder, pack, nodeVerifier)
  const activity = await FileActivityLog.open({
    folder: activityFolder(dataFolder),
    systemClock,
    uptimeMs: () => Math.floor(uptime() * 1000),
    log,
    retentionDays: factory.log.retentionDays,
    off: before.owner.logClassesOff ?? factory.log.classesOff,
    told: before.reports.log,
  })
  try {
    const effects = resetEffects({
      ...{ dataFolder, product, device, factory, intents, store, record, activity },
      identityFolder: foldersIn(dataFolder).identity,
      agentVersion: surroundings.agentVersion,
      integrator: { updates: settings.updates },
      running: {
        stop: async () => {
          await installation.product.stop()
          await installation.forgetOutput()
        },
      },
      owners: new OwnersStore(dataFolder, settings.ownersData),
      now: () => flooredSeconds(systemClock.systemMs(), before.clockFloor),
    })
    const { reconnect: backoff } = settings
    const { signal } = surroundings
    await carryOut(intent, {
      ...{ effects, log, backoff, signal },
      timer: systemTimer,
      chance: systemChance,
    })
  } finally {
    await activity.close()
  }
  const kept = await new Receipts(dataFolder).all()
  return kept.find(({ receipt }) => receipt.id === intent.id)?.receipt
}

async function findIntent(intents: ResetIntentFile, log: Log): Promise<ResetIntent | undefined> {
  try {
    return await intents.find()
  } catch (error) {
    if (!(error instanceof DeviceError) || error.code !== 'STATE_CORRUPT') throw error
    // Which reset it was cannot be read any more; erasing what nobody asked for would be worse.
    log.write('error', 'reset-intent-lost', { code: error.code, ...error.facts })
    await intents.forget()
    return undefined
  }
}

async function wantedReset(
  { resetTriggerFile, resetTriggerCommand: command }: Settings,
  intents: ResetIntentFile,
  { log, isStart }: ResetSurroundings,
): Promise<ResetIntent | undefined> {
  const kept = await findIntent(intents, log)
  const pressed = await triggerFileLevel(resetTriggerFile)
  const read =
    kept === undefined && pressed === undefined && isStart && command !== undefined
      ? await triggerCommandLevel(command, log)
      : undefined
  const level = pressed ?? read
  const isNew = kept === undefined && level !== undefined
  const askedAt = Math.floor(systemClock.systemMs() / 1000)
  const intent = isNew
    ? ({ id: systemChance.nonce(), level, by: 'button', askedAt } as const)
    : kept
  if (isNew && intent !== undefined) {
    if (!(await couldKeep(intents, intent, log))) return undefined
    log.write('info', 'reset-asked', { level, by: 'button' })
  }
  if (pressed === undefined) return intent
  try {
    // One press is one reset, also when the power failed after the intent was kept.
    await removeTrigger(resetTriggerFile)
    return intent
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error
    log.write('error', 'reset-trigger-stuck', { code: error.code, ...error.facts })
    // A file that cannot be removed would reset the device at every start.
    if (isNew) await intents.forget()
    return kept
  }
}

/** On a disk without room the product runs all the same; the button is seen again while it does. */
async function couldKeep(
  intents: ResetIntentFile,
  intent: ResetIntent,
  log: Log,
): Promise<boolean> {
  try {
    await intents.keep(intent)
    return true
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error
    log.write('error', 'reset-not-kept', { code: error.code, ...error.facts })
    return false
  }
}
