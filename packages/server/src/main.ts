/** The command: reads the settings file, starts the server, waits for a signal. */
import { parseArgs } from 'node:util'
import { RuntimeRefusedError, requireRuntime } from '@fleetward/platform'
import { type Logger, pino } from 'pino'
import { NotAloneError } from './adapters/sql/postgres-instances.ts'
import { BROKER_KINDS, type BrokerKind } from './broker/broker-kinds.ts'
import { brokerAcl } from './broker-acl.ts'
import { ListenError } from './http/listen.ts'
import { startServer } from './server.ts'
import { SettingsError } from './settings.ts'
import { readSettings } from './settings-file.ts'

const HELP = `Usage: fleetward-server [broker-acl] --settings FILE

Starts the Fleetward server: update repository, rollouts, device enrolment, MQTT broker and
operator API. Logs one JSON line per event to stdout; the line with "event":"ready" names the ports.
Ends in good order on SIGTERM and SIGINT.

With broker-acl it prints the access file for an outside broker instead, as the devices are now; a
running server is not disturbed.

Options:
  --settings FILE   the settings file (JSON)
  --kind KIND       for broker-acl: mosquitto, nats, rabbitmq or emqx, instead of the settings' broker.kind
  --help            this text

A settings file needs two entries:
  { "dataFolder": "/var/lib/fleetward", "host": ["updates.example.com"] }

More, with their defaults:
  { "listen": { "address": "127.0.0.1", "public": 8444, "device": 8443, "mqtt": 8883, "operator": 8080 },
    "publicDownload": false, "production": false, "renewalCron": "*/5 * * * *" }

Examples:
  fleetward-server --settings /etc/fleetward/server.json
  fleetward-server broker-acl --settings /etc/fleetward/server.json > /etc/mosquitto/fleetward.acl
  curl -H "Authorization: Bearer $(cat /var/lib/fleetward/admin-token)" http://127.0.0.1:8080/api/1/products

Exit codes: 0 ended by a signal, 1 failed, 2 wrong usage or settings.
`

/** A sentence for a person; no stack, no secret. */
function refuse(lines: readonly string[], exitCode: number): void {
  for (const line of lines) process.stderr.write(`fleetward-server: ${line}\n`)
  process.exitCode = exitCode
}

/** What the operator can mend is a sentence; everything else is a bug and keeps its stack. */
function refuseStart(error: unknown, log: Logger): void {
  if (error instanceof SettingsError) {
    refuse(error.mistakes, 2)
  } else if (error instanceof RuntimeRefusedError) {
    refuse([error.message], 2)
  } else if (error instanceof ListenError || error instanceof NotAloneError) {
    refuse([error.message], 1)
  } else {
    log.fatal({ err: error }, 'the server could not start')
    process.exitCode = 1
  }
}

const options = {
  settings: { type: 'string' },
  kind: { type: 'string' },
  help: { type: 'boolean' },
} as const

function readWords() {
  const { values, positionals } = parseArgs({ options, allowPositionals: true })
  const [command = 'serve', ...rest] = positionals
  if (rest.length > 0 || !['serve', 'broker-acl'].includes(command)) {
    throw new Error(`There is no command "${positionals.join(' ')}".`)
  }
  return { ...values, command }
}

function kindIn(word: string | undefined): BrokerKind | undefined {
  const kind = BROKER_KINDS.find((known) => known === word)
  if (word === undefined || kind !== undefined) return kind
  throw new SettingsError([`--kind ${word}: known are ${BROKER_KINDS.join(', ')}`])
}

async function main(): Promise<void> {
  let values: ReturnType<typeof readWords>
  try {
    values = readWords()
  } catch (error) {
    refuse([`${error instanceof Error ? error.message : error}`, 'See --help.'], 2)
    return
  }
  if (values.help) {
    process.stdout.write(HELP)
    return
  }
  if (values.settings === undefined) {
    refuse(['Name the settings file: --settings FILE. See --help.'], 2)
    return
  }

  // A line is complete when it is logged, so that none is lost when the process is killed.
  const lines = pino.destination({ dest: 1, sync: true })
  // Whoever read the log is gone: no reason for a server to stop. Other errors of the pipe end it.
  lines.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  const log = pino({ base: null }, lines)
  try {
    const settings = await readSettings(values.settings)
    if (values.command === 'broker-acl') {
      process.stdout.write(await brokerAcl(settings, kindIn(values.kind)))
      return
    }
    const { production, acceptVulnerableNode } = settings
    for (const line of requireRuntime({ production, acceptVulnerableNode })) log.warn(line)

    const server = await startServer(settings, { log })
    const stop = async (signal: string) => {
      log.info({ event: 'stopping', signal })
      await server.stop()
      log.info({ event: 'stopped' })
    }
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        stop(signal).catch((error) => {
          log.error({ err: error }, 'the server did not end in good order')
          process.exitCode = 1
        })
      })
    }
    // Last: whoever hears it may end the server at once.
    log.info({ event: 'ready', ...server.ports, adminTokenFile: server.adminTokenFile })
  } catch (error) {
    refuseStart(error, log)
  }
}

await main()
