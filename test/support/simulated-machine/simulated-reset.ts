/**
 * A reset on a simulated machine, with the agent's own steps: asked for by the file that a button makes,
 * carried out before anything else runs, as in the agent's finish-reset.ts.
 *
 * Load it dynamically, after `../simulated-disk/redirect.ts`.
 */
import { DeviceError, SECURE_DEFAULTS } from '@fleetward/shared'
import { FileRecordStore } from '../../../packages/agent/src/adapters/file-record-store.ts'
import { type AgentRecord, firstRecord } from '../../../packages/agent/src/core/agent-record.ts'
import { flooredSeconds } from '../../../packages/agent/src/core/clock-floor.ts'
import { makeFolders } from '../../../packages/agent/src/data-folder/folders.ts'
import { ensureKey } from '../../../packages/agent/src/enrolment/identity.ts'
import { ensureDataKey } from '../../../packages/agent/src/owners-data/data-key.ts'
import { OwnersStore } from '../../../packages/agent/src/owners-data/owners-store.ts'
import type { Log, Ports } from '../../../packages/agent/src/ports.ts'
import { carryOut } from '../../../packages/agent/src/reset/carry-out.ts'
import { resetEffects } from '../../../packages/agent/src/reset/reset-effects.ts'
import {
  type ResetIntent,
  ResetIntentFile,
  type ResetLevel,
} from '../../../packages/agent/src/reset/reset-intent.ts'
import { removeTrigger, triggerFileLevel } from '../../../packages/agent/src/reset/reset-trigger.ts'
import { COHORT, DEVICE, NOW, PRODUCT } from '../signed-messages.ts'
import { mkdir, mount, writeFile } from '../simulated-disk/fs-promises.ts'
import type { FolderInode } from '../simulated-disk/inode.ts'
import { SimulatedDisk } from '../simulated-disk/simulated-disk.ts'
import { afterPowerLoss } from '../simulated-disk/survival.ts'

const DATA = '/data'
export const OWNERS_FOLDER = `${DATA}/product`
/** In a folder that nobody else writes to. */
export const TRIGGER = '/buttons/factory-reset'
export const MARKER = 'the owner of this device wrote this'
const OWNERS = {
  folder: OWNERS_FOLDER,
  method: 'file-key',
  luksDevice: undefined,
  recreateCommand: undefined,
  exported: [],
} as const

/** What must be the same after any reset: it protects the device from its past. */
export const LIVED: Pick<
  AgentRecord,
  'securityCounter' | 'clockFloor' | 'commandSeq' | 'audiences' | 'failedOffers'
> = {
  securityCounter: 1,
  clockFloor: NOW - 60,
  commandSeq: 41,
  audiences: [{ audience: `${PRODUCT}/cohorts/${COHORT}`, seq: 5, digest: 'a'.repeat(64) }],
  failedOffers: [
    { rollout: 'old', path: 'security/1.4.1/gateway.tar.gz', sha256: 'b'.repeat(64), attempt: 2 },
  ],
}

/** A device that somebody lived with, and whose button was pressed while it was off. */
export async function livedDisk(factory: FolderInode, level: ResetLevel): Promise<FolderInode> {
  const disk = new SimulatedDisk(() => undefined, afterPowerLoss(factory, 'everything'))
  mount(disk)
  const { identity } = await makeFolders(DATA)
  await ensureKey(identity)
  await ensureDataKey(DATA)
  await mkdir(`${OWNERS_FOLDER}/photos`, { recursive: true })
  await writeFile(`${OWNERS_FOLDER}/diary`, MARKER)
  await writeFile(`${OWNERS_FOLDER}/photos/one`, MARKER.repeat(100))
  await mkdir(`${DATA}/page`)
  await writeFile(`${DATA}/page/sessions.json`, MARKER)
  const owner = { security: 'ask', functionality: 'automatic', remoteManagement: true } as const
  await new FileRecordStore(DATA).save({ ...firstRecord(COHORT, 1, 0), ...LIVED, owner })
  const word = { factory: '', settings: 'reset-settings', erase: 'erase', import: 'import' }[level]
  await mkdir('/buttons')
  await writeFile(TRIGGER, word)
  return afterPowerLoss(disk.root, 'everything')
}

export interface ResetPlace {
  readonly ports: Pick<Ports, 'store' | 'timer' | 'chance' | 'systemClock' | 'activity'>
  readonly log: Log
  record(): Promise<AgentRecord>
  readonly running: Pick<Ports['product'], 'stop'>
  readonly identityFolder: string
}

/** At a start: what was asked for, and what was begun, is finished. */
export async function finishSimulatedReset(place: ResetPlace): Promise<void> {
  const { ports, log, running, identityFolder } = place
  const intents = new ResetIntentFile(DATA)
  const kept = await intents.find()
  const level = await triggerFileLevel(TRIGGER)
  const askedAt = Math.floor(ports.systemClock.systemMs() / 1000)
  const intent =
    kept ??
    (level === undefined
      ? undefined
      : ({ id: ports.chance.nonce(), level, by: 'button', askedAt } as const))
  if (intent === undefined) return
  if (kept === undefined && !(await couldKeep(intents, intent))) return
  if (level !== undefined && !(await couldRemoveTrigger())) {
    if (kept === undefined) await intents.forget()
    return
  }
  const before = await place.record()
  const effects = resetEffects({
    dataFolder: DATA,
    identityFolder,
    product: PRODUCT,
    device: DEVICE,
    agentVersion: '0.1.0',
    factory: SECURE_DEFAULTS,
    integrator: { updates: {} },
    intents,
    store: ports.store,
    record: place.record,
    running,
    owners: new OwnersStore(DATA, OWNERS),
    activity: { record: async () => {}, restart: async () => {} },
    now: () => flooredSeconds(ports.systemClock.systemMs(), before.clockFloor),
  })
  await carryOut(intent, {
    ...{ effects, log, timer: ports.timer, chance: ports.chance },
    backoff: { firstDelayMs: 1000, maxDelayMs: 300_000 },
    signal: new AbortController().signal,
  })
}

async function couldKeep(intents: ResetIntentFile, intent: ResetIntent): Promise<boolean> {
  return intents.keep(intent).then(() => true, refusedByDisk)
}

async function couldRemoveTrigger(): Promise<boolean> {
  return removeTrigger(TRIGGER).then(() => true, refusedByDisk)
}

function refusedByDisk(error: unknown): false {
  if (error instanceof DeviceError) return false
  throw error
}
