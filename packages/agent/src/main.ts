/** The command `fleetward-agent`. Reads the command line and the settings, answers in sentences. */
import { existsSync, realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { makeDirectory, requireRuntime } from '@fleetward/platform'
import { codeOf, formatOfName, INSTALLER_FORMATS } from '@fleetward/shared'
import { JsonLog } from './adapters/json-log.ts'
import { runAgent } from './agent.ts'
import { claimDataFolder } from './data-folder/claim-data-folder.ts'
import { statusOf } from './data-folder/status.ts'
import { fillFactorySlot } from './installers/installers.ts'
import { loadSettings, type Settings } from './settings.ts'

const HELP = `fleetward-agent: installs signed updates on this device and watches over its product.

Usage:
  fleetward-agent run --settings FILE
      Runs until it is ended with SIGTERM. Writes one JSON line per event to standard output.
  fleetward-agent factory-install --settings FILE --artifact FILE --version VERSION --security-counter N
      Fills slot A where the device is made, before its first run.
  fleetward-agent status --settings FILE
      Says as JSON what is installed and what the agent is doing. Safe while it runs.

Examples:
  fleetward-agent factory-install --settings /etc/fleetward/settings.json \\
    --artifact lumen-gateway-g1-1.4.2.tar.gz --version 1.4.2 --security-counter 1
  fleetward-agent run --settings /etc/fleetward/settings.json

The settings are described in docs/integrating/README.md.

Exit codes: 0 ended when asked, 1 could not go on, 2 asked wrongly or set up wrongly.
`

/** What the person at the command line did wrong. */
class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Exit codes: 0 done, 1 could not, 2 asked wrongly: command line, settings, factory pack, runtime. */
export async function main(words: readonly string[]): Promise<number> {
  try {
    return await obey(words)
  } catch (error) {
    process.stderr.write(`fleetward-agent: ${sentenceOf(error)}\n`)
    // Starting again cannot mend what a person has to mend.
    const isForPeople =
      error instanceof Error && /^(Usage|Settings|FactoryPack|RuntimeRefused)/.test(error.name)
    return isForPeople ? 2 : 1
  }
}

async function obey(words: readonly string[]): Promise<number> {
  const { values, positionals } = readWords(words)
  const [command, ...rest] = positionals
  if (values.help || command === 'help') {
    process.stdout.write(HELP)
    return 0
  }
  if (command === undefined) throw new UsageError('Name a command: run, factory-install or status.')
  if (rest.length > 0) throw new UsageError(`There is one word too many: ${rest.join(' ')}.`)
  if (!['run', 'factory-install', 'status'].includes(command)) {
    throw new UsageError(`There is no command ${command}. See fleetward-agent --help.`)
  }
  if (values.settings === undefined) {
    throw new UsageError('Say where the settings are: --settings FILE.')
  }
  const settings = await loadSettings(resolve(values.settings))
  if (command === 'run') return run(settings)
  if (command === 'status') {
    process.stdout.write(`${JSON.stringify(await statusOf(settings), undefined, 2)}\n`)
    return 0
  }
  return factoryInstall(settings, values)
}

function readWords(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        settings: { type: 'string' },
        artifact: { type: 'string' },
        version: { type: 'string' },
        'security-counter': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new UsageError(`${(error as Error).message} See fleetward-agent --help.`)
  }
}

async function run(settings: Settings): Promise<number> {
  const warnings = requireRuntime(settings)
  // Whoever read the log is gone: no reason for a device to stop. Other errors of the pipe end it.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  const log = new JsonLog(process.stdout, settings.device)
  for (const warning of warnings) log.write('warning', 'vulnerable-node', { warning })
  await makeDirectory(settings.dataFolder)
  const release = await claimDataFolder(settings.dataFolder)
  const end = new AbortController()
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(name, () => {
      log.write('info', 'ending', { signal: name })
      end.abort()
    })
  }
  try {
    log.write('info', 'started', { product: settings.product, pid: process.pid })
    await runAgent(settings, { log, environment: process.env, signal: end.signal })
    log.write('info', 'ended')
    return 0
  } finally {
    await release()
  }
}

async function factoryInstall(
  settings: Settings,
  values: { artifact?: string; version?: string; 'security-counter'?: string },
): Promise<number> {
  const { artifact, version } = values
  const securityCounter = Number(values['security-counter'])
  const isCounter = Number.isSafeInteger(securityCounter) && securityCounter >= 1
  if (artifact === undefined || version === undefined || !isCounter) {
    throw new UsageError(
      'factory-install needs --artifact FILE, --version VERSION and --security-counter N, at least 1.',
    )
  }
  const { kind } = settings.installer
  const format = formatOfName(kind, artifact)
  if (format === undefined) {
    throw new UsageError(`The name ${artifact} is none of ${INSTALLER_FORMATS[kind].join(', ')}.`)
  }
  if (!existsSync(artifact)) throw new UsageError(`There is no file ${resolve(artifact)}.`)
  await makeDirectory(settings.dataFolder)
  const release = await claimDataFolder(settings.dataFolder)
  try {
    await fillFactorySlot(
      { artifactPath: resolve(artifact), format, version, securityCounter },
      {
        settings,
        log: new JsonLog(process.stderr, settings.device),
        environment: process.env,
        signal: new AbortController().signal,
      },
    )
  } finally {
    await release()
  }
  const done = { event: 'factory-installed', device: settings.device, version, securityCounter }
  process.stdout.write(`${JSON.stringify(done)}\n`)
  return 0
}

function sentenceOf(error: unknown): string {
  const known = codeOf(error)
  if (known !== undefined) {
    const facts = Object.entries(known.facts).map(([name, value]) => `${name}: ${value}`)
    return `${known.code} (${facts.join(', ')}). docs/protocol.md §13 says what to do.`
  }
  if (!(error instanceof Error)) return String(error)
  // Our own refusals are sentences; of anything else a developer needs the place.
  const isSentence = /^(Settings|Usage|FactoryPack|RuntimeRefused|DataFolderInUse)/.test(error.name)
  return isSentence ? error.message : (error.stack ?? error.message)
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === import.meta.filename) {
  process.exitCode = await main(process.argv.slice(2))
  // A library's forgotten timer must not keep an ended agent alive.
  process.stdout.write('', () => process.exit())
}
