/** The acts of the story, in order. Each can be repeated, so an interrupted story goes on. */
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { writeFileDurably } from '@fleetward/platform'
import { SAMPLE_COMPATIBLE, SAMPLE_RELEASES } from '../firmware-samples/samples.ts'
import { lastMessage, tidings } from './agent-words.ts'
import { type BrokerSection, brokerSection, startMosquitto } from './beside/mosquitto.ts'
import { type DatabaseSection, makePostgres, startPostgres } from './beside/postgres.ts'
import { COHORT, Desk } from './desk.ts'
import { AGENT, DEVICES, writeDeviceSettings } from './devices.ts'
import { allRun, countSelfTestFailures, type DeviceView, readDevices, rowsOf } from './fleet.ts'
import { REPOSITORY, type StoryFolder } from './folder.ts'
import { anyFree, freePorts, isUsual, type Ports } from './free-ports.ts'
import { KeptProcess } from './kept-process.ts'
import { OperatorApi } from './operator-api.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import type { Progress } from './progress.ts'
import { runRecorded } from './recorded-command.ts'
import type { Screen } from './screen.ts'

const FACTORY = '1.4.2'
const FIX = '1.4.3'
const BROKEN = '1.5.1'

const LOOK_EVERY_MS = 300
/** Generous: a slow machine with a cold disk. An act that takes longer has gone wrong. */
const ACT_LIMIT_MS = 180_000

const SERVER = join(REPOSITORY, 'packages/server/bin/fleetward-server')

/** What a new story is told with; one that goes on has it in its settings. */
export interface Beside {
  readonly postgres: boolean
  readonly mosquitto: boolean
}

interface ServerSettings {
  readonly listen: Ports
  readonly database?: DatabaseSection
  readonly broker?: BrokerSection
}

export class Story {
  readonly #beside: Beside
  readonly #keptBeside: KeptProcess[] = []
  readonly #folder: StoryFolder
  readonly #progress: Progress
  readonly #screen: Screen
  readonly #signal: AbortSignal
  readonly #processes: KeptProcess[] = []
  readonly #lastMessages = new Map<string, string>()
  #views: readonly DeviceView[] = []

  constructor(
    folder: StoryFolder,
    progress: Progress,
    screen: Screen,
    signal: AbortSignal,
    beside: Beside,
  ) {
    this.#beside = beside
    this.#folder = folder
    this.#progress = progress
    this.#screen = screen
    this.#signal = signal
  }

  /** Tells the story to its end and leaves everything running. */
  async tellAll(): Promise<{ outcome: Outcome; api: OperatorApi; ports: Ports }> {
    const tell = this.#tell
    await mkdir(this.#folder.logs, { recursive: true })
    await mkdir(this.#folder.processes, { recursive: true })
    if (this.#progress.isResumed) tell('Going on with the story where it was interrupted.')

    const settings = await this.#settings()
    const ports = settings.listen
    const api = new OperatorApi(this.#folder, ports.operator)
    const desk = new Desk(this.#folder, api)
    tell('1 The server starts: MQTT broker, device and public listener, operator API.')
    await this.#startBeside(settings)
    await this.#startServer()

    await this.#progress.once('repository', async () => {
      tell('2 The manufacturer makes offline keys: root needs 2 of 3, releases need 2 of 2.')
      await desk.makeKeys()
      await desk.initRepository()
      await desk.publishRepository()
      tell('  Root, targets and both release roles are signed; the server verified them.')
      tell('  Its release gate is advisory here, for a demo has no feeds (docs/gate.md).')
    })

    tell(`3 Three devices leave the factory with firmware ${FACTORY} and are switched on.`)
    await this.#progress.once('factory', () => this.#makeDevices(desk, ports))
    for (const device of DEVICES) await this.#startDevice(device)
    await this.#progress.once('enrolled', async () => {
      await this.#until(api, 'all devices to enrol and report', allRun(FACTORY))
      tell(`  All have enrolled, hold a certificate of their own, and run ${FACTORY}.`)
    })

    await this.#progress.once('fixed', async () => {
      tell(
        `4 ${FIX} fixes ${SAMPLE_RELEASES[FIX].fixes.join(', ')}: signed offline by two keys, published, rolled out.`,
      )
      await desk.signRelease(FIX)
      await desk.publishRelease(FIX)
      await desk.startRollout(FIX, 'critical')
      await this.#until(api, `all devices to run ${FIX}`, allRun(FIX))
      tell(`  All devices verified, installed, tested and committed ${FIX}.`)
    })

    await this.#progress.once('rolled-back', async () => {
      tell(`5 ${BROKEN} brings new functions, but its self-test fails.`)
      await desk.signRelease(BROKEN)
      await desk.publishRelease(BROKEN)
      await desk.startRollout(BROKEN, 'none')
      await this.#until(
        api,
        `all devices to try ${BROKEN} and to return to ${FIX}`,
        async (views) =>
          allRun(FIX)(views) && (await countSelfTestFailures(api, BROKEN)) >= DEVICES.length,
      )
      tell(`  All devices tried ${BROKEN}, saw its self-test fail, and rolled back to ${FIX}.`)
    })

    const seconds = (Date.now() - this.#progress.startedAt) / 1000
    const failures = await countSelfTestFailures(api, BROKEN)
    const outcome = outcomeOf(this.#views, { release: BROKEN, devices: failures }, seconds)
    return { outcome, api, ports }
  }

  /** Shows the devices until the signal aborts. */
  async watch(api: OperatorApi): Promise<void> {
    while (!this.#signal.aborted) {
      await this.#look(api)
      await pause(LOOK_EVERY_MS, undefined, { signal: this.#signal }).catch(() => undefined)
    }
  }

  /** Ends everything that was started; devices first, so that they can say goodbye. */
  async end(): Promise<void> {
    const [server, ...devices] = this.#processes
    await Promise.all(devices.map((device) => device.end()))
    await server?.end()
    await Promise.all(this.#keptBeside.map((kept) => kept.end()))
  }

  readonly #tell = (sentence: string) => this.#screen.tell(sentence)

  /** Chosen once: the devices' factory packs hold the ports. */
  async #settings(): Promise<ServerSettings> {
    const { settings, data } = this.#folder.server
    if (existsSync(settings)) {
      return JSON.parse(await readFile(settings, 'utf8')) as ServerSettings
    }
    const ports = await freePorts()
    const listen = { address: '127.0.0.1', ...ports }
    const { postgres, mosquitto } = this.#beside
    const written = {
      ...{ dataFolder: data, host: ['localhost', '127.0.0.1'], listen },
      ...(postgres ? { database: await makePostgres(this.#folder, await anyFree()) } : {}),
      ...(mosquitto ? { broker: brokerSection(this.#folder, await anyFree()) } : {}),
    }
    await writeFileDurably(settings, `${JSON.stringify(written, null, 2)}\n`)
    if (!isUsual(ports)) {
      this.#tell(
        `Some usual ports are taken; using ${Object.entries(ports)
          .map(([use, port]) => `${use} ${port}`)
          .join(', ')}.`,
      )
    }
    return written
  }

  async #startBeside({ database, broker, listen }: ServerSettings): Promise<void> {
    const tell = this.#tell
    if (database !== undefined) {
      tell('  The database is a PostgreSQL of its own.')
      this.#keptBeside.push(await startPostgres(this.#folder, database, tell))
    }
    if (broker !== undefined) {
      tell('  The broker is Mosquitto; the server writes its access rules.')
      const server = { program: SERVER, settings: this.#folder.server.settings }
      this.#keptBeside.push(
        await startMosquitto(this.#folder, { devices: listen.mqtt, broker }, server, tell),
      )
    }
  }

  async #startServer(): Promise<void> {
    const ready = Promise.withResolvers<void>()
    let lastWords = ''
    const server = new KeptProcess(this.#folder, {
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
    this.#processes.push(server)
    await server.start()
    await ready.promise
  }

  async #makeDevices(desk: Desk, ports: Ports): Promise<void> {
    const { artifact } = await desk.build(FACTORY)
    for (const device of DEVICES) {
      const { pack, settings, data } = this.#folder.device(device)
      if (existsSync(join(data, 'slots', 'A.json'))) continue
      const empty = () => rm(data, { recursive: true, force: true })
      await empty()
      await writeDeviceSettings(this.#folder, device)
      await desk.packFor(device, pack, ports)
      const install: [string, ...string[]] = [
        ...([AGENT, 'factory-install', '--settings', settings, '--artifact', artifact] as const),
        ...['--version', FACTORY],
        ...['--security-counter', String(SAMPLE_RELEASES[FACTORY].securityCounter)],
      ]
      const { status, stderr } = await runRecorded(this.#folder, install, empty)
      if (status !== 0) throw new Error(`${device} could not be made: ${stderr.trim()}`)
    }
    this.#tell(
      `  Each has ${FACTORY} in slot A, a token for the cohort ${COHORT}, and trusts one root (${SAMPLE_COMPATIBLE}).`,
    )
  }

  async #startDevice(device: string): Promise<void> {
    const agent = new KeptProcess(this.#folder, {
      name: device,
      command: [AGENT, 'run', '--settings', this.#folder.device(device).settings],
      onEvent: (event) => {
        const message = lastMessage(event)
        if (message !== undefined) this.#lastMessages.set(device, message)
        const told = tidings(event)
        if (told !== undefined) this.#tell(`    ${told}`)
      },
      onDeath: (how) => this.#tell(`  ${device} ${how} and is started again.`),
    })
    this.#processes.push(agent)
    await agent.start()
  }

  async #look(api: OperatorApi): Promise<void> {
    // A server that is being started again does not answer; the next look will.
    this.#views = await readDevices(api).catch(() => this.#views)
    this.#screen.show(rowsOf(this.#views, this.#lastMessages))
  }

  async #until(
    api: OperatorApi,
    what: string,
    isSo: (views: readonly DeviceView[]) => boolean | Promise<boolean>,
  ): Promise<void> {
    const lastMoment = Date.now() + ACT_LIMIT_MS
    for (;;) {
      await this.#look(api)
      if (await Promise.resolve(isSo(this.#views)).catch(() => false)) return
      if (Date.now() > lastMoment) {
        throw new Error(
          `Waited ${ACT_LIMIT_MS / 1000} s for ${what}. The logs in ${this.#folder.logs} say why not.`,
        )
      }
      await pause(LOOK_EVERY_MS, undefined, { signal: this.#signal })
    }
  }
}
