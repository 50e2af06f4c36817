/**
 * The section `privileges` of the settings file: two processes instead of one. Left out, the agent writes
 * slots and runs the product itself.
 */
import { isAbsolute } from 'node:path'
import type { OwnersDataSettings } from '../owners-data/owners-data-settings.ts'
import { isText, type Mistake, type SettingsSection } from '../settings-section.ts'

export interface PrivilegesSettings {
  /** Of the privileged process. Absolute. */
  readonly socket: string
  /** The privileged process's own: slots, trusted metadata, floors. Absolute. */
  readonly dataFolder: string
  /** Who the product runs as; the privileged process's own user when left out. */
  readonly productUser: string | undefined
  /** Called with `@SECONDS` when the clock is behind what was verified. */
  readonly setClockCommand: readonly string[]
}

const USER = /^[a-z_][a-z0-9_-]{0,31}$/

export function readPrivileges(section: SettingsSection): PrivilegesSettings {
  const absolute = (name: string, example: string) =>
    section.text(name, isAbsolutePath, 'must be an absolute path', example)
  const settings = {
    socket: absolute('socket', '/run/fleetward-installer/installer.sock'),
    dataFolder: absolute('dataFolder', '/var/lib/fleetward-installer'),
    productUser: section.has('productUser')
      ? section.text('productUser', isUser, 'must be the name of a user', 'fleetward-product')
      : undefined,
    setClockCommand: section.command('setClockCommand', ['/usr/bin/date', '--utc', '--set']),
  }
  section.refuseOthers()
  return settings
}

/** What two processes cannot do together. */
export function mistakesOfPrivileges(settings: {
  readonly dataFolder: string
  readonly ownersData: OwnersDataSettings
  readonly privileges: PrivilegesSettings | undefined
}): Mistake[] {
  const { dataFolder, ownersData, privileges } = settings
  if (privileges === undefined) return []
  const mistakes: Mistake[] = []
  if (privileges.dataFolder === dataFolder) {
    const problem = 'must not be the data folder of the network process'
    const example = '"/var/lib/fleetward-installer"'
    mistakes.push({ path: 'privileges.dataFolder', problem, example })
  }
  if (ownersData.folder.startsWith(`${dataFolder}/`)) {
    const problem = 'must be set: product and network process are two users who share it'
    mistakes.push({ path: 'ownersData.folder', problem, example: '"/var/lib/fleetward-product"' })
  }
  if (ownersData.method !== 'plain') {
    const problem = 'must be "plain" with two processes: neither may touch the other’s keys'
    mistakes.push({ path: 'ownersData.method', problem, example: '"plain"' })
  }
  return mistakes
}

const isAbsolutePath = (text: unknown): text is string =>
  isText(text) && isAbsolute(text) && text !== '/'
const isUser = (text: unknown): text is string => isText(text) && USER.test(text)
