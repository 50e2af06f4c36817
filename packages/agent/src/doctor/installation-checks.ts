/** What is installed, and who the device is to its server. */
import { X509Certificate } from 'node:crypto'
import { statfs } from 'node:fs/promises'
import { foldersIn } from '../data-folder/folders.ts'
import { installationPlaces } from '../data-folder/installation-places.ts'
import { loadFactoryPack } from '../enrolment/factory-pack.ts'
import { findIdentity } from '../enrolment/identity.ts'
import { assembleInstallation } from '../installers/installers.ts'
import { type Check, type Finding, note, ok, type Site, wrong } from './check.ts'

/** Below this an update of any size waits for room. */
const FREE_MIN_BYTES = 16 * 1024 * 1024
const MIB = 1024 * 1024

export const installationChecks: readonly Check[] = [
  {
    id: 'slot-bootable',
    what: 'The slot that boots is complete and as it was verified.',
    why: 'Otherwise the next start of the device starts nothing.',
    look: async ({ settings }) => {
      const { installer, bootloader } = assembleInstallation({
        settings,
        log: { write: () => {} },
        environment: {},
        signal: new AbortController().signal,
      })
      const slot = await bootloader.bootedSlot()
      const contents = await installer.contents(slot)
      if (contents !== undefined) return ok(`slot ${slot}, version ${contents.version}`)
      return wrong(
        `slot ${slot} is empty or damaged`,
        'fill slot A with fleetward-agent factory-install, or wait for an update',
      )
    },
  },
  {
    id: 'room-for-updates',
    what: 'There is room for a download.',
    why: 'Without it updates wait.',
    look: async ({ settings }) => {
      const places = [settings.dataFolder, installationPlaces(settings).folder]
      const free = await Promise.all(
        places.map(async (folder) => {
          const { bavail, bsize } = await statfs(folder)
          return bavail * bsize
        }),
      )
      const least = Math.min(...free)
      const seen = `${Math.floor(least / MIB)} MiB free`
      return least >= FREE_MIN_BYTES ? ok(seen) : wrong(seen, 'make room on that disk')
    },
  },
  {
    id: 'identity-valid',
    what: 'The device has a certificate, and it is valid.',
    why: 'Without it the server does not talk to the device.',
    look: async ({ settings, nowMs }) => {
      const { product, device, dataFolder } = settings
      const identity = await findIdentity(foldersIn(dataFolder).identity, { product, device })
      if (identity === undefined) {
        return note('not enrolled yet', 'give it a network and an enrolment token')
      }
      return validity(
        identity.certificate.validToDate.getTime(),
        nowMs,
        'enrol it again with a new token',
      )
    },
  },
  {
    id: 'server-authority-valid',
    what: 'The authority that vouches for the server is valid.',
    why: 'After its end no connection comes about, and no update can mend that.',
    look: async ({ settings, nowMs }: Site) => {
      const { serverCa } = await loadFactoryPack(settings.factoryPack)
      const until = new X509Certificate(serverCa).validToDate.getTime()
      return validity(until, nowMs, 'bring a bundle, or exchange server-ca.pem at the device')
    },
  },
]

function validity(untilMs: number, nowMs: number, next: string): Finding {
  const until = `until ${new Date(untilMs).toISOString()}`
  return untilMs > nowMs ? ok(until) : wrong(`expired: ${until}`, next)
}
