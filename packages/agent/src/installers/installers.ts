/**
 * The installers of this agent, one entry a kind: what writes a slot, what decides which slot boots, and
 * how the product runs. Which one a device has is its settings' choice; a release that was signed for
 * another is refused before anything is fetched.
 */
import { join } from 'node:path'
import { makeDirectory } from '@fleetward/platform'
import type { InstallerKind } from '@fleetward/shared'
import { ChildProduct } from '../adapters/child-product.ts'
import { FileRecordStore } from '../adapters/file-record-store.ts'
import { SlotBootloader } from '../adapters/slot-bootloader.ts'
import { systemChance, systemTimer } from '../adapters/system.ts'
import { SystemProduct } from '../adapters/system-product.ts'
import { foldersIn } from '../data-folder/folders.ts'
import type { Bootloader, Installer, Log, Product } from '../ports.ts'
import type { Settings } from '../settings.ts'
import { installFactorySlot } from '../slot/factory-slot.ts'
import { SlotDirectoryInstaller } from '../slot/slot-directory-installer.ts'
import { rebootSystem } from './bootloader/system-reboot.ts'
import type { InstallerSettings } from './installer-settings.ts'
import { measureFile, RaucInstaller } from './rauc/rauc-installer.ts'
import { installFactoryImage } from './raw-image/factory-image.ts'
import { markBootable } from './raw-image/image-record.ts'
import { RawImageInstaller } from './raw-image/raw-image-installer.ts'
import { systemBootloader } from './system-boot.ts'
import { ModuleProduct } from './update-module/module-product.ts'
import { listedFilesOf } from './update-module/module-tree.ts'
import { UpdateModuleBootloader } from './update-module/update-module-bootloader.ts'

export interface Installation {
  readonly installer: Installer
  readonly bootloader: Bootloader
  readonly product: Product
}

export interface InstallationSurroundings {
  readonly settings: Settings
  readonly log: Log
  /** What the product may inherit from. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Aborts when the agent ends. */
  readonly signal: AbortSignal
}

/** What the factory puts on a device before the agent's first run. */
export interface FactoryArtifact {
  readonly artifactPath: string
  readonly format: string
  readonly version: string
  readonly securityCounter: number
}

interface InstallerEntry<Chosen> {
  assemble(chosen: Chosen, surroundings: InstallationSurroundings): Installation
  fillFactorySlot(
    chosen: Chosen,
    artifact: FactoryArtifact,
    surroundings: InstallationSurroundings,
  ): Promise<void>
}

type Entries = {
  readonly [Kind in InstallerKind]: InstallerEntry<Extract<InstallerSettings, { kind: Kind }>>
}

const INSTALLERS: Entries = {
  'slot-directory': {
    assemble: (_, { settings, log, environment }) => {
      const { slots: slotsFolder, download: downloadFolder } = foldersIn(settings.dataFolder)
      const { trialBoots } = settings
      const lastRecord = () => new FileRecordStore(settings.dataFolder).load()
      const bootloader = new SlotBootloader({ slotsFolder, trialBoots, lastRecord })
      const bootedSlot = () => bootloader.bootedSlot()
      return {
        bootloader,
        installer: new SlotDirectoryInstaller({ slotsFolder, downloadFolder, bootedSlot }),
        product: new ChildProduct({
          dataFolder: settings.dataFolder,
          environment: settings.productEnvironment,
          agentEnvironment: environment,
          log,
          timer: systemTimer,
          chance: systemChance,
        }),
      }
    },
    fillFactorySlot: async (_, artifact, { settings }) => {
      const { slots: slotsFolder } = foldersIn(settings.dataFolder)
      await installFactorySlot({ ...artifact, slotsFolder, product: settings.product })
    },
  },
  'raw-image': {
    assemble: (chosen, { settings, log, environment, signal }) => {
      const { slots: slotsFolder, download: downloadFolder } = foldersIn(settings.dataFolder)
      const { trialBoots, dataFolder, productEnvironment } = settings
      const { slots: places, selfTestCommand: selfTest } = chosen
      const roots = { A: places.A.roots, B: places.B.roots }
      const boot = { settings: chosen, roots, slotsFolder, trialBoots, log, signal }
      const bootloader = systemBootloader(boot)
      const forbid = bootloader.forbid.bind(bootloader)
      const slots = { slotsFolder, downloadFolder, places, selfTest }
      return {
        bootloader,
        installer: new RawImageInstaller({ ...slots, forbid, log }),
        product: new SystemProduct({
          dataFolder,
          environment: productEnvironment,
          agentEnvironment: environment,
        }),
      }
    },
    fillFactorySlot: async ({ slots, kernelCommandLine }, artifact, { settings, log }) => {
      const { slots: slotsFolder } = foldersIn(settings.dataFolder)
      await installFactoryImage({ ...artifact, slotsFolder, places: slots, kernelCommandLine, log })
    },
  },
  rauc: {
    assemble: (chosen, { settings, log, environment, signal }) => {
      const { slots: slotsFolder, download: downloadFolder } = foldersIn(settings.dataFolder)
      const { trialBoots, dataFolder, productEnvironment } = settings
      // RAUC's own boot scripts name the slot to the kernel.
      const roots = { A: [], B: [] }
      const boot = { settings: chosen, roots, slotsFolder, trialBoots, log, signal }
      const bootloader = systemBootloader(boot)
      const { selfTestCommand: selfTest, tool, busAddress } = chosen
      const forbid = bootloader.forbid.bind(bootloader)
      const rauc = { tool, busAddress }
      return {
        bootloader,
        installer: new RaucInstaller({ rauc, slotsFolder, downloadFolder, selfTest, forbid }),
        product: new SystemProduct({
          dataFolder,
          environment: productEnvironment,
          agentEnvironment: environment,
        }),
      }
    },
    fillFactorySlot: async (_, { version, securityCounter, artifactPath }, { settings }) => {
      const { slots: slotsFolder } = foldersIn(settings.dataFolder)
      await makeDirectory(slotsFolder, 0o700)
      // Whoever made the storage wrote what runs; RAUC knows nothing of it.
      const { length, sha256 } = await measureFile(artifactPath)
      const record = { release: 'factory', version, securityCounter, length, sha256 }
      await markBootable(slotsFolder, 'A', record)
    },
  },
  'update-module': {
    assemble: (chosen, { settings, log, environment, signal }) => {
      const { slots: slotsFolder, download: downloadFolder } = foldersIn(settings.dataFolder)
      const { trialBoots, dataFolder, productEnvironment, compatible } = settings
      const lastRecord = () => new FileRecordStore(dataFolder).load()
      const slots = new SlotBootloader({ slotsFolder, trialBoots, lastRecord })
      const bootedSlot = () => slots.bootedSlot()
      const kind = 'update-module'
      const installer = new SlotDirectoryInstaller({
        ...{ slotsFolder, downloadFolder, bootedSlot, kind },
      })
      const bootloader = new UpdateModuleBootloader({
        ...{ slots, installer, log, modulesFolder: chosen.modulesFolder },
        timeLimitMs: chosen.timeLimitSeconds * 1000,
        workFolder: join(dataFolder, 'update-module'),
        deviceType: compatible,
        listedFiles: (slot) => listedFilesOf(slotsFolder, slot),
        reboot: () => rebootSystem({ command: chosen.rebootCommand, signal }),
      })
      const product = new SystemProduct({
        dataFolder,
        environment: productEnvironment,
        agentEnvironment: environment,
      })
      return { bootloader, installer, product: new ModuleProduct(product, bootloader) }
    },
    fillFactorySlot: async (_, artifact, { settings }) => {
      const { slots: slotsFolder } = foldersIn(settings.dataFolder)
      await installFactorySlot({ ...artifact, slotsFolder, product: settings.product })
    },
  },
}

export function assembleInstallation(surroundings: InstallationSurroundings): Installation {
  const { installer } = surroundings.settings
  return entryOf(installer).assemble(installer, surroundings)
}

/** Fills slot A, or says that what runs from it already is this artifact. */
export function fillFactorySlot(
  artifact: FactoryArtifact,
  surroundings: InstallationSurroundings,
): Promise<void> {
  const { installer } = surroundings.settings
  return entryOf(installer).fillFactorySlot(installer, artifact, surroundings)
}

/** The entry of a kind takes the settings of that kind; TypeScript does not follow a union that far. */
function entryOf({ kind }: InstallerSettings): InstallerEntry<InstallerSettings> {
  return INSTALLERS[kind] as InstallerEntry<InstallerSettings>
}
