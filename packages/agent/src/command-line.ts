/** The command `fleetward-agent`. Reads the command line, finds settings and socket, answers in sentences. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { codeOf, type Json } from '@fleetward/shared'
import { type AgentCommand, type Output, textOf, UsageError } from './commands/command.ts'
import { COMMANDS, findCommand } from './commands/commands.ts'
import { helpFor, helpForAll } from './commands/help.ts'
import { AgentClient, AgentRefusal } from './local-api/client.ts'
import { socketIn } from './local-api/socket-path.ts'
import { loadSettings, type Settings } from './settings.ts'

const USUAL_SETTINGS = '/etc/fleetward/settings.json'
const SHARED_OPTIONS = {
  settings: { type: 'string' },
  socket: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsOptionsConfig

/** Exit codes: 0 done, 1 could not, 2 asked wrongly: command line, settings, factory pack, runtime. */
export async function main(words: readonly string[]): Promise<number> {
  const isJson = words.includes('--json')
  try {
    return await obey(words)
  } catch (error) {
    if (isJson && error instanceof AgentRefusal) {
      process.stdout.write(`${JSON.stringify(error.json)}\n`)
    }
    process.stderr.write(`fleetward-agent: ${sentenceOf(error)}\n`)
    // Starting again cannot mend what a person has to mend.
    const isForPeople =
      error instanceof Error && /^(Usage|Settings|FactoryPack|RuntimeRefused)/.test(error.name)
    return isForPeople ? 2 : 1
  }
}

async function obey(words: readonly string[]): Promise<number> {
  const [name, ...rest] = words
  if (name === undefined) {
    throw new UsageError('Name a command: run, status or updates, for example. See --help.')
  }
  if (['help', '--help', '-h'].includes(name)) {
    process.stdout.write(helpForAll())
    return 0
  }
  const command = findCommand(name)
  if (command === undefined)
    throw new UsageError(`There is no command ${name}. ${didYouMean(name)}`)
  const { values, positionals } = readWords(command, rest)
  if (values.help === true) {
    process.stdout.write(helpFor(command))
    return 0
  }
  const [tooMany] = positionals.slice(command.wordsMax ?? 0)
  if (tooMany !== undefined) throw new UsageError(`There is one word too many: ${tooMany}.`)
  const settings = () => readSettings(textOf(values, 'settings'))
  return command.run({
    words: positionals,
    values,
    json: values.json === true,
    settings,
    agent: async () => {
      const socket = textOf(values, 'socket')
      if (socket !== undefined) return new AgentClient(resolve(socket))
      const { socket: set, dataFolder } = await settings()
      return new AgentClient(set ?? socketIn(dataFolder))
    },
    out: output(values.json === true),
  })
}

function readWords(command: AgentCommand, words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { ...SHARED_OPTIONS, ...command.options },
    })
  } catch (error) {
    throw new UsageError(`${(error as Error).message} See fleetward-agent ${command.name} --help.`)
  }
}

async function readSettings(named: string | undefined): Promise<Settings> {
  const file = named ?? process.env.FLEETWARD_SETTINGS
  if (file !== undefined) return loadSettings(resolve(file))
  if (existsSync(USUAL_SETTINGS)) return loadSettings(USUAL_SETTINGS)
  throw new UsageError(
    `Say where the settings are: --settings FILE. There is no ${USUAL_SETTINGS} either.`,
  )
}

function output(isJson: boolean): Output {
  return {
    answer: (json: Json, lines) => {
      const text = isJson ? JSON.stringify(json, undefined, 2) : lines.join('\n')
      if (text !== '') process.stdout.write(`${text}\n`)
    },
    note: (line) => void process.stderr.write(`${line}\n`),
    write: (bytes) =>
      new Promise((done, failed) => {
        process.stdout.write(bytes, (error) => (error ? failed(error) : done()))
      }),
  }
}

/** The command that differs in the fewest letters at the beginning. */
function didYouMean(name: string): string {
  const near = COMMANDS.find((command) => command.name.startsWith(name.slice(0, 3)))
  return near === undefined
    ? 'See fleetward-agent --help.'
    : `Did you mean ${near.name}? See fleetward-agent --help.`
}

function sentenceOf(error: unknown): string {
  const known = codeOf(error)
  if (known !== undefined) {
    const facts = Object.entries(known.facts).map(([name, value]) => `${name}: ${value}`)
    return `${known.code} (${facts.join(', ')}). docs/protocol.md §13 says what to do.`
  }
  if (!(error instanceof Error)) return String(error)
  // Our own refusals are sentences; of anything else a developer needs the place.
  const isSentence =
    /^(Settings|Usage|FactoryPack|RuntimeRefused|DataFolderInUse|AgentRefusal|AgentAway)/.test(
      error.name,
    )
  return isSentence ? error.message : (error.stack ?? error.message)
}
