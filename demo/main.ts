/** `npm start`. Reads the command line, holds the one story of a folder, prints how it came out. */
import { accessSync, constants, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { findRecordedProcess, recordProcess, removeDurably } from '@fleetward/platform'
import { SAMPLE_PRODUCT } from '../firmware-samples/samples.ts'
import { FIX } from './devices.ts'
import { REPOSITORY, storyFolder, strangersIn } from './folder.ts'
import { endLeftOvers } from './kept-process.ts'
import { cameOutRight } from './outcome.ts'
import { Progress } from './progress.ts'
import { Screen } from './screen.ts'
import type { Beside } from './server-settings.ts'
import { Story } from './story.ts'

/** A file, so that scripts/start.mjs can show it before anything is installed. */
const HELP = new URL('help.txt', import.meta.url)

const USAGE_STATUS = 2

// Keys and tokens are made below; what they lie in is nobody else's business either.
process.umask(0o077)

process.exitCode = await main(process.argv.slice(2))

async function main(words: readonly string[]): Promise<number> {
  const options = readOptions(words)
  if (options === undefined) return USAGE_STATUS
  if (options.help) {
    process.stdout.write(readFileSync(HELP))
    return 0
  }
  const folder = storyFolder(resolve(options.folder ?? join(REPOSITORY, 'demo/.story')))
  try {
    mkdirSync(folder.root, { recursive: true })
    accessSync(folder.root, constants.W_OK)
  } catch (error) {
    return refuse(
      `The folder ${folder.root} cannot be made or written: ${(error as Error).message}.`,
      'Name another one: npm start -- --folder F',
    )
  }
  const strangers = strangersIn(folder)
  if (strangers !== undefined) {
    return refuse(
      `The folder ${folder.root} is not empty and holds no story: ${strangers.slice(0, 3).join(', ')}${strangers.length > 3 ? ', …' : ''}.`,
      'Name a new or an empty folder: npm start -- --folder F',
    )
  }
  const other = await findRecordedProcess(folder.teller)
  if (other !== undefined) {
    return refuse(
      `A story is being told in ${folder.root} already (process ${other.pid}).`,
      'End it with Ctrl-C, or name another folder: npm start -- --folder F',
    )
  }
  await recordProcess(folder.teller)
  try {
    return await tellStory(folder, options)
  } finally {
    await removeDurably(folder.teller)
  }
}

function refuse(...sentences: readonly string[]): number {
  process.stderr.write(`${sentences.join('\n')}\n`)
  return 1
}

async function tellStory(
  folder: ReturnType<typeof storyFolder>,
  { once, fresh, ...beside }: { once: boolean; fresh: boolean } & Beside,
): Promise<number> {
  const end = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => end.abort())

  const screen = new Screen(once ? { write: (text) => process.stdout.write(text) } : process.stdout)
  const leftOvers = await endLeftOvers(folder)
  if (leftOvers.length > 0) screen.tell(`Ended what was left running: ${leftOvers.join(', ')}.`)
  const progress = await Progress.open(folder, { fresh, now: Date.now() })
  const story = new Story(folder, progress, screen, end.signal, beside)
  let status = 0
  try {
    const { outcome, api, ports } = await story.tellAll()
    await progress.finish('finished')
    status = cameOutRight(outcome, FIX) ? 0 : 1
    if (once) {
      await story.end()
      process.stdout.write(`${JSON.stringify(outcome)}\n`)
      return status
    }
    for (const line of whatNow(folder, ports, outcome.seconds)) screen.tell(line)
    await story.watch(api)
  } catch (error) {
    if (end.signal.aborted) {
      screen.show([])
      screen.tell('Interrupted. The same command goes on from here.')
      return 130
    }
    screen.show([])
    screen.tell(`The story stopped: ${(error as Error).message}`)
    screen.tell(
      'The same command goes on from here; npm start -- --fresh begins anew, on free ports.',
    )
    status = 1
  } finally {
    await story.end()
  }
  return status
}

/** The one-time link is shown to the one terminal that asked for a demonstration, and goes into no log. */
function inBrowser(folder: ReturnType<typeof storyFolder>, operator: number): string[] {
  const { firstAdministrator } = folder.server
  const link = existsSync(firstAdministrator) && readFileSync(firstAdministrator, 'utf8').trim()
  return [
    ...(link === false
      ? []
      : [
          `  ${link}`,
          '    open this first: it makes you the first administrator, once, and leads on to the first steps',
        ]),
    `  http://localhost:${operator}/console/`,
    '    the console, from then on',
  ]
}

function whatNow(
  folder: ReturnType<typeof storyFolder>,
  ports: { operator: number; public: number },
  seconds: number,
): string[] {
  const agent = 'packages/agent/bin/fleetward-agent'
  return [
    '',
    `The story took ${seconds} s. Everything stays up until Ctrl-C. Look around in a browser:`,
    ...inBrowser(folder, ports.operator),
    'In another terminal:',
    `  cd ${REPOSITORY}`,
    '  export PATH=$PWD/packages/cli/bin:$PATH',
    `  export FLEETWARD_SERVER=http://127.0.0.1:${ports.operator}`,
    `  export FLEETWARD_TOKEN_FILE=${folder.server.adminToken}`,
    `  export FLEETWARD_DESK=${folder.desk}`,
    '  fleetward now',
    '  fleetward status',
    `  fleetward devices list --product ${SAMPLE_PRODUCT}`,
    `  fleetward rollout status --product ${SAMPLE_PRODUCT}`,
    `  fleetward findings list --product ${SAMPLE_PRODUCT}`,
    '  fleetward cases list',
    `One device, as its owner sees it (the first of the five):`,
    `  export FLEETWARD_SETTINGS=${folder.device('G1-0001').settings}`,
    `  ${agent} status`,
    `  ${agent} pairing      # where its page is, for a browser`,
    'What the public reads, with updates to take by hand and the form for vulnerabilities; a browser warns, for it does not know the CA:',
    `  https://localhost:${ports.public}/`,
    `  curl --cacert ${folder.server.ca} https://localhost:${ports.public}/security/`,
    `The operator API is at http://127.0.0.1:${ports.operator}/api/1, its document at /api/1/docs.`,
    `Logs are in ${folder.logs}.`,
  ]
}

function readOptions(words: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        once: { type: 'boolean', default: false },
        fresh: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
        folder: { type: 'string' },
        postgres: { type: 'boolean', default: false },
        mosquitto: { type: 'boolean', default: false },
      },
    })
    return values
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\nSee npm start -- --help.\n`)
    return undefined
  }
}
