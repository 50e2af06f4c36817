/**
 * A reset asked for without a program that speaks: a file that a button's hook makes, or a command that
 * reads a pin at the start. Both belong to the device, not to the network: only who may write into the
 * agent's folders, or who set the command, can ask this way.
 */
import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { lstat, open, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { syncDirectory } from '@fleetward/platform'
import { DeviceError } from '@fleetward/shared'
import type { Log } from '../ports.ts'
import type { ResetLevel } from './reset-intent.ts'

/** What the file or the command says; an empty file is a pressed button. */
const WORDS: ReadonlyMap<string, ResetLevel> = new Map([
  ['factory-reset', 'factory'],
  ['reset-settings', 'settings'],
  ['erase', 'erase'],
])
const TRIGGER_MAX_BYTES = 64
const COMMAND_TIME_LIMIT_MS = 10_000

/** undefined: nobody asks. A link, a folder and other words ask for nothing, and are left alone. */
export async function triggerFileLevel(path: string): Promise<ResetLevel | undefined> {
  const found = await lstat(path).catch(() => undefined)
  if (found === undefined || !found.isFile() || found.size > TRIGGER_MAX_BYTES) return undefined
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const file = await open(path, flags).catch(() => undefined)
  if (file === undefined) return undefined
  try {
    const word = (await file.readFile('latin1')).trim()
    return word === '' ? 'factory' : WORDS.get(word)
  } catch {
    return undefined // A disk that cannot say what was asked for has asked for nothing; it is looked at again.
  } finally {
    await file.close()
  }
}

/** After the intent is kept: one press is one reset, also when the power fails once that reset is over. */
export async function removeTrigger(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT') throw new DeviceError('DISK_FAILED', { path, errno: code })
  }
  // It is gone; that it might come back is no reason not to reset.
  await syncDirectory(dirname(path)).catch(() => {})
}

/** The command prints one of the words; whatever else it does asks for nothing. */
export async function triggerCommandLevel(
  command: readonly string[],
  log: Log,
): Promise<ResetLevel | undefined> {
  const [tool = '', ...words] = command
  try {
    const limits = { timeout: COMMAND_TIME_LIMIT_MS, maxBuffer: 4096 }
    const { stdout } = await promisify(execFile)(tool, words, limits)
    return WORDS.get(stdout.trim())
  } catch (error) {
    const { code = 'unknown' } = error as { code?: string | number }
    log.write('warning', 'reset-command-failed', { tool, exit: String(code) })
    return undefined
  }
}
