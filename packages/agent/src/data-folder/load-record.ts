/** The record to go on with: the saved one, that of a first start, or what is left after a loss. */
import { DeviceError } from '@fleetward/shared'
import { type AgentRecord, firstRecord, recordAfterLoss } from '../core/agent-record.ts'
import { otherSlot } from '../core/update-machine.ts'
import type { Ports } from '../ports.ts'

export async function loadRecord(
  ports: Pick<Ports, 'store' | 'bootloader' | 'installer' | 'systemClock' | 'log'>,
  cohort: string,
): Promise<AgentRecord> {
  const { store, log, systemClock } = ports
  try {
    const saved = await store.load()
    if (saved !== undefined) return saved
    await abandonTrial(ports)
    return firstRecord(cohort, await committedCounter(ports), 0)
  } catch (error) {
    if (!(error instanceof DeviceError) || error.code !== 'STATE_CORRUPT') throw error
    // A device that would never update again is worse off than one that starts over from its slot.
    log.write('error', 'record-lost', { code: error.code, ...error.facts })
    await abandonTrial(ports)
    // A clock that fell back to 1970 must not bring back numbers that the server has already.
    const writtenAt = typeof error.facts.writtenAt === 'number' ? error.facts.writtenAt : 0
    const now = Math.max(Math.floor(systemClock.systemMs() / 1000), writtenAt)
    return recordAfterLoss(cohort, await committedCounter(ports), now)
  }
}

/**
 * Of a trial that nobody remembers there is no end: its slot would run untested, and the next update
 * would be written over the permanent one.
 */
async function abandonTrial({ bootloader }: Pick<Ports, 'bootloader'>): Promise<void> {
  try {
    await bootloader.abandonTrial()
  } catch (error) {
    // On a full disk its tries cannot be counted either, so the bootloader picks the permanent slot.
    if (!(error instanceof DeviceError)) throw error
  }
}

/**
 * The floor that the factory or the last commit left in the slot. Of a slot that cannot be read any more,
 * that of the other one; with neither there is nothing on the device that a floor could protect.
 */
export async function committedCounter({
  bootloader,
  installer,
}: Pick<Ports, 'bootloader' | 'installer'>): Promise<number> {
  const slot = await bootloader.bootedSlot()
  const contents = (await installer.contents(slot)) ?? (await installer.contents(otherSlot(slot)))
  return contents?.securityCounter ?? 1
}
