/** The section `self` of the settings file: the slots hold the agent as well as the product. */
import type { InstallerSettings } from '../installers/installer-settings.ts'
import { isPathBelow } from '../owners-data/owners-data-settings.ts'
import type { PrivilegesSettings } from '../privileged/privileges-settings.ts'
import { isText, type Mistake, type SettingsSection } from '../settings-section.ts'

export interface SelfSettings {
  /** Below the slot's folder: a script for Node.js, or an executable. */
  readonly program: string
}

const EXAMPLE = 'agent/fleetward-agent.mjs'

export function readSelf(section: SettingsSection): SelfSettings {
  const problem = 'must be a path below the slot, without "." and ".."'
  const program = section.text('program', isProgram, problem, EXAMPLE)
  section.refuseOthers()
  return { program }
}

/** Who else decides what boots cannot be told by a starter. */
export function mistakesOfSelf(settings: {
  readonly installer: InstallerSettings
  readonly privileges: PrivilegesSettings | undefined
  readonly self: SelfSettings | undefined
}): Mistake[] {
  if (settings.self === undefined) return []
  const example = '{ "kind": "slot-directory" } without "privileges"'
  const mistakes: Mistake[] = []
  if (settings.installer.kind !== 'slot-directory') {
    const problem = 'needs the installer slot-directory: with images the agent is part of the image'
    mistakes.push({ path: 'self', problem, example })
  }
  if (settings.privileges !== undefined) {
    const problem = 'cannot be combined with privileges: the privileged process boots slots there'
    mistakes.push({ path: 'self', problem, example })
  }
  return mistakes
}

const isProgram = (text: unknown): text is string => isText(text) && isPathBelow(text)
