/**
 * A process that runs only once it is recorded: a story that is killed in between leaves nothing
 * running that the next one does not know of.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import type { Writable } from 'node:stream'
import { recordProcess } from '@fleetward/platform'

/** Waits for a line; an end without one means that nobody recorded the process. */
const GATE = 'read -r go <&3 || exit 1; exec 3<&-; exec "$@"'

export interface Gated {
  readonly command: readonly [string, ...string[]]
  readonly cwd: string
  readonly recordPath: string
  /** In a group of its own, which a Ctrl-C in the terminal does not reach. */
  readonly detached: boolean
}

/** The process waits at its gate; `open` records it and lets it go. */
export function spawnGated(gated: Gated): { child: ChildProcess; open: () => Promise<void> } {
  const { command, cwd, recordPath, detached } = gated
  const child = spawn('/bin/sh', ['-c', GATE, command[0], ...command], {
    cwd,
    detached,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const open = async () => {
    if (child.pid !== undefined) await recordProcess(recordPath, child.pid)
    const gate = child.stdio[3] as Writable
    // A process that was killed at its gate is told of by its exit.
    gate.on('error', () => {})
    gate.end('go\n')
  }
  return { child, open }
}
