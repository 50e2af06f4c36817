/** What the owner of a device says to it, with the command that is on the device: `fleetward-agent`. */
import { setTimeout as pause } from 'node:timers/promises'
import { AGENT } from './devices.ts'
import type { StoryFolder } from './folder.ts'
import { runRecorded } from './recorded-command.ts'

/** An agent that was killed is back within seconds. */
const TRIES_MAX_COUNT = 30
const PAUSE_MS = 500

export async function ownerSays(
  folder: StoryFolder,
  device: string,
  command: string,
  ...words: readonly string[]
): Promise<void> {
  const { settings } = folder.device(device)
  for (let tries = 1; ; tries += 1) {
    const said = [command, ...words, '--settings', settings]
    const { status, stderr } = await runRecorded(folder, [AGENT, ...said])
    if (status === 0) return
    if (tries === TRIES_MAX_COUNT) throw new Error(`${device} ${command}: ${stderr.trim()}`)
    await pause(PAUSE_MS)
  }
}
