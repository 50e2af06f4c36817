/**
 * Keeps a verified copy of the newest factory settings on the device, so that a reset finds them without
 * a network. They count from the next start or reset: settings never change under a running product.
 */
import { TransferError, TrustError } from '@fleetward/shared'
import type { Log, Releases, Timer } from '../ports.ts'
import { FACTORY_SETTINGS_NAME } from './factory-settings.ts'

const FIRST_AFTER_MS = 60_000
const EVERY_MS = 12 * 3_600_000

/** Until the signal aborts. */
export async function bringSettings(
  releases: Pick<Releases, 'trustFile'>,
  { timer, log, signal }: { timer: Timer; log: Log; signal: AbortSignal },
): Promise<void> {
  await timer.wait(FIRST_AFTER_MS, signal)
  while (!signal.aborted) {
    try {
      await releases.trustFile(FACTORY_SETTINGS_NAME)
    } catch (error) {
      // A server that is away; or a product without factory settings.
      if (!(error instanceof TransferError) && !(error instanceof TrustError)) throw error
      if (error.code !== 'TARGET_NOT_FOUND') {
        log.write('info', 'factory-settings-not-brought', { code: error.code })
      }
    }
    await timer.wait(EVERY_MS, signal)
  }
}
