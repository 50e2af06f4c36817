/** The command: reads the command line and the settings file, and lets the command it names do the rest. */
import { parseArgs } from 'node:util'
import { RuntimeRefusedError } from '@fleetward/platform'
import { type Logger, pino } from 'pino'
import { NotAloneError } from './adapters/sql/postgres/not-alone.ts'
import { CommandRefused, type ServerCommand, UsageError } from './commands/command.ts'
import { COMMANDS } from './commands/commands.ts'
import { helpOf } from './commands/help.ts'
import { ListenError } from './http/listen.ts'
import { openLog } from './observability/server-log.ts'
import { SealingKeyError } from './secrets/wrapping.ts'
import { SettingsError } from './settings.ts'
import { readSettings } from './settings-file.ts'

/** A sentence for a person; no stack, no secret. */
function refuse(lines: readonly string[], exitCode: number): void {
  for (const line of lines) process.stderr.write(`fleetward-server: ${line}\n`)
  process.exitCode = exitCode
}

const REFUSALS = [ListenError, NotAloneError, CommandRefused, SealingKeyError]

/** What the operator can mend is a sentence; everything else is a bug and keeps its stack. */
function refuseFor(error: unknown, log: Logger): void {
  if (error instanceof SettingsError) {
    refuse(error.mistakes, 2)
  } else if (error instanceof RuntimeRefusedError || error instanceof UsageError) {
    refuse([error.message], 2)
  } else if (error instanceof Error && REFUSALS.some((kind) => error instanceof kind)) {
    refuse([error.message], 1)
  } else {
    log.fatal({ err: error }, 'fleetward-server failed')
    process.exitCode = 1
  }
}

const general = { settings: { type: 'string' }, help: { type: 'boolean' } } as const

function readWords(args: readonly string[]) {
  // An option may stand before the command; what it takes is known once the command is.
  const named = args.find((word) => COMMANDS.some(({ name }) => name === word))
  const command = COMMANDS.find(({ name }) => name === (named ?? 'serve')) as ServerCommand
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { ...command.options, ...general },
    allowPositionals: true,
  })
  const words = named === undefined ? positionals : positionals.slice(1)
  if (words.length > (command.wordsMax ?? 0)) {
    throw new UsageError(`There is no command "${positionals.join(' ')}".`)
  }
  return { command, words, values, isNamed: named !== undefined }
}

async function main(): Promise<void> {
  let asked: ReturnType<typeof readWords>
  try {
    asked = readWords(process.argv.slice(2))
  } catch (error) {
    refuse([`${error instanceof Error ? error.message : error}`, 'See --help.'], 2)
    return
  }
  const { command, words, values } = asked
  if (values.help) {
    process.stdout.write(helpOf(COMMANDS, asked.isNamed ? command : undefined))
    return
  }
  if (typeof values.settings !== 'string') {
    refuse(['Name the settings file: --settings FILE. See --help.'], 2)
    return
  }

  // A line is complete when it is logged, so that none is lost when the process is killed.
  const lines = pino.destination({ dest: 1, sync: true })
  // Whoever read the log is gone: no reason for a server to stop. Other errors of the pipe end it.
  lines.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  const log = openLog(lines)
  try {
    const settings = await readSettings(values.settings)
    await command.run({
      ...{ words, values, settings, log },
      write: (text) => void process.stdout.write(text),
      note: (line) => void process.stderr.write(`${line}\n`),
    })
  } catch (error) {
    refuseFor(error, log)
  }
}

await main()
