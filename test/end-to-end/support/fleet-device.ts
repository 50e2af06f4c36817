/** One device of a fleet: a data folder, its settings, and the agent as the process that is installed. */
import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { endProcess, findRecordedProcess } from '@fleetward/platform'
import { until } from './until.ts'

export const AGENT = fileURLToPath(
  new URL('../../../packages/agent/bin/fleetward-agent', import.meta.url),
)

/** A line of the agent's log. */
export type LogEvent = Readonly<Record<string, unknown>> & { readonly event: string }

export class FleetDevice {
  readonly id: string
  readonly folder: string
  /** Of all runs so far. */
  readonly events: LogEvent[] = []
  /** What the agent wrote that is no event: why it could not start. */
  said = ''
  /** `start`: the agent lies in the slots. */
  command: 'run' | 'start' = 'run'
  /** In place of the repository's own agent. */
  program = AGENT
  /** Words in front of the agent's own. */
  wrapper: readonly string[] = []
  #agent: ChildProcess | undefined
  /** The agent's privileged process, when its settings want one. */
  #installer: ChildProcess | undefined

  constructor(id: string, folder: string) {
    this.id = id
    this.folder = folder
  }

  get settingsFile(): string {
    return join(this.folder, 'settings.json')
  }

  get data(): string {
    return join(this.folder, 'data')
  }

  /** Of the privileged process. */
  get installerData(): string {
    return join(this.folder, 'installer')
  }

  get agent(): ChildProcess {
    if (this.#agent === undefined) throw new Error(`the agent of ${this.id} does not run`)
    return this.#agent
  }

  start(): void {
    this.#agent = this.#spawn(this.command)
  }

  startInstaller(): void {
    this.#installer = this.#spawn('installer')
  }

  async killInstaller(): Promise<void> {
    const installer = this.#installer
    this.#installer = undefined
    await ended(installer, 'SIGKILL')
  }

  #spawn(command: 'run' | 'start' | 'installer'): ChildProcess {
    const wrapper = command === 'installer' ? [] : this.wrapper
    const all = [...wrapper, this.program, command, '--settings', this.settingsFile]
    const [program = '', ...words] = all
    const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] })
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.events.push(JSON.parse(line) as LogEvent)
    })
    child.stderr.setEncoding('utf8').on('data', (words: string) => {
      this.said += words
    })
    return child
  }

  /** Whoever read its log is gone, as when a service manager dies. */
  loseLogReader(): void {
    this.agent.stdout?.destroy()
  }

  /** The power plug of the agent alone: the product goes on until the next start finds it. */
  async kill(): Promise<void> {
    await this.#endedBy('SIGKILL')
  }

  /** In good order; returns how long that took. */
  async stop(): Promise<number> {
    const beganMs = performance.now()
    await this.#endedBy('SIGTERM')
    return performance.now() - beganMs
  }

  /** The agent and whatever it left running. */
  async end(): Promise<void> {
    await this.kill()
    await this.killInstaller()
    for (const folder of [this.data, this.installerData]) {
      for (const name of ['started-agent.pid', 'product.pid', 'self-test.pid']) {
        const left = await findRecordedProcess(join(folder, name))
        if (left !== undefined) await endProcess(left.pid)
      }
    }
  }

  /** The first event from `since` on that is one of `facts`. */
  find(facts: Partial<LogEvent>, since = 0): LogEvent | undefined {
    return this.events
      .slice(since)
      .find((event) => Object.entries(facts).every(([name, value]) => event[name] === value))
  }

  async untilEvent(facts: Partial<LogEvent>, since = 0): Promise<LogEvent> {
    const event = await until(
      () => this.find(facts, since),
      () => `${this.id} logs ${JSON.stringify(facts)}\n${this.account()}`,
    )
    return event
  }

  /** What its own command says, from the disk. */
  async status(): Promise<{ state: string; reportsWaiting: number; securityCounter: number }> {
    const words = ['status', '--json', '--settings', this.settingsFile]
    const { stdout } = await promisify(execFile)(AGENT, words)
    return JSON.parse(stdout)
  }

  /** What its owner's command answers, as JSON; throws when it refuses. */
  async cli<Answer = unknown>(...words: readonly string[]): Promise<Answer> {
    const { stdout } = await this.#cli(words)
    return JSON.parse(stdout) as Answer
  }

  /** The refusal of a command that must not succeed. */
  async refused(...words: readonly string[]): Promise<{
    error: { code: string; facts: Readonly<Record<string, unknown>> }
  }> {
    const refusal = await this.#cli(words).then(
      ({ stdout }) => {
        throw new Error(`${words.join(' ')} was not refused: ${stdout}`)
      },
      (error: { stdout?: string; stderr?: string }) => error,
    )
    if (refusal.stdout === undefined || refusal.stdout === '') throw refusal
    return JSON.parse(refusal.stdout)
  }

  #cli(words: readonly string[]) {
    const [command = '', ...rest] = words
    const all = [command, '--json', '--settings', this.settingsFile, ...rest]
    return promisify(execFile)(AGENT, all)
  }

  /** Connected, and no update is under way: its log may have come to an end. */
  isQuiet(): boolean {
    const run = this.events.slice(this.events.findLastIndex(({ event }) => event === 'started'))
    const last = run.findLast(({ event }) => event === 'state' || event === 'online')
    return run.some(({ event }) => event === 'online') && (last?.to ?? 'idle') === 'idle'
  }

  states(since = 0): unknown[] {
    return this.events.slice(since).flatMap(({ event, to }) => (event === 'state' ? [to] : []))
  }

  /** For whoever reads why a test failed. */
  account(): string {
    const lines = this.events.slice(-25).map((event) => JSON.stringify(event))
    return [...lines, this.said].join('\n')
  }

  /** The product runs, was never started beside itself, and is the version that `main.sh` came with. */
  assertProductRunsOnce(): void {
    const product = join(this.data, 'product')
    const doubled = join(product, 'doubled')
    assert.ok(!existsSync(doubled), existsSync(doubled) ? readFileSync(doubled, 'utf8') : '')
    const pid = Number(readFileSync(join(product, 'pid'), 'utf8'))
    assert.doesNotThrow(() => process.kill(pid, 0), 'the product runs')
  }

  async #endedBy(signal: NodeJS.Signals): Promise<void> {
    const agent = this.#agent
    this.#agent = undefined
    await ended(agent, signal)
  }
}

async function ended(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
  // Not `close`: what it started may hold its output longer.
  const exited = once(child, 'exit')
  child.kill(signal)
  await exited
}
