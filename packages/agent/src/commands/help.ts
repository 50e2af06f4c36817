/** `--help`, for all commands and for one. */
import type { AgentCommand } from './command.ts'
import { COMMANDS } from './commands.ts'

const COLUMN = 17
const EXIT_CODES =
  'Exit codes: 0 done, 1 refused or could not go on, 2 asked wrongly or set up wrongly.'

export function helpForAll(): string {
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(COLUMN)}${summary}`)
  return `fleetward-agent: installs signed updates on this device and watches over its product.

Usage: fleetward-agent COMMAND [--settings FILE] [--socket PATH] [--json]

Commands:
${lines.join('\n')}

  --settings FILE  /etc/fleetward/settings.json, or FLEETWARD_SETTINGS, when not given
  --socket PATH    where the agent listens; from its settings when not given
  --json           one JSON document instead of sentences
  --help           behind a command: its own help

${EXIT_CODES}
docs/integrating/README.md describes the settings, docs/local-api.md what is behind the socket.
`
}

export function helpFor({ name, usage, summary, examples }: AgentCommand): string {
  return `fleetward-agent ${name} ${usage}
${summary}

Examples:
${examples.map((example) => `  ${example}`).join('\n')}

${EXIT_CODES}
`.replace(' \n', '\n')
}
