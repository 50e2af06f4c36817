/** Every verb of `fleetward-agent`, in the order of its help. */
import type { AgentCommand } from './command.ts'
import { dataCommands } from './data-commands.ts'
import { doctorCommand } from './doctor.ts'
import { factoryInstallCommand } from './factory-install.ts'
import { withBundle } from './install-bundle.ts'
import { installerCommand } from './installer.ts'
import { ownerCommands } from './owner-commands.ts'
import { pairingCommand } from './pairing.ts'
import { readingCommands } from './reading-commands.ts'
import { runCommand } from './run.ts'
import { startCommand } from './start.ts'
import { statusCommand } from './status.ts'

export const COMMANDS: readonly AgentCommand[] = [
  runCommand,
  startCommand,
  installerCommand,
  factoryInstallCommand,
  statusCommand,
  ...ownerCommands.map((command) => (command.name === 'install' ? withBundle(command) : command)),
  ...readingCommands,
  pairingCommand,
  doctorCommand,
  ...dataCommands,
]

export function findCommand(name: string): AgentCommand | undefined {
  return COMMANDS.find((command) => command.name === name)
}
