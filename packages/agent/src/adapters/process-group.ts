/**
 * A command in a process group of its own, which an agent that was killed can find again and end.
 *
 * The command starts behind a gate: a shell waits for one line from the agent, and the agent sends it
 * only once the process is recorded. An agent that dies in between closes the gate's pipe and the
 * shell ends: so no product ever runs that nobody knows of.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { isSea } from 'node:sea'
import { setTimeout as pause } from 'node:timers/promises'
import { findRecordedProcess, recordProcess, removeDurably } from '@fleetward/platform'
import { DeviceError } from '@fleetward/shared'

/** Time to end by itself after SIGTERM. */
const GRACE_MS = 5_000
const POLL_MS = 20
const GATE = 'read -r go <&3 || exit 1; exec 3<&-; exec "$@"'
/** What a product of another user writes stays its group's too: the agent exports and erases it. */
const SHARED_GATE = `umask 007; ${GATE}`

/** As the system numbers them. */
export interface ProductUser {
  readonly uid: number
  readonly gid: number
}

export interface GroupCommand {
  readonly words: readonly string[]
  /** Working directory: the slot. */
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
  /** Where the process is recorded. */
  readonly recordPath: string
  /** Open file descriptor that takes stdout, and stderr unless that has its own. */
  readonly output: number
  readonly errors?: number
  /** The agent's own when left out. Of the agent's groups it keeps none. */
  readonly user?: ProductUser | undefined
}

export interface Exit {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
}

/** For a log or a report. */
export function factsOfExit({ exitCode, signal }: Exit): Readonly<Record<string, string | number>> {
  return {
    ...(exitCode === null ? {} : { exitCode }),
    ...(signal === null ? {} : { signal }),
  }
}

export class ProcessGroup {
  readonly #child: ChildProcess
  readonly #recordPath: string
  /** Resolves when the first process of the group has ended, however it did. */
  readonly exited: Promise<Exit>
  #exit: Exit | undefined

  private constructor(child: ChildProcess, recordPath: string) {
    this.#child = child
    this.#recordPath = recordPath
    const { promise, resolve } = Promise.withResolvers<Exit>()
    // `error` comes alone when there was nothing to start, `exit` in every other case.
    child.once('error', () => resolve({ exitCode: 127, signal: null }))
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }))
    this.exited = promise.then((exit) => {
      this.#exit = exit
      // What the first process started does not outlive it.
      if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL')
      return exit
    })
  }

  static async start(command: GroupCommand): Promise<ProcessGroup> {
    const { folder, environment, recordPath, output, errors = output, user } = command
    const child = spawn(
      '/bin/sh',
      ['-c', user === undefined ? GATE : SHARED_GATE, 'fleetward', ...wordsOf(command)],
      {
        cwd: folder,
        env: environment,
        detached: true,
        stdio: ['ignore', output, errors, 'pipe'],
        ...user,
      },
    )
    const group = new ProcessGroup(child, recordPath)
    const gate = child.stdio[3] as NodeJS.WritableStream
    gate.on('error', () => {
      // The shell ended before it was let go; `exited` says so.
    })
    try {
      if (child.pid !== undefined) await recordProcess(recordPath, child.pid)
    } catch (error) {
      // A disk that is full or broken must not keep the product from running.
      if (!(error instanceof DeviceError)) throw error
    }
    gate.end('go\n')
    return group
  }

  /** How the first process ended; undefined while it runs. */
  get exit(): Exit | undefined {
    return this.#exit
  }

  /** Asks with SIGTERM, kills what has not gone after the grace. */
  async end(graceMs: number = GRACE_MS): Promise<Exit> {
    const { pid } = this.#child
    if (pid !== undefined && this.#exit === undefined) {
      signalGroup(pid, 'SIGTERM')
      const kill = setTimeout(() => signalGroup(pid, 'SIGKILL'), graceMs)
      await this.exited
      clearTimeout(kill)
    }
    const exit = await this.exited
    await removeDurably(this.#recordPath)
    return exit
  }
}

/** Ends what an agent before us left running; nothing there is no error. */
export async function endLeftOver(
  recordPath: string,
  graceMs: number = GRACE_MS,
): Promise<boolean> {
  const found = await findRecordedProcess(recordPath)
  if (found === undefined) {
    await removeDurably(recordPath)
    return false
  }
  signalGroup(found.pid, 'SIGTERM')
  for (
    let waitedMs = 0;
    (await findRecordedProcess(recordPath))?.pid === found.pid;
    waitedMs += POLL_MS
  ) {
    if (waitedMs >= graceMs) signalGroup(found.pid, 'SIGKILL')
    await pause(POLL_MS)
  }
  signalGroup(found.pid, 'SIGKILL')
  await removeDurably(recordPath)
  return true
}

/**
 * protocol §4.4: `node` means the Node.js that runs the agent. A single executable can run nothing but the
 * agent; there it is looked for on PATH like every other program.
 */
function wordsOf({ words }: GroupCommand): string[] {
  const [first = '', ...rest] = words
  return [first === 'node' && !isSea() ? process.execPath : first, ...rest]
}

function signalGroup(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name)
  } catch (error) {
    // ESRCH: nobody is left in the group. EPERM: on macOS, only zombies are.
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ESRCH' && code !== 'EPERM') throw error
  }
}
