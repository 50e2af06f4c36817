/**
 * A process that is kept running, as a service manager would: started again when it dies before its
 * time, and ended when the story ends. Each has a group of its own, so that a Ctrl-C in the terminal
 * reaches the story alone, which then ends the others in order.
 */
import type { ChildProcess } from 'node:child_process'
import { createWriteStream, type WriteStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { endProcess, findRecordedProcess } from '@fleetward/platform'
import { REPOSITORY, type StoryFolder } from './folder.ts'
import { spawnGated } from './gated-process.ts'

/** A program that dies at once would otherwise be started as fast as the machine can. */
const RESTART_DELAY_MS = 500

export interface Kept {
  readonly name: string
  readonly command: readonly [string, ...string[]]
  /** Each line the program prints that is a JSON object. */
  onEvent(event: Record<string, unknown>): void
  /** Each other line. */
  onLine?(line: string): void
  /** The process ended before its time, by itself or by a signal, and will be started again. */
  onDeath(how: string, by: 'itself' | 'signal'): void
}

export class KeptProcess {
  readonly #kept: Kept
  readonly #recordPath: string
  readonly #log: WriteStream
  #child: ChildProcess | undefined
  #restart: NodeJS.Timeout | undefined
  #isEnding = false

  constructor(folder: StoryFolder, kept: Kept) {
    this.#kept = kept
    this.#recordPath = join(folder.processes, `${kept.name}.json`)
    this.#log = createWriteStream(join(folder.logs, `${kept.name}.log`), { flags: 'a' })
  }

  async start(): Promise<void> {
    const { command } = this.#kept
    const { child, open } = spawnGated({
      ...{ command, cwd: REPOSITORY, recordPath: this.#recordPath, detached: true },
    })
    this.#child = child
    child.once('error', (error) => this.#kept.onDeath(error.message, 'itself'))
    child.once('exit', (code, signal) => {
      if (this.#isEnding) return
      if (signal === null) this.#kept.onDeath(`ended with ${code}`, 'itself')
      else this.#kept.onDeath(`was ended by ${signal}`, 'signal')
      this.#restart = setTimeout(() => void this.start(), RESTART_DELAY_MS)
    })
    for (const stream of [child.stdout, child.stderr] as Readable[]) {
      createInterface({ input: stream }).on('line', (line) => {
        this.#log.write(`${line}\n`)
        const event = parseEvent(line)
        if (event === undefined) this.#kept.onLine?.(line)
        else this.#kept.onEvent(event)
      })
    }
    await open()
  }

  async end(): Promise<void> {
    this.#isEnding = true
    clearTimeout(this.#restart)
    const pid = this.#child?.pid
    if (pid !== undefined && this.#child?.exitCode === null) await endProcess(pid)
    await new Promise<void>((resolve) => this.#log.end(resolve))
  }
}

/**
 * Ends what an interrupted story left running, and returns its names: the processes themselves, the
 * commands it waited for, and the products that an agent killed at the wrong moment could not end.
 */
export async function endLeftOvers(folder: StoryFolder): Promise<string[]> {
  const records = [
    ...(await namesIn(folder.processes)).map((name) => join(folder.processes, name)),
    ...(await namesIn(folder.commands)).map((name) => join(folder.commands, name)),
    ...(await namesIn(folder.devices)).flatMap((device) =>
      ['product.pid', 'self-test.pid'].map((name) => join(folder.device(device).data, name)),
    ),
  ]
  const ended: string[] = []
  for (const record of records) {
    const found = await findRecordedProcess(record)
    if (found === undefined) continue
    await endProcess(found.pid)
    ended.push(relative(folder.root, record))
  }
  return ended
}

const namesIn = (folder: string) => readdir(folder).catch(() => [])

function parseEvent(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line) as Record<string, unknown>
  } catch {
    return undefined
  }
}
