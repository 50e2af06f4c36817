/**
 * How an outside broker learns that its access file changed: SIGHUP to the process in a pid file, or a command of
 * the operator's. The command gets the names of devices that may do less than before on its
 * standard input, one a line, for brokers that end no connection by themselves.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

const COMMAND_TIME_LIMIT_MS = 30_000
/** Of what a command that failed said, as much as helps. */
const SAID_MAX_CHARACTERS = 500

export async function runReloadCommand(
  [program, ...args]: readonly [string, ...string[]],
  narrowed: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(COMMAND_TIME_LIMIT_MS)])
  const child = spawn(program, args, { signal: patience, stdio: ['pipe', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (text: Buffer) => {
    said = `${said}${text}`.slice(0, SAID_MAX_CHARACTERS)
  })
  // Many a command reads nothing.
  child.stdin.on('error', () => {})
  child.stdin.end(narrowed.map((device) => `${device}\n`).join(''))
  const [code, killedBy] = (await once(child, 'close')) as [number | null, string | null]
  if (code === 0) return
  throw new Error(
    `broker.reloadCommand ended with ${code ?? killedBy}: ${said.trim() || 'it said nothing'}`,
  )
}

/** A signal is acted on a moment later, and nobody says when. Mosquitto looks every 100 ms. */
const SIGNAL_SETTLES_MS = 200

export async function signalReload(pidFile: string): Promise<void> {
  const pid = Number((await readFile(pidFile, 'utf8')).trim())
  if (!Number.isSafeInteger(pid) || pid <= 1) {
    throw new Error(`broker.reloadPidFile: ${pidFile} holds no process number`)
  }
  try {
    process.kill(pid, 'SIGHUP')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    const next =
      code === 'EPERM'
        ? 'it runs as another user: use broker.reloadCommand instead'
        : 'it does not run'
    throw new Error(`broker.reloadPidFile: process ${pid} could not be told: ${next}`, { cause })
  }
  await sleep(SIGNAL_SETTLES_MS)
}
