/**
 * The real server for the end-to-end tests: inside the test, where its clock can be set and its own
 * publisher borrowed, or as the process that is installed, where it can be killed and stopped.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseSettings, type RunningServer, startServer } from '@fleetward/server'
import { pino } from 'pino'
import { startEdge } from '../../../packages/server/src/edge.ts'
import type { Edge, EdgeNeeds } from '../../../packages/server/src/ports.ts'

const SERVER = fileURLToPath(
  new URL('../../../packages/server/bin/fleetward-server', import.meta.url),
)

export type Ports = RunningServer['ports']

export interface ServerUnderFleet {
  readonly ports: Ports
  start(): Promise<void>
  stop(): Promise<void>
}

const ANY_PORT: Ports = { public: 0, device: 0, mqtt: 0, operator: 0, metrics: 0 }

/** Started again, it listens where it did before: its devices look for it there. */
const settingsOf = (dataFolder: string, listen: Ports, more: object = {}) => ({
  dataFolder,
  host: ['localhost', '127.0.0.1'],
  listen,
  ...more,
})

export class ServerInside implements ServerUnderFleet {
  readonly #dataFolder: string
  readonly #settings: object
  /** Added to the real time. */
  aheadMs = 0
  ports = ANY_PORT
  /** As the server uses it, to publish what it never would. */
  publisher: Edge['publisher'] | undefined
  /** What the server itself published last, by topic. */
  readonly published = new Map<string, string>()
  /** Its own database, for whoever lets people in. */
  edge: EdgeNeeds | undefined
  readonly clock = { now: () => new Date(Date.now() + this.aheadMs) }
  #running: RunningServer | undefined

  /** `settings`: beside the data folder and where it listens. */
  constructor(dataFolder: string, settings: object = {}) {
    this.#dataFolder = dataFolder
    this.#settings = settings
  }

  async start(): Promise<void> {
    const settings = settingsOf(this.#dataFolder, this.ports, this.#settings)
    this.#running = await startServer(parseSettings(settings), {
      log: pino({ level: 'silent' }),
      clock: this.clock,
      startEdge: async (needs) => {
        this.edge = needs
        const edge = await startEdge(needs)
        this.publisher = edge.publisher
        const publishRetained = (topic: string, token: string) => {
          this.published.set(topic, token)
          return edge.publisher.publishRetained(topic, token)
        }
        const { whenBack } = edge.publisher
        return { ...edge, publisher: { publishRetained, whenBack } }
      },
    })
    this.ports = this.#running.ports
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.ports.operator}${path}`
  }

  /** Holds the one-time link for the first administrator. */
  get firstAdministratorFile(): string {
    const file = this.#running?.firstAdministratorFile
    if (file === undefined) throw new Error('there is an administrator already')
    return file
  }

  /** What time brings, now. */
  async keepBooks(): Promise<void> {
    await this.#running?.keepBooks()
  }

  async moveRollouts(): Promise<void> {
    await this.#running?.moveRollouts()
  }

  async stop(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    await running?.stop()
  }
}

export class ServerProcess implements ServerUnderFleet {
  readonly #dataFolder: string
  ports = ANY_PORT
  #child: ChildProcess | undefined

  constructor(dataFolder: string) {
    this.#dataFolder = dataFolder
  }

  async start(): Promise<void> {
    const settings = join(this.#dataFolder, '..', 'server.json')
    await writeFile(settings, JSON.stringify(settingsOf(this.#dataFolder, this.ports)))
    const child = spawn(SERVER, ['--settings', settings], { stdio: ['ignore', 'pipe', 'inherit'] })
    this.#child = child
    const { promise: ready, resolve, reject } = Promise.withResolvers<Ports>()
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = JSON.parse(line) as { event?: string } & Ports
      if (event.event === 'ready') resolve(event)
    })
    const { public: publicPort, device, mqtt, operator, metrics } = await ready
    this.ports = { public: publicPort, device, mqtt, operator, metrics }
  }

  /** SIGSTOP: connections stand and nobody answers. */
  freeze(): void {
    this.#child?.kill('SIGSTOP')
  }

  thaw(): void {
    this.#child?.kill('SIGCONT')
  }

  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }

  /** Nothing of it is needed any more. */
  stop(): Promise<void> {
    return this.kill()
  }
}
