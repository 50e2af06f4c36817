/** What goes on beside updates for as long as the agent runs. Each part says itself what it does. */

import { systemTimer } from '../adapters/system.ts'
import { Systemd } from '../adapters/systemd.ts'
import type { BundleIntake } from '../bundle/bundle-intake.ts'
import { watchBundleFolder } from '../bundle/watch-bundle-folder.ts'
import { agentFiles } from '../integrity/agent-files.ts'
import type { BaselineFile } from '../integrity/baseline.ts'
import { configurationFiles } from '../integrity/configuration-files.ts'
import { IntegrityWatch } from '../integrity/integrity-watch.ts'
import type { SlotCheck } from '../integrity/slot-check.ts'
import { keepRetention } from '../owners-data/retention.ts'
import type { ActivityLog, Log, Releases } from '../ports.ts'
import { bringSettings } from '../reset/bring-settings.ts'
import type { ResetDesk } from '../reset/reset-desk.ts'
import type { VouchedSettings } from '../reset/vouched-settings.ts'
import { watchTrigger } from '../reset/watch-trigger.ts'
import type { UpdateRun } from '../run/update-run.ts'
import type { Settings } from '../settings.ts'

export interface BackgroundOptions {
  readonly settings: Settings
  readonly run: UpdateRun
  readonly log: Log
  readonly activity: ActivityLog
  readonly factory: VouchedSettings
  readonly releases: Releases
  readonly bundles: BundleIntake
  readonly reset: ResetDesk
  readonly baseline: BaselineFile
  readonly slotCheck: SlotCheck | undefined
  readonly agentVersion: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly nowMs: () => number
  readonly signal: AbortSignal
  /** With what nobody foresaw. */
  onFailed(error: unknown): void
}

export interface Background {
  readonly integrity: IntegrityWatch
  /** Resolves once nothing of it writes any more, after `signal` has aborted. */
  readonly ended: Promise<unknown>
}

export async function startBackground(options: BackgroundOptions): Promise<Background> {
  const { settings, run, log, activity, factory, releases, bundles, reset, signal } = options
  const { onFailed } = options
  const tending = { timer: systemTimer, log, signal }
  watchTrigger(settings.resetTriggerFile, { ...tending, reset }).catch(onFailed)
  await recordRefusedSettings(factory, log, activity)
  bringSettings(releases, tending).catch(onFailed)
  keepRetention({ ...tending, run, dataFolder: settings.dataFolder }).catch(onFailed)

  const integrity = new IntegrityWatch({
    ...{ run, activity, log, timer: systemTimer, signal, nowMs: options.nowMs },
    ...{ baseline: options.baseline, slots: options.slotCheck },
    // Whoever develops the agent edits its files all the time; in a slot they are the slot's.
    agentFiles: settings.production && settings.self === undefined ? agentFiles : async () => [],
    agentVersion: options.agentVersion,
    configurationFiles: configurationFiles(settings),
    intervalMs: settings.integrityCheckSeconds * 1000,
    bytesPerSecond: settings.integrityBytesPerSecond,
  })
  const watching = integrity.watch()
  watching.catch(onFailed)

  bundles.resume().catch(onFailed)
  if (factory.settings.usbBundles && settings.bundleFolder !== undefined) {
    const watched = { folder: settings.bundleFolder, bundles, activity }
    watchBundleFolder({ ...tending, ...watched }).catch(onFailed)
  }
  const systemd = new Systemd({ log, timer: systemTimer, environment: options.environment })
  systemd.tellUntil(signal, () => run.caughtUp()).catch(onFailed)
  return { integrity, ended: Promise.allSettled([watching]) }
}

async function recordRefusedSettings(
  { refused }: VouchedSettings,
  log: Log,
  activity: ActivityLog,
): Promise<void> {
  if (refused === undefined) return
  const facts = { code: refused.code, ...refused.facts }
  log.write('warning', 'factory-settings-refused', facts)
  await activity.record({
    ...{ class: 'security', event: 'factory-settings-refused', by: 'agent' },
    facts,
  })
}
