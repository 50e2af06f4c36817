/** `npm run drill -- <name>`. Plays a drill, tells it, and ends with a line of JSON: its result and its times. */
import { mkdirSync, mkdtempSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { endOfSupportDrill } from './end-of-support.ts'
import { fridayNight } from './friday-night.ts'
import { Narrator } from './narrator.ts'
import { Stage } from './stage.ts'
import { staleFeed } from './stale-feed.ts'

const DRILLS = {
  'friday-night': {
    play: fridayNight,
    about: 'KEV names a component of what is in the field: to patched devices and the evidence',
  },
  'stale-feed': {
    play: staleFeed,
    about: 'a feed that nobody fetched for days closes the gate, with the reason',
  },
  'end-of-support': {
    play: endOfSupportDrill,
    about: 'owners are told twelve, six and one months before the end of support, and at it',
  },
} as const
type DrillName = keyof typeof DRILLS

const HELP = `npm run drill -- <name>: practise with a real server, real devices and a clock that is set ahead.

${Object.entries(DRILLS)
  .map(([name, { about }]) => `  ${name.padEnd(16)} ${about}`)
  .join('\n')}

  --folder F    keep keys, data and documents in F, which is new or empty
  --help        this text

Everything listens on loopback, nothing is kept without --folder. The last line is JSON; exit status 0 when it passed.
docs/drills.md says what each step is for.

Examples:
  npm run drill -- friday-night
  npm run drill -- friday-night --folder /tmp/friday-night
`

const USAGE_STATUS = 2

process.umask(0o077)
process.exitCode = await main(process.argv.slice(2))

async function main(words: readonly string[]): Promise<number> {
  let asked: { readonly folder?: string | undefined; readonly help: boolean }
  let names: readonly string[]
  try {
    const parsed = parseArgs({
      ...{ args: [...words], allowPositionals: true },
      options: { folder: { type: 'string' }, help: { type: 'boolean', default: false } },
    })
    ;({ values: asked, positionals: names } = parsed)
  } catch (error) {
    return misused((error as Error).message)
  }
  if (asked.help) {
    process.stdout.write(HELP)
    return 0
  }
  const [name = ''] = names
  if (names.length !== 1 || !isDrill(name))
    return misused(`Name one drill: ${Object.keys(DRILLS).join(', ')}.`)
  const folder = asked.folder === undefined ? undefined : resolve(asked.folder)
  if (folder !== undefined) {
    mkdirSync(folder, { recursive: true })
    if (readdirSync(folder).length > 0) return misused(`${folder} is not empty: name another one.`)
  }
  return play(name, folder)
}

async function play(drill: DrillName, kept: string | undefined): Promise<number> {
  const folder = kept ?? mkdtempSync(join(tmpdir(), 'fleetward-drill-'))
  const startedMs = performance.now()
  const seconds = () => Math.round((performance.now() - startedMs) / 100) / 10
  const narrator = new Narrator((text) => process.stdout.write(text))
  let stage: Stage | undefined
  try {
    stage = await Stage.open(folder, narrator)
    const times = await DRILLS[drill].play(stage)
    return finish({ drill, result: 'passed', times, seconds: seconds() })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    process.stderr.write(`\nThe drill stopped: ${why}\n`)
    return finish({ drill, result: 'failed', why: why.slice(0, 1000), seconds: seconds() })
  } finally {
    await stage?.close()
    if (kept === undefined) await rm(folder, { recursive: true, force: true })
  }
}

function finish(outcome: { readonly result: string } & Readonly<Record<string, unknown>>): number {
  process.stdout.write(`\n${JSON.stringify(outcome)}\n`)
  return outcome.result === 'passed' ? 0 : 1
}

function misused(why: string): number {
  process.stderr.write(`${why}\nSee npm run drill -- --help.\n`)
  return USAGE_STATUS
}

function isDrill(name: string): name is DrillName {
  return Object.hasOwn(DRILLS, name)
}
