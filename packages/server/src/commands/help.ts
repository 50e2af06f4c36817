/** What `--help` prints, out of the table of commands. */
import type { ServerCommand } from './command.ts'

const GENERAL = `Usage: fleetward-server [COMMAND] --settings FILE

Without a command it starts the server: update repository, rollouts, device enrolment, MQTT broker and
operator API. Logs one JSON line per event to stdout; the line with "event":"ready" names the ports.
Ends in good order on SIGTERM and SIGINT.
`

const SETTINGS = `
A settings file needs two entries:
  { "dataFolder": "/var/lib/fleetward", "host": ["updates.example.com"] }

More, with their defaults:
  { "listen": { "address": "127.0.0.1", "public": 8444, "device": 8443, "mqtt": 8883, "operator": 8080, "metrics": 8081 },
    "publicDownload": false, "production": false, "renewalCron": "*/5 * * * *" }
`

const EXIT_CODES = `
Exit codes: 0 done, or ended by a signal; 1 failed; 2 wrong usage or settings.
`

export function helpOf(commands: readonly ServerCommand[], asked?: ServerCommand): string {
  if (asked !== undefined && asked.usage !== '') return helpOfOne(asked)
  const width = Math.max(...commands.map(({ name }) => name.length))
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`)
  const examples = [
    ...commands.flatMap((command) => command.examples.slice(0, 1)).map(asTyped),
    '  curl -H "Authorization: Bearer $(cat /var/lib/fleetward/admin-token)" http://127.0.0.1:8080/api/1/products',
  ]
  return [
    GENERAL,
    ...['Commands (each with --help):', ...lines, ''],
    ...[
      'Options:',
      '  --settings FILE   the settings file (JSON)',
      '  --help            this text',
    ],
    SETTINGS,
    ...['Examples:', ...examples],
    EXIT_CODES,
  ].join('\n')
}

function helpOfOne({ name, usage, summary, examples }: ServerCommand): string {
  return [
    `Usage: fleetward-server ${name} ${usage} --settings FILE`,
    '',
    `${summary[0]?.toUpperCase()}${summary.slice(1)}.`,
    '',
    'Examples:',
    ...examples.map(asTyped),
    EXIT_CODES,
  ].join('\n')
}

function asTyped(example: string): string {
  return `  fleetward-server ${example}`
}
