/** The programs that the story keeps running: what stands beside the server, the server, the devices' agents. */
import { join } from 'node:path'
import { lastMessage, tidings } from './agent-words.ts'
import { startMosquitto } from './beside/mosquitto.ts'
import { startPostgres } from './beside/postgres.ts'
import { AGENT } from './devices.ts'
import { REPOSITORY, type StoryFolder } from './folder.ts'
import { KeptProcess } from './kept-process.ts'
import type { ServerSettings } from './server-settings.ts'

const SERVER = join(REPOSITORY, 'packages/server/bin/fleetward-server')

export class Programs {
  /** Of each device the last thing its agent said. */
  readonly lastMessages = new Map<string, string>()
  readonly #folder: StoryFolder
  readonly #tell: (sentence: string) => void
  readonly #beside: KeptProcess[] = []
  readonly #devices: KeptProcess[] = []
  #server: KeptProcess | undefined

  constructor(folder: StoryFolder, tell: (sentence: string) => void) {
    this.#folder = folder
    this.#tell = tell
  }

  async startBeside({ database, broker, listen }: ServerSettings): Promise<void> {
    const tell = this.#tell
    if (database !== undefined) {
      tell('  The database is a PostgreSQL of its own.')
      this.#beside.push(await startPostgres(this.#folder, database, tell))
    }
    if (broker !== undefined) {
      tell('  The broker is Mosquitto; the server writes its access rules.')
      const server = { program: SERVER, settings: this.#folder.server.settings }
      this.#beside.push(
        await startMosquitto(this.#folder, { devices: listen.mqtt, broker }, server, tell),
      )
    }
  }

  async startServer(): Promise<void> {
    const ready = Promise.withResolvers<void>()
    let lastWords = ''
    this.#server = new KeptProcess(this.#folder, {
      name: 'server',
      command: [SERVER, '--settings', this.#folder.server.settings],
      onEvent: (event) => {
        if (event.event === 'ready') ready.resolve()
      },
      onLine: (line) => {
        lastWords = line
      },
      onDeath: (how, by) => {
        this.#tell(`  The server ${how} and is started again.`)
        // Ending by itself before it was ever ready, it would only do the same again.
        if (by === 'itself') ready.reject(new Error(`The server ${how}: ${lastWords}`))
      },
    })
    await this.#server.start()
    await ready.promise
  }

  async startDevice(device: string): Promise<void> {
    const agent = new KeptProcess(this.#folder, {
      name: device,
      command: [AGENT, 'run', '--settings', this.#folder.device(device).settings],
      onEvent: (event) => {
        const message = lastMessage(event)
        if (message !== undefined) this.lastMessages.set(device, message)
        const told = tidings(event)
        if (told !== undefined) this.#tell(`    ${told}`)
      },
      onDeath: (how) => this.#tell(`  ${device} ${how} and is started again.`),
    })
    this.#devices.push(agent)
    await agent.start()
  }

  /** Devices first, so that they can say goodbye. */
  async end(): Promise<void> {
    await Promise.all(this.#devices.map((device) => device.end()))
    await this.#server?.end()
    await Promise.all(this.#beside.map((kept) => kept.end()))
  }
}
