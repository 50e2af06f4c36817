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
import type { ProductUser } from '../adapters/process-group.ts'
import { SlotBootloader } from '../adapters/slot-bootloader.ts'
import { systemChance, systemTimer } from '../adapters/system.ts'
import { SystemProduct } from '../adapters/system-product.ts'
import { type InstallationPlaces, installationPlaces } from '../data-folder/installation-places.ts'
import type { Bootloader, Installer, Log, Product, SlotName } from '../ports.ts'
import { StartedBootloader } from '../self/started-bootloader.ts'
import { startedSlot } from '../self/started-slot.ts'
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
  /** Ends an agent that lies in a slot, for its starter to boot again (self/). */
  readonly bootAgain?: (() => void) | undefined
  /** Who the product runs as; who runs the agent when left out. */
  readonly productUser?: ProductUser | undefined
}

/** What the factory puts on a device before the agent's first run. */
export interface FactoryArtifact {
  readonly artifactPath: string
  readonly format: string
  readonly version: string
  readonly securityCounter: number
}

/** Surroundings, and where each thing lies. */
interface Site extends InstallationSurroundings {
  readonly places: InstallationPlaces
}

interface InstallerEntry<Chosen> {
  assemble(chosen: Chosen, site: Site): Installation
  fillFactorySlot(chosen: Chosen, artifact: FactoryArtifact, site: Site): Promise<void>
}

type Entries = {
  readonly [Kind in InstallerKind]: InstallerEntry<Extract<InstallerSettings, { kind: Kind }>>
}

const INSTALLERS: Entries = {
  'slot-directory': {
    assemble: (_, site) => {
      const { places, log } = site
      const bootloader = inSlotOrBeside(site)
      const bootedSlot = () => bootloader.bootedSlot()
      const isPermanent = isPermanentIn(slotBootloader(site))
      return {
        bootloader,
        installer: new SlotDirectoryInstaller({
          ...{ ...slotFolders(places), bootedSlot, isPermanent },
        }),
        product: new ChildProduct({
          ...productSurroundings(site),
          ...{ log, timer: systemTimer, chance: systemChance, user: site.productUser },
        }),
      }
    },
    fillFactorySlot: (_, artifact, site) => fillSlotDirectory(artifact, site),
  },
  'raw-image': {
    assemble: (chosen, site) => {
      const { slots, selfTestCommand: selfTest } = chosen
      const roots = { A: slots.A.roots, B: slots.B.roots }
      const bootloader = systemBootloader({ settings: chosen, roots, ...bootSurroundings(site) })
      const forbid = bootloader.forbid.bind(bootloader)
      const folders = slotFolders(site.places)
      return {
        bootloader,
        installer: new RawImageInstaller({
          ...{ ...folders, places: slots, selfTest, forbid, log: site.log },
        }),
        product: new SystemProduct(productSurroundings(site)),
      }
    },
    fillFactorySlot: ({ slots, kernelCommandLine }, artifact, { places, log }) => {
      const factory = { slotsFolder: places.slots, places: slots, kernelCommandLine, log }
      return installFactoryImage({ ...artifact, ...factory })
    },
  },
  rauc: {
    assemble: (chosen, site) => {
      const { selfTestCommand: selfTest, tool, busAddress } = chosen
      // RAUC's own boot scripts name the slot to the kernel.
      const roots = { A: [], B: [] }
      const bootloader = systemBootloader({ settings: chosen, roots, ...bootSurroundings(site) })
      const forbid = bootloader.forbid.bind(bootloader)
      const folders = { slotsFolder: site.places.slots, downloadFolder: site.places.handedOn }
      return {
        bootloader,
        installer: new RaucInstaller({ ...folders, rauc: { tool, busAddress }, selfTest, forbid }),
        product: new SystemProduct(productSurroundings(site)),
      }
    },
    fillFactorySlot: async (_, { version, securityCounter, artifactPath }, { places }) => {
      await makeDirectory(places.slots, 0o700)
      // Whoever made the storage wrote what runs; RAUC knows nothing of it.
      const { length, sha256 } = await measureFile(artifactPath)
      const record = { release: 'factory', version, securityCounter, length, sha256 }
      await markBootable(places.slots, 'A', record)
    },
  },
  'update-module': {
    assemble: (chosen, site) => {
      const { places, log, signal, settings } = site
      const slots = slotBootloader(site)
      const bootedSlot = () => slots.bootedSlot()
      const kind = 'update-module'
      const isPermanent = isPermanentIn(slots)
      const installer = new SlotDirectoryInstaller({
        ...{ ...slotFolders(places), bootedSlot, isPermanent, kind },
      })
      const bootloader = new UpdateModuleBootloader({
        ...{ slots, installer, log, modulesFolder: chosen.modulesFolder },
        timeLimitMs: chosen.timeLimitSeconds * 1000,
        workFolder: join(places.folder, 'update-module'),
        deviceType: settings.compatible,
        listedFiles: (slot) => listedFilesOf(places.slots, slot),
        reboot: () => rebootSystem({ command: chosen.rebootCommand, signal }),
      })
      const product = new SystemProduct(productSurroundings(site))
      return { bootloader, installer, product: new ModuleProduct(product, bootloader) }
    },
    fillFactorySlot: (_, artifact, site) => fillSlotDirectory(artifact, site),
  },
}

/** In this process; whoever runs unprivileged asks the process that may (privileged/). */
export function assembleInstallation(surroundings: InstallationSurroundings): Installation {
  const { settings } = surroundings
  const site = { ...surroundings, places: installationPlaces(settings) }
  return entryOf(settings.installer).assemble(settings.installer, site)
}

/** Fills slot A, or says that what runs from it already is this artifact. */
export function fillFactorySlot(
  artifact: FactoryArtifact,
  surroundings: InstallationSurroundings,
): Promise<void> {
  const { settings } = surroundings
  const site = { ...surroundings, places: installationPlaces(settings) }
  return entryOf(settings.installer).fillFactorySlot(settings.installer, artifact, site)
}

function slotBootloader({ settings, places }: Site): SlotBootloader {
  const { trialBoots, dataFolder, privileges } = settings
  // What the network process remembers is nothing that the privileged one goes by.
  const lastRecord =
    privileges === undefined ? () => new FileRecordStore(dataFolder).load() : undefined
  const { slots: slotsFolder, isReadable } = places
  return new SlotBootloader({
    slotsFolder,
    trialBoots,
    isReadable,
    ...(lastRecord && { lastRecord }),
  })
}

function isPermanentIn(slots: SlotBootloader): (slot: SlotName) => Promise<boolean> {
  return async (slot) => !(await slots.isOnTrial(slot))
}

/** An agent that the starter found in a slot does not boot slots itself. */
function inSlotOrBeside(site: Site): Bootloader {
  const slots = slotBootloader(site)
  const slot = site.settings.self === undefined ? undefined : startedSlot(site.environment)
  if (slot === undefined) return slots
  const { signal, bootAgain = () => undefined } = site
  return new StartedBootloader({ slots, slot, bootAgain, signal })
}

function slotFolders({ slots, download, isReadable }: InstallationPlaces) {
  return { slotsFolder: slots, downloadFolder: download, isReadable }
}

function bootSurroundings({ settings, places, log, signal }: Site) {
  return { slotsFolder: places.slots, trialBoots: settings.trialBoots, log, signal }
}

function productSurroundings({ settings, places, environment }: Site) {
  return {
    dataFolder: places.folder,
    environment: settings.productEnvironment,
    agentEnvironment: environment,
  }
}

function fillSlotDirectory(artifact: FactoryArtifact, { settings, places }: Site): Promise<void> {
  const { slots: slotsFolder, isReadable } = places
  return installFactorySlot({ ...artifact, slotsFolder, isReadable, product: settings.product })
}

/** The entry of a kind takes the settings of that kind; TypeScript does not follow a union that far. */
function entryOf({ kind }: InstallerSettings): InstallerEntry<InstallerSettings> {
  return INSTALLERS[kind] as InstallerEntry<InstallerSettings>
}
