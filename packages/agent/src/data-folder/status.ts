/** What `fleetward-agent status` says when no agent answers: read from the disk, so it needs none. */
import type { Json } from '@fleetward/shared'
import { FileRecordStore } from '../adapters/file-record-store.ts'
import { SLOT_NAMES, updateOf } from '../core/update-machine.ts'
import { assembleInstallation } from '../installers/installers.ts'
import type { Settings } from '../settings.ts'
import { findClaim } from './claim-data-folder.ts'

export async function statusOf(settings: Settings): Promise<Json> {
  const { dataFolder, product, device } = settings
  const record = await new FileRecordStore(dataFolder).load()
  const agent = await findClaim(dataFolder)
  const { installer, bootloader } = assembleInstallation({
    settings,
    log: { write: () => {} },
    environment: {},
    signal: new AbortController().signal,
  })
  const permanent = await bootloader.bootedSlot()
  const slots = await Promise.all(
    SLOT_NAMES.map(async (slot) => {
      const found = await installer.contents(slot)
      const contents =
        found === undefined ? { bootable: false } : { bootable: true, version: found.version }
      return [slot, { ...contents, permanent: slot === permanent }] as const
    }),
  )
  const state = record?.state ?? { name: 'idle' as const }
  const update = updateOf(state)
  return {
    product,
    device,
    running: agent !== undefined,
    state: state.name,
    ...('waitingFor' in state && state.waitingFor !== undefined
      ? { waitingFor: state.waitingFor }
      : {}),
    ...(update === undefined ? {} : { release: update.offer.release.path }),
    slots: Object.fromEntries(slots),
    ...(slots.some(([, { bootable }]) => bootable)
      ? {}
      : { hint: 'nothing is installed: fill slot A with fleetward-agent factory-install' }),
    ...(record === undefined
      ? {}
      : {
          securityCounter: record.securityCounter,
          cohort: record.cohort,
          reportsWaiting: record.reports.outbox.length,
        }),
  }
}
