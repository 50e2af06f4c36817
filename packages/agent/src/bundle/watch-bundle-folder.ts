/**
 * Offline bundles from a stick: each file of a folder that ends in `.fwbundle` is taken once it lies still, as
 * if somebody had brought it by the command line, and then waits for what the owner decided like any other
 * update. Only where the signed factory settings say `usbBundles`: whoever has the ports can offer old,
 * signed releases.
 */
import { constants } from 'node:fs'
import { type FileHandle, lstat, open, opendir } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf, RequestError } from '@fleetward/shared'
import type { ActivityLog, Log, Timer } from '../ports.ts'
import type { BundleIntake } from './bundle-intake.ts'

const LOOK_EVERY_MS = 5_000
/** A stick full of files is not searched for ever, nor is all of its list held in memory. */
const FILES_MAX_COUNT = 100
const NAMES_MAX_COUNT = 10_000
const NAME = /^[\w.-]{1,200}\.fwbundle$/
const READ_BYTES = 256 * 1024

export interface BundleFolderOptions {
  /** Absolute; it need not be there. */
  readonly folder: string
  readonly bundles: Pick<BundleIntake, 'take'>
  readonly log: Log
  readonly activity: Pick<ActivityLog, 'record'>
  readonly timer: Timer
  readonly signal: AbortSignal
}

/** Resolves when `signal` aborts. */
export async function watchBundleFolder(options: BundleFolderOptions): Promise<void> {
  const { folder, timer, signal } = options
  /** By file: what it looked like when it was looked at, and whether it was taken then. */
  const known = new Map<string, { readonly look: string; readonly isTaken: boolean }>()
  while (!signal.aborted) {
    const names = await namesIn(folder)
    for (const gone of [...known.keys()].filter((name) => !names.includes(name))) known.delete(gone)
    for (const name of names) {
      const look = await lookOf(join(folder, name))
      const before = known.get(name)
      if (look === undefined || (before?.isTaken === true && before.look === look)) continue
      // Twice the same: nobody writes to it any more.
      const isStill = before?.look === look
      known.set(name, { look, isTaken: isStill })
      if (isStill && !(await take(join(folder, name), options))) known.delete(name)
    }
    await timer.wait(LOOK_EVERY_MS, signal)
  }
}

async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = []
  let seen = 0
  try {
    for await (const { name } of await opendir(folder)) {
      seen += 1
      if (NAME.test(name)) names.push(name)
      if (seen >= NAMES_MAX_COUNT || names.length >= FILES_MAX_COUNT) break
    }
  } catch {
    // No folder, or no stick in it any more.
  }
  return names
}

/** undefined for what is no file. */
async function lookOf(path: string): Promise<string | undefined> {
  const found = await lstat(path).catch(() => undefined)
  return found?.isFile() ? `${found.ino} ${found.size} ${found.mtimeMs}` : undefined
}

/** Whether it was taken or refused: what comes while another update is under way is tried again. */
async function take(path: string, options: BundleFolderOptions): Promise<boolean> {
  const { bundles, log, activity, signal } = options
  let file: FileHandle | undefined
  try {
    // It may be another file by now: neither a link nor a pipe is read.
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    if (!(await file.stat()).isFile()) return true
    const reading = { highWaterMark: READ_BYTES, autoClose: false, signal }
    const blocks = file.createReadStream(reading)
    const { version } = await bundles.take(blocks as AsyncIterable<Buffer>, {
      unlessInstalled: true,
    })
    log.write('info', 'bundle-taken', { path, version })
    return true
  } catch (error) {
    // The agent ends, and a slow stick must not hold it.
    if (signal.aborted) return true
    if (error instanceof RequestError) return error.code !== 'UPDATE_UNDER_WAY'
    const code = codeOf(error)?.code ?? (error as NodeJS.ErrnoException).code
    // Anything else is a bug of ours and ends the agent, as everywhere.
    if (code === undefined) throw error
    log.write('warning', 'bundle-refused', { path, code })
    const facts = { code }
    await activity.record({ class: 'security', event: 'bundle-refused', by: 'bundle', facts })
    return true
  } finally {
    await file?.close().catch(() => undefined)
  }
}
