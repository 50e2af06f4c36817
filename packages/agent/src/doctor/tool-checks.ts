/** The programs that the agent calls, as its settings name them. */
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import type { BootloaderSettings, InstallerSettings } from '../installers/installer-settings.ts'
import type { Settings } from '../settings.ts'
import { type Check, ok, wrong } from './check.ts'
import { entriesOf, OTHERS_MAY_WRITE, protectedFrom, withTargets } from './protection.ts'

/** Where owners-data/luks.ts looks for it. */
const CRYPTSETUP = ['/usr/sbin/cryptsetup', '/sbin/cryptsetup', '/usr/bin/cryptsetup']

export const toolChecks: readonly Check[] = [
  {
    id: 'installer-tools',
    what: 'The programs that install and boot updates are there, and only root or the agent changes them.',
    why: 'Without them the first update fails, perhaps years from now; exchanged ones do what they like.',
    look: async ({ settings }) => {
      const tools = await toolsOf(settings)
      const missing: string[] = []
      for (const tool of tools) {
        await access(tool, constants.X_OK).catch(() => missing.push(tool))
      }
      if (missing.length > 0) {
        return wrong(`missing: ${missing.join(', ')}`, 'install them, or correct their settings')
      }
      for (const tool of tools) {
        const rule = { forbidden: OTHERS_MAY_WRITE, remedy: `chmod -R go-w ${tool}` }
        const found = await protectedFrom(withTargets(entriesOf(tool)), rule)
        if (found.level !== 'ok') return found
      }
      return ok(tools.length === 0 ? 'none are needed' : tools.join(', '))
    },
  },
]

async function toolsOf(settings: Settings): Promise<string[]> {
  const { installer, privileges, ownersData, powerCommand, resetTriggerCommand } = settings
  const commands = [
    ...commandsOf(installer),
    ...[powerCommand, resetTriggerCommand, ownersData.recreateCommand, privileges?.setClockCommand],
  ]
  const programs = commands.flatMap((command) => command?.[0] ?? [])
  const tools = [...filesOf(installer), ...programs.filter((program) => program !== 'node')]
  if (ownersData.method === 'luks') tools.push(await firstOf(CRYPTSETUP))
  return [...new Set(tools)]
}

function commandsOf(installer: InstallerSettings): (readonly string[])[] {
  if (installer.kind === 'slot-directory') return []
  if (installer.kind === 'update-module') return [installer.rebootCommand]
  return [installer.rebootCommand, installer.selfTestCommand]
}

function filesOf(installer: InstallerSettings): string[] {
  if (installer.kind === 'slot-directory') return []
  if (installer.kind === 'update-module') return [installer.modulesFolder]
  return [
    ...(installer.kind === 'rauc' ? [installer.tool] : []),
    ...bootTools(installer.bootloader),
  ]
}

function bootTools(bootloader: BootloaderSettings): string[] {
  if (bootloader.kind === 'u-boot') return [bootloader.printTool, bootloader.setTool]
  return bootloader.kind === 'grub' ? [bootloader.tool] : []
}

/** The one that is there; the first one's absence is what is told otherwise. */
async function firstOf(places: readonly string[]): Promise<string> {
  for (const place of places) {
    const isThere = await access(place, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isThere) return place
  }
  return places[0] ?? ''
}
