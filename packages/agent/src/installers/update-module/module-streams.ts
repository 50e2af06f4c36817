/**
 * The streams of the `Download` state (update modules v3 protocol, "Streams tree"): the module reads from the
 * pipe `stream-next` which file comes next, then that file from the pipe it was told. A module that never opens
 * `stream-next` gets the files afterwards.
 */
import { execFile } from 'node:child_process'
import { constants, createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { onDisk } from '@fleetward/platform'
import type { ModuleTree } from './module-tree.ts'

const LOOK_EVERY_MS = 20

/** Whether the module took all of them. Rejects when it stopped in the middle. */
export async function offerStreams(
  { folder, payloads }: ModuleTree,
  slotFolder: string,
  module: { readonly ended: Promise<void> },
): Promise<boolean> {
  const over = new AbortController()
  const ended = module.ended.finally(() => over.abort())
  ended.catch(() => {
    // Awaited below, once nobody writes into a pipe any more.
  })
  let taken = 0
  try {
    const next = join(folder, 'stream-next')
    for (const name of payloads) {
      if (!(await say(next, `streams/${name}\n`, over.signal))) break
      const pipe = await openForReader(join(folder, 'streams', name), over.signal)
      if (pipe === undefined) break
      await pipeline(createReadStream(join(slotFolder, 'files', name)), pipe.createWriteStream())
      taken += 1
    }
    // An empty line from the pipe is how the module knows that there are no more.
    if (taken === payloads.length) await say(next, '', over.signal)
  } catch (error) {
    // A pipe whose reader went away: what the module said by its end is the better reason.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
  }
  await ended
  await onDisk(folder, async () => {
    await rm(join(folder, 'stream-next'), { force: true })
    await rm(join(folder, 'streams'), { recursive: true, force: true })
  })
  return payloads.length > 0 && taken === payloads.length
}

/** Before the module starts: it must find them. */
export async function makePipes({ folder, payloads }: ModuleTree): Promise<void> {
  await onDisk(folder, () => mkdir(join(folder, 'streams'), { mode: 0o700 }))
  const pipes = ['stream-next', ...payloads.map((name) => `streams/${name}`)]
  await promisify(execFile)('mkfifo', ['-m', '0600', ...pipes.map((pipe) => join(folder, pipe))])
}

async function say(path: string, words: string, signal: AbortSignal): Promise<boolean> {
  const pipe = await openForReader(path, signal)
  if (pipe === undefined) return false
  try {
    if (words !== '') await pipe.write(words)
  } finally {
    await pipe.close()
  }
  // The reader must see this end before the next sentence begins, or it reads two as one.
  await pause(LOOK_EVERY_MS)
  return true
}

/** undefined when `signal` aborts before anybody reads. A plain open would wait in a thread for ever. */
async function openForReader(path: string, signal: AbortSignal): Promise<FileHandle | undefined> {
  for (;;) {
    if (signal.aborted) return undefined
    try {
      const probe = await open(path, constants.O_WRONLY | constants.O_NONBLOCK)
      // Without O_NONBLOCK from here on, so that a slow reader is waited for.
      const pipe = await open(path, constants.O_WRONLY)
      await probe.close()
      return pipe
    } catch (error) {
      // ENXIO: nobody reads yet, fifo(7).
      if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error
      await pause(LOOK_EVERY_MS)
    }
  }
}
