/** Puts the bootloader of a system together: its variables, what they mean, and which slot came up. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onDisk } from '@fleetward/platform'
import { DeviceError } from '@fleetward/shared'
import type { Log, SlotName } from '../ports.ts'
import type { BootConvention, BootVariableStore } from './bootloader/boot-choice.ts'
import { countedTries, singleTry } from './bootloader/boot-conventions.ts'
import { bootedSlotOf } from './bootloader/booted-slot.ts'
import { FileEnvironment } from './bootloader/file-environment.ts'
import { GrubEnvironment } from './bootloader/grub-environment.ts'
import { SystemBootloader } from './bootloader/system-bootloader.ts'
import { rebootSystem } from './bootloader/system-reboot.ts'
import { UBootEnvironment } from './bootloader/u-boot-environment.ts'
import type { BootloaderSettings, SystemSettings } from './installer-settings.ts'

export interface SystemBootOptions {
  readonly settings: SystemSettings
  /** Values of the kernel's `root=` by slot. */
  readonly roots: Readonly<Record<SlotName, readonly string[]>>
  readonly slotsFolder: string
  readonly trialBoots: number
  readonly log: Log
  /** Aborts when the agent ends: nobody waits for a restart then. */
  readonly signal: AbortSignal
}

export function systemBootloader(options: SystemBootOptions): SystemBootloader {
  const { settings, roots, slotsFolder, trialBoots, log, signal } = options
  return new SystemBootloader({
    ...variablesOf(settings.bootloader),
    trialBoots,
    bootedSlot: () => requireBootedSlot(settings.kernelCommandLine, roots),
    bootId: () => onDisk(settings.bootIdFile, () => readFile(settings.bootIdFile, 'latin1')),
    armedPath: join(slotsFolder, 'armed.json'),
    reboot: () => rebootSystem({ command: settings.rebootCommand, signal }),
    log,
  })
}

function variablesOf(settings: BootloaderSettings): {
  readonly variables: BootVariableStore
  readonly convention: BootConvention
} {
  switch (settings.kind) {
    case 'u-boot':
      return { variables: new UBootEnvironment(settings), convention: countedTries }
    case 'grub':
      return { variables: new GrubEnvironment(settings), convention: singleTry }
    case 'file':
      return { variables: new FileEnvironment(settings.path), convention: countedTries }
  }
}

async function requireBootedSlot(
  path: string,
  roots: Readonly<Record<SlotName, readonly string[]>>,
): Promise<SlotName> {
  const slot = bootedSlotOf(await onDisk(path, () => readFile(path, 'latin1')), roots)
  if (slot !== undefined) return slot
  throw new DeviceError('BOOTLOADER_FAILED', { path, reason: 'names no slot' })
}
