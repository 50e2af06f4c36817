/** A LUKS container with the owner's data: erased by destroying its key slots, which takes milliseconds. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { DeviceError } from '@fleetward/shared'

const execute = promisify(execFile)
const TOOL = 'cryptsetup'
const TIME_LIMIT_MS = 120_000

/** Repeating it on a container without key slots changes nothing. */
export async function destroyKeySlots(device: string): Promise<void> {
  await cryptsetup(device, ['luksErase', '--batch-mode', device])
}

export async function keySlotsOf(device: string): Promise<number> {
  const text = await cryptsetup(device, ['luksDump', device])
  // LUKS1 lists eight slots and says which are in use; LUKS2 lists those in use.
  const first = (text.match(/^Key Slot \d: ENABLED$/gm) ?? []).length
  const section = /^Keyslots:\n((?: .*\n|\t.*\n)*)/m.exec(text)?.[1] ?? ''
  return first + (section.match(/^ {2}\d+: /gm) ?? []).length
}

async function cryptsetup(device: string, words: readonly string[]): Promise<string> {
  try {
    const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }
    const { stdout } = await execute(TOOL, words, { env, timeout: TIME_LIMIT_MS })
    return stdout
  } catch (cause) {
    const { code = 'unknown' } = cause as { code?: string | number }
    throw new DeviceError(
      'DISK_FAILED',
      { path: device, tool: TOOL, exit: String(code) },
      { cause },
    )
  }
}
