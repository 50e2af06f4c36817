/** `fleetward-server serve` as it is installed: a process that can be killed, told to end and started again. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export const SERVER = fileURLToPath(new URL('../../bin/fleetward-server', import.meta.url))

export interface LogLine {
  readonly event?: string
  readonly [field: string]: unknown
}

export interface ServingPorts {
  readonly public: number
  readonly device: number
  readonly mqtt: number
  readonly operator: number
  readonly metrics: number
}

const ANY: ServingPorts = { public: 0, device: 0, mqtt: 0, operator: 0, metrics: 0 }

export class ServingProcess {
  readonly dataFolder: string
  readonly settingsFile: string
  readonly #settings: object
  /** Of all runs, oldest first. */
  readonly log: LogLine[] = []
  ports = ANY
  token = ''
  /** Called when it begins to lead. */
  onLeading = () => {}
  #leads = false
  #isReady = false
  #child: ChildProcess | undefined

  /** `folder` is for it alone. */
  constructor(folder: string, settings: object) {
    this.dataFolder = join(folder, 'data')
    this.settingsFile = join(folder, 'server.json')
    this.#settings = settings
  }

  /** Resolves when it is ready; listens where it did before. */
  async start(): Promise<void> {
    await this.writeSettings()
    const args = ['serve', '--settings', this.settingsFile]
    const child = spawn(SERVER, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    this.#child = child
    const ready = Promise.withResolvers<LogLine | undefined>()
    child.once('exit', (code, signal) => {
      // Killed by the test while it started.
      if (this.#child !== child) return ready.resolve(undefined)
      const last = JSON.stringify(this.log.slice(-3))
      ready.reject(new Error(`the server ended with ${signal ?? code}: ${last}`))
    })
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as LogLine
      this.log.push(line)
      if (this.#child !== child) return
      if (line.event === 'leading') {
        this.#leads = true
        this.onLeading()
      } else if (line.event === 'not-leading') this.#leads = false
      if (line.event === 'ready') ready.resolve(line)
    })
    const said = await ready.promise
    if (said === undefined) return
    const { public: publicPort, device, mqtt, operator, metrics } = said as unknown as ServingPorts
    this.ports = { public: publicPort, device, mqtt, operator, metrics }
    // Of several servers on one database the first has it.
    const token = await readFile(join(this.dataFolder, 'admin-token'), 'utf8').catch(() => '')
    if (token !== '') this.token = token.trim()
    this.#isReady = true
  }

  async writeSettings(): Promise<void> {
    await mkdir(this.dataFolder, { recursive: true, mode: 0o700 })
    const { dataFolder, ports: listen } = this
    const host = ['localhost', '127.0.0.1']
    const settings = { dataFolder, host, listen, ...this.#settings }
    await writeFile(this.settingsFile, JSON.stringify(settings), { mode: 0o600 })
  }

  /** From when it is ready. */
  get isRunning(): boolean {
    return this.#child !== undefined && this.#isReady
  }

  /** As its log says; nobody does any more who is told to end. */
  get leads(): boolean {
    return this.#leads
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** As a supervisor does it. Returns the exit code; null when a signal ended it after all. */
  terminate(): Promise<number | null> {
    return this.#end('SIGTERM')
  }

  events(event: string): LogLine[] {
    return this.log.filter((line) => line.event === event)
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.ports.operator}/api/1${path}`
  }

  async call(method: string, path: string, sent?: object | Uint8Array) {
    const isBytes = sent instanceof Uint8Array
    const type =
      isBytes && path.includes('/files/') ? 'application/octet-stream' : 'application/json'
    const response = await fetch(this.url(path), {
      method,
      headers: { authorization: `Bearer ${this.token}`, 'content-type': type },
      body: sent === undefined ? null : isBytes ? new Uint8Array(sent) : JSON.stringify(sent),
    })
    const text = await response.text()
    // biome-ignore lint/suspicious/noExplicitAny: answers are compared, not computed with
    const body: any = text === '' ? undefined : JSON.parse(text)
    return { status: response.status, headers: response.headers, body }
  }

  async readiness() {
    const response = await fetch(`http://127.0.0.1:${this.ports.metrics}/readyz`)
    const { parts } = (await response.json()) as { parts: Record<string, { status: string }> }
    return { status: response.status, parts }
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child
    this.#child = undefined
    this.#leads = false
    this.#isReady = false
    if (child === undefined) return null
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit')
      child.kill(signal)
      await ended
    }
    return child.exitCode
  }
}
