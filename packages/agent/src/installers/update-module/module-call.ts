/**
 * Calls an update module (update modules v3 protocol, "Execution"): the state and the directory as its two
 * arguments, the directory as its working directory. A query has the state alone.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DeviceError } from '@fleetward/shared'
import type { Log } from '../../ports.ts'

export type ModuleState =
  | 'Download'
  | 'ArtifactInstall'
  | 'ArtifactReboot'
  | 'ArtifactVerifyReboot'
  | 'ArtifactCommit'
  | 'ArtifactRollback'
  | 'ArtifactRollbackReboot'
  | 'ArtifactVerifyRollbackReboot'
  | 'ArtifactFailure'
  | 'Cleanup'

export type ModuleQuery = 'NeedsArtifactReboot' | 'SupportsRollback'

export interface ModuleCallOptions {
  /** `/usr/share/mender/modules/v3`: nobody but who may change the system may write there. */
  readonly modulesFolder: string
  readonly timeLimitMs: number
  readonly log: Log
}

const ANSWER_MAX_BYTES = 1024
const LINES_LOGGED_MAX_COUNT = 200
const LINE_MAX_CHARACTERS = 200
const WRITABLE_BY_OTHERS = 0o022

export class ModuleCall {
  readonly #options: ModuleCallOptions
  readonly #name: string

  /** `name` was checked by {@link moduleNameIn}. */
  constructor(options: ModuleCallOptions, name: string) {
    this.#options = options
    this.#name = name
  }

  /** The first word it prints; `No` when it prints nothing or something else. */
  async ask(query: ModuleQuery, folder: string): Promise<'No' | 'Yes' | 'Automatic'> {
    let said = ''
    const child = await this.#spawn([query], folder)
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      if (said.length <= ANSWER_MAX_BYTES) said += text
    })
    await this.#ended(child, query)
    const word = said.trim()
    return word === 'Yes' || word === 'Automatic' ? word : 'No'
  }

  /** MODULE_FAILED when it ends with anything but 0, or not in time. */
  async enter(state: ModuleState, folder: string): Promise<void> {
    const child = await this.#spawn([state, folder], folder)
    this.#logLines(child, state)
    await this.#ended(child, state)
  }

  /** The same for `Download`, which may read its streams meanwhile. */
  async begin(state: ModuleState, folder: string): Promise<{ readonly ended: Promise<void> }> {
    const child = await this.#spawn([state, folder], folder)
    this.#logLines(child, state)
    return { ended: this.#ended(child, state) }
  }

  async #spawn(words: readonly string[], folder: string): Promise<ChildProcess> {
    return spawn(await this.#program(), words, {
      cwd: folder,
      env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }

  /** A module runs with every right the installer has, so not every file will do. */
  async #program(): Promise<string> {
    const { modulesFolder } = this.#options
    const path = join(modulesFolder, this.#name)
    const program = await realpath(path).catch(() => undefined)
    const found = program === undefined ? undefined : await stat(program)
    if (program === undefined || found?.isFile() !== true) {
      throw new DeviceError('MODULE_FAILED', { module: this.#name, reason: 'not installed' })
    }
    if ((found.mode & WRITABLE_BY_OTHERS) !== 0) {
      throw new DeviceError('MODULE_FAILED', { module: this.#name, reason: 'writable by others' })
    }
    return program
  }

  async #ended(child: ChildProcess, state: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<string | undefined>()
    child.once('error', (error) => resolve((error as NodeJS.ErrnoException).code ?? 'unknown'))
    child.once('close', (status, signal) =>
      resolve(status === 0 ? undefined : String(status ?? signal)),
    )
    const limit = setTimeout(() => this.#kill(child), this.#options.timeLimitMs)
    const status = await promise
    clearTimeout(limit)
    // What it started must not go on beside the next state.
    this.#kill(child)
    if (status === undefined) return
    throw new DeviceError('MODULE_FAILED', { module: this.#name, state, status })
  }

  #kill({ pid }: ChildProcess): void {
    if (pid === undefined) return
    try {
      process.kill(-pid, 'SIGKILL')
    } catch {
      // Nobody is left in the group.
    }
  }

  #logLines(child: ChildProcess, state: string): void {
    let lines = 0
    let rest = ''
    const { log } = this.#options
    const write = (line: string) => {
      lines += 1
      if (lines > LINES_LOGGED_MAX_COUNT || line === '') return
      const said = line.replace(/[^\x20-\x7e]+/g, ' ').slice(0, LINE_MAX_CHARACTERS)
      log.write('info', 'module-said', { module: this.#name, state, said })
    }
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        const parts = `${rest}${text}`.slice(-64 * 1024).split('\n')
        rest = parts.pop() ?? ''
        parts.forEach(write)
      })
    }
    child.once('close', () => write(rest))
  }
}
