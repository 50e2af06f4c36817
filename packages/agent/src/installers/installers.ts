/**
 * The installers of this agent, one entry a kind: what writes a slot, what decides which slot boots, and
 * how the product runs. Which one a device has is its settings' choice; a release that was signed for
 * another is refused before anything is fetched.
 */
import type { InstallerKind } from '@fleetward/shared'
import { ChildProduct } from '../adapters/child-product.ts'
import { SlotBootloader } from '../adapters/slot-bootloader.ts'
import { systemChance, systemTimer } from '../adapters/system.ts'
import { SystemProduct } from '../adapters/system-product.ts'
import { foldersIn } from '../data-folder/folders.ts'
import type { Bootloader, Installer, Log, Product } from '../ports.ts'
import type { Settings } from '../settings.ts'
import { installFactorySlot } from '../slot/factory-slot.ts'
import { SlotDirectoryInstaller } from '../slot/slot-directory-installer.ts'
import type { InstallerSettings } from './installer-settings.ts'
import { installFactoryImage } from './raw-image/factory-image.ts'
import { RawImageInstaller } from './raw-image/raw-image-installer.ts'
import { systemBootloader } from './system-boot.ts'

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
      const bootloader = new SlotBootloader({ slotsFolder, trialBoots })
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
