/** The devices and the versions of the story; what the factory puts on a device. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileDurably } from '@fleetward/platform'
import { SAMPLE_COMPATIBLE, SAMPLE_PRODUCT } from '../firmware-samples/samples.ts'
import { REPOSITORY, type StoryFolder } from './folder.ts'

export const FACTORY = '1.4.2'
export const FIX = '1.4.3'
export const NEXT = '1.5.0'
export const BROKEN = '1.5.1'

export const COHORTS = ['homes', 'offices'] as const
export type Cohort = (typeof COHORTS)[number]

/** At homes: they take what they are offered. */
export const DEVICES = ['G1-0001', 'G1-0002', 'G1-0003'] as const
/** At offices: their owners have their say. */
export const POSTPONING = 'G1-0004'
export const OPTED_OUT = 'G1-0005'

export const ALL_DEVICES: readonly { readonly id: string; readonly cohort: Cohort }[] = [
  ...DEVICES.map((id) => ({ id, cohort: 'homes' as const })),
  ...[POSTPONING, OPTED_OUT].map((id) => ({ id, cohort: 'offices' as const })),
]

export const AGENT = join(REPOSITORY, 'packages/agent/bin/fleetward-agent')

/**
 * The settings of a demonstration device. Functionality updates install by themselves here, so that
 * the story needs nobody to press a button; the default is to ask the owner.
 */
export async function writeDeviceSettings(folder: StoryFolder, device: string): Promise<void> {
  const place = folder.device(device)
  await mkdir(place.folder, { recursive: true })
  const settings = {
    product: SAMPLE_PRODUCT,
    device,
    compatible: SAMPLE_COMPATIBLE,
    dataFolder: place.data,
    // Several devices on one machine; `fleetward-agent pairing` says where each has its page.
    page: { port: 0 },
    factoryPack: place.pack,
    // Who puts an update off has to be asked first.
    updates: { security: device === POSTPONING ? 'ask' : 'automatic', functionality: 'automatic' },
    trialTimeLimitSeconds: 60,
    // A demonstration server that is restarted should be found again within seconds.
    reconnect: { firstDelayMs: 250, maxDelayMs: 2_000 },
  }
  await writeFileDurably(place.settings, `${JSON.stringify(settings, null, 2)}\n`)
}
