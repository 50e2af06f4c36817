/** The section `installer` of the settings file: a kind, and what that kind needs to know. */
import { type InstallerKind, isInstallerKind } from '@fleetward/shared'
import type { SlotName } from '../ports.ts'
import { isText, type SettingsSection } from '../settings-section.ts'
import type { SlotPlace } from './raw-image/slot-image.ts'

export type InstallerSettings =
  | { readonly kind: 'slot-directory' }
  | RawImageSettings
  | RaucSettings
  | UpdateModuleSettings

/** Of every installer whose slots the system boots, by a bootloader outside of the agent. */
export interface SystemSettings {
  readonly bootloader: BootloaderSettings
  /** What the bootloader told the kernel, proc(5). */
  readonly kernelCommandLine: string
  /** Differs from one boot to the next, proc(5). */
  readonly bootIdFile: string
  readonly rebootCommand: readonly string[]
  readonly selfTestCommand: readonly string[]
}

export type BootloaderSettings =
  | {
      readonly kind: 'u-boot'
      readonly config: string
      readonly printTool: string
      readonly setTool: string
    }
  | { readonly kind: 'grub'; readonly path: string; readonly tool: string }
  | { readonly kind: 'file'; readonly path: string }

export interface RawImageSettings extends SystemSettings {
  readonly kind: 'raw-image'
  readonly slots: Readonly<Record<SlotName, SlotPlace & { readonly roots: readonly string[] }>>
}

export interface RaucSettings extends SystemSettings {
  readonly kind: 'rauc'
  readonly tool: string
  /** In place of the system bus. */
  readonly busAddress: string | undefined
}

export interface UpdateModuleSettings {
  readonly kind: 'update-module'
  readonly modulesFolder: string
  readonly timeLimitSeconds: number
  readonly rebootCommand: readonly string[]
}

const REBOOT = ['/usr/bin/systemctl', 'reboot']

type PathReader = (section: SettingsSection, name: string, otherwise?: string) => string

type Readers = {
  readonly [Kind in InstallerKind]: (
    section: SettingsSection,
    path: PathReader,
  ) => Extract<InstallerSettings, { kind: Kind }>
}

const READERS: Readers = {
  'slot-directory': () => ({ kind: 'slot-directory' }),
  'raw-image': (section, path) => {
    const slots = section.section('slots', '{ "A": { "path": "/dev/mmcblk0p2" }, "B": { … } }')
    const type = section.oneOf('slotType', ['block-device', 'file'] as const, 'block-device')
    const place = (slot: SlotName) => {
      const fields = slots.section(slot, '{ "path": "/dev/mmcblk0p2", "root": "/dev/mmcblk0p2" }')
      const place = path(fields, 'path')
      const root = fields.has('root')
        ? [fields.text('root', isText, 'must be text', 'PARTUUID=…')]
        : []
      fields.refuseOthers()
      return { path: place, type, roots: [place, ...root] }
    }
    const read = { A: place('A'), B: place('B') }
    if (read.A.path === read.B.path) {
      slots.mistake('B', 'must be another place than A', '{ "path": "/dev/mmcblk0p3" }')
    }
    slots.refuseOthers()
    return { kind: 'raw-image', slots: read, ...readSystem(section, path) }
  },
  rauc: (section, path) => ({
    kind: 'rauc',
    tool: path(section, 'tool', '/usr/bin/rauc'),
    busAddress: section.has('busAddress')
      ? section.text('busAddress', isText, 'must be a D-Bus address', 'unix:path=/run/bus')
      : undefined,
    ...readSystem(section, path),
  }),
  'update-module': (section, path) => ({
    kind: 'update-module',
    modulesFolder: path(section, 'modulesFolder', '/usr/share/mender/modules/v3'),
    // As long as Mender waits for a module.
    timeLimitSeconds: section.integer('timeLimitSeconds', 14_400, 1, 86_400),
    rebootCommand: section.command('rebootCommand', REBOOT),
  }),
}

export function readInstaller(
  section: SettingsSection,
  resolvePath: (text: string) => string,
): InstallerSettings {
  const path: PathReader = (fields, name, otherwise) => {
    if (otherwise !== undefined && !fields.has(name)) return otherwise
    return resolvePath(fields.text(name, isPath, 'must be a path', otherwise ?? '/dev/mmcblk0p2'))
  }
  const kinds = Object.keys(READERS).filter(isInstallerKind)
  const kind = section.oneOf('kind', kinds, 'slot-directory')
  const settings = READERS[kind](section, path)
  section.refuseOthers()
  return settings
}

function readSystem(section: SettingsSection, path: PathReader): SystemSettings {
  return {
    bootloader: readBootloader(section.section('bootloader', '{ "kind": "u-boot" }'), path),
    kernelCommandLine: path(section, 'kernelCommandLine', '/proc/cmdline'),
    bootIdFile: path(section, 'bootIdFile', '/proc/sys/kernel/random/boot_id'),
    rebootCommand: section.command('rebootCommand', REBOOT),
    selfTestCommand: section.command('selfTestCommand'),
  }
}

function readBootloader(section: SettingsSection, path: PathReader): BootloaderSettings {
  const kind = section.oneOf('kind', ['u-boot', 'grub', 'file'] as const)
  const settings = {
    'u-boot': () => ({
      kind: 'u-boot' as const,
      config: path(section, 'config', '/etc/fw_env.config'),
      printTool: path(section, 'printTool', '/usr/bin/fw_printenv'),
      setTool: path(section, 'setTool', '/usr/bin/fw_setenv'),
    }),
    grub: () => ({
      kind: 'grub' as const,
      path: path(section, 'path', '/boot/grub/grubenv'),
      tool: path(section, 'tool', '/usr/bin/grub-editenv'),
    }),
    file: () => ({ kind: 'file' as const, path: path(section, 'path') }),
  }[kind]()
  section.refuseOthers()
  return settings
}

const isPath = (value: unknown): value is string => isText(value) && value !== ''
