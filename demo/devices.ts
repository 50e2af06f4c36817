/** The three devices: what the factory puts on them, and how one of them is started. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileDurably } from '@fleetward/platform'
import { SAMPLE_COMPATIBLE, SAMPLE_PRODUCT } from '../firmware-samples/samples.ts'
import { REPOSITORY, type StoryFolder } from './folder.ts'

export const DEVICES = ['G1-0001', 'G1-0002', 'G1-0003'] as const

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
    // Three devices on one machine; `fleetward-agent pairing` says where each has its page.
    page: { port: 0 },
    factoryPack: place.pack,
    updates: { security: 'automatic', functionality: 'automatic' },
    trialTimeLimitSeconds: 60,
    // A demonstration server that is restarted should be found again within seconds.
    reconnect: { firstDelayMs: 250, maxDelayMs: 2_000 },
  }
  await writeFileDurably(place.settings, `${JSON.stringify(settings, null, 2)}\n`)
}
