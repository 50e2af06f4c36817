/** A real Mosquitto on a free port, for what must hold with a broker that is not ours. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { freePort } from './free-port.ts'

const CANDIDATES = ['mosquitto', '/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto']

/** Undefined where it is not installed (Debian: `apt-get install mosquitto`). */
export const MOSQUITTO = CANDIDATES.find((path) => {
  try {
    // Prints its version and exits with 3.
    execFileSync(path, ['-h'], { stdio: 'ignore' })
    return true
  } catch (error) {
    return error instanceof Error && 'status' in error && error.status !== null
  }
})

export interface RunningMosquitto {
  readonly port: number
  readonly pid: number
  stop(): Promise<void>
}

/** `settings`: lines of mosquitto.conf below the listener. */
export async function startMosquitto(
  folder: string,
  settings: readonly string[],
  wantedPort?: number,
): Promise<RunningMosquitto> {
  if (MOSQUITTO === undefined) throw new Error('mosquitto is not installed')
  const port = wantedPort ?? (await freePort())
  await mkdir(folder, { recursive: true })
  const file = join(folder, 'mosquitto.conf')
  // As root it would become a user who cannot read the test's folder.
  const user = process.getuid?.() === 0 ? ['user root'] : []
  const lines = [...user, 'log_dest stdout', `listener ${port} 127.0.0.1`, ...settings]
  await writeFile(file, `${lines.join('\n')}\n`)
  const child = spawn(MOSQUITTO, ['-c', file], { stdio: 'ignore' })
  await reachable(child, port)
  return {
    port,
    pid: child.pid ?? 0,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}

async function reachable(child: ChildProcess, port: number): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`mosquitto ended with ${child.exitCode}`)
    const socket = connect(port, '127.0.0.1')
    const outcome = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (outcome) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
