/** A command the story waits for, such as the desk's. What a killed story left of it is found again. */
import { once } from 'node:events'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { StoryFolder } from './folder.ts'
import { spawnGated } from './gated-process.ts'

/** A command killed more often than this is not killed by chance. */
const TRIES_MAX_COUNT = 5

export interface CommandEnd {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

let started = 0

/** Runs it again when it was killed: every command of the story can be repeated. */
export async function runRecorded(
  folder: StoryFolder,
  command: readonly [string, ...string[]],
  again: () => Promise<void> = async () => {},
): Promise<CommandEnd> {
  await mkdir(folder.commands, { recursive: true })
  for (let tries = 1; ; tries += 1) {
    started += 1
    const recordPath = join(folder.commands, `${process.pid}-${started}.json`)
    const { child, open } = spawnGated({ command, cwd: folder.root, recordPath, detached: false })
    const exit = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
    const output = Promise.all(
      ([child.stdout, child.stderr] as Readable[]).map((stream) => text(stream)),
    )
    await open()
    const [status, signal] = await exit
    const [stdout = '', stderr = ''] = await output
    await rm(recordPath, { force: true })
    if (status !== null) return { status, stdout, stderr }
    if (tries === TRIES_MAX_COUNT) throw new Error(`${command.join(' ')} was ended by ${signal}.`)
    await again()
  }
}
