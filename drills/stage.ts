/**
 * Where a drill plays: a real server with a clock that can be set ahead, a manufacturer's desk and an operator who use
 * nothing but `fleetward`, and devices whose agents are processes. No network but loopback.
 */
import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { buildSample } from '../firmware-samples/build.ts'
import { CommandLine, type Ran } from '../firmware-samples/manufacturer/command-line.ts'
import { SAMPLE_COMPATIBLE, SAMPLE_PRODUCT } from '../firmware-samples/samples.ts'
import { readMail, TestMailServer } from '../packages/server/test/support/mail-server.ts'
import { Stranger } from '../packages/server/test/support/stranger.ts'
import { AGENT, FleetDevice } from '../test/end-to-end/support/fleet-device.ts'
import { ServerInside } from '../test/end-to-end/support/server-under-fleet.ts'
import { until } from '../test/end-to-end/support/until.ts'
import type { Narrator } from './narrator.ts'
import { Officer } from './officer.ts'

export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

export class Stage {
  readonly folder: string
  readonly server: ServerInside
  readonly mails: TestMailServer
  readonly devices: FleetDevice[] = []
  readonly #narrator: Narrator
  readonly #desk: CommandLine
  readonly #officer: Officer

  private constructor(folder: string, narrator: Narrator, mails: TestMailServer, settings: object) {
    this.folder = folder
    this.mails = mails
    this.#narrator = narrator
    this.server = new ServerInside(join(folder, 'server'), settings)
    const url = () => `http://localhost:${this.server.ports.operator}`
    this.#desk = new CommandLine({
      ...{ desk: this.at('desk'), passphraseFile: this.at('passphrase') },
      ...{ tokenFile: this.at('token'), narrator, now: () => this.now(), url },
    })
    this.#officer = new Officer(folder, url)
  }

  /** `folder` is empty; whoever made it removes it. */
  static async open(folder: string, narrator: Narrator): Promise<Stage> {
    // It ends with the stage.
    const mails = await TestMailServer.start({ after: () => {} })
    const stage = new Stage(folder, narrator, mails, await mails.settings(folder))
    try {
      await mkdir(stage.at('server'), { mode: 0o700 })
      await stage.server.start()
      await stage.#officer.begin(stage.server.firstAdministratorFile)
    } catch (error) {
      await stage.close()
      throw error
    }
    return stage
  }

  async close(): Promise<void> {
    await Promise.all(this.devices.map((device) => device.end()))
    await this.server.stop()
    await this.mails.stop()
  }

  at(...names: readonly string[]): string {
    return join(this.folder, ...names)
  }

  // ---- time

  now(): Date {
    return new Date(Date.now() + this.server.aheadMs)
  }

  /** Seconds since 1970. */
  nowSeconds(): number {
    return Math.floor(this.now().getTime() / 1000)
  }

  /** By the server's clock and everybody's who works at it. Devices live on in real time. */
  async pass(ms: number): Promise<void> {
    this.server.aheadMs += ms
    if (ms >= DAY_MS) await this.#officer.renewToken()
    await this.server.keepBooks()
    await this.server.moveRollouts()
  }

  tell(sentence: string): void {
    this.#narrator.tell(this.now(), sentence)
  }

  // ---- commands

  /** One command of the desk or of an operator, shown with its answer; throws when it is refused. */
  run(...words: readonly string[]): Promise<Ran['json']> {
    return this.#desk.run(...words)
  }

  /** The same with whatever it answers: a refusal, or a no. */
  ask(...words: readonly string[]): Promise<Ran> {
    return this.#desk.ask(...words)
  }

  /** What a drill needs and is not about. */
  quietly(...words: readonly string[]): Promise<Ran['json']> {
    return this.#desk.quietly(...words)
  }

  // ---- devices

  /** As it leaves the factory, switched on. */
  async device(id: string, cohort: string): Promise<FleetDevice> {
    const device = new FleetDevice(id, this.at('devices', id))
    this.devices.push(device)
    await mkdir(device.folder, { recursive: true })
    const { ports } = this.server
    await this.quietly(
      ...['factory', 'pack', ...OF, '--cohort', cohort, '--device', id],
      ...['--public-url', `https://localhost:${ports.public}`],
      ...['--device-url', `https://localhost:${ports.device}`],
      ...['--mqtt-url', `mqtts://localhost:${ports.mqtt}`, '--out', join(device.folder, 'pack')],
    )
    const settings = {
      ...{ product: SAMPLE_PRODUCT, device: id, compatible: SAMPLE_COMPATIBLE },
      ...{ dataFolder: 'data', factoryPack: 'pack', trialTimeLimitSeconds: 60 },
      reconnect: { firstDelayMs: 50, maxDelayMs: 300 },
      page: { enabled: false },
    }
    await writeFile(device.settingsFile, JSON.stringify(settings))
    const factory = await buildSample('1.4.2', this.at('built'))
    await promisify(execFile)(AGENT, [
      ...['factory-install', '--settings', device.settingsFile, '--artifact', factory.path],
      ...['--version', '1.4.2', '--security-counter', '1'],
    ])
    device.start()
    return device
  }

  /** Until the server sees all of them at rest with this version. */
  untilAllRun(version: string): Promise<void> {
    return this.untilSome(version, this.devices.length)
  }

  async untilSome(version: string, count: number): Promise<void> {
    await until(
      async () => {
        await this.server.moveRollouts()
        const { json } = await this.#desk.answerTo('devices', 'list', ...OF)
        const all = json.devices as readonly { state?: string; version?: string }[]
        const there = all.filter((each) => each.version === version && each.state === 'idle')
        return there.length >= count
      },
      () =>
        `${count} to run ${version}:\n${this.devices.map((device) => device.account()).join('\n')}`,
    )
  }

  // ---- people outside

  /** Somebody asks for mails about the product, and opens the link in the one that comes. */
  async subscribe(address: string): Promise<void> {
    const asked = await this.stranger().post('/subscribe', { address, product: SAMPLE_PRODUCT })
    if (asked.status !== 200) throw new Error(`nobody can subscribe: ${asked.text}`)
    await this.server.keepBooks()
    const mail = this.mails.received.findLast(({ to }) => to[0] === address)
    const link = mail && /https:\/\/[^/]+(\/subscribe\/confirm\?\S+)/.exec(readMail(mail).text)?.[1]
    if (link === undefined) throw new Error(`no link came to ${address}`)
    const confirmed = await this.stranger().post(link, {})
    if (confirmed.status !== 200) throw new Error(`the link does nothing: ${confirmed.text}`)
  }

  /** Subjects of what came to an address so far, once all that waits is sent. */
  async mailed(address: string): Promise<readonly string[]> {
    // Ordered, made into a round, sent.
    for (let look = 0; look < 3; look += 1) await this.server.keepBooks()
    return this.mails.received
      .filter(({ to }) => to[0] === address)
      .map((mail) => readMail(mail).headers.get('subject')?.[0] ?? '')
  }

  stranger(): Stranger {
    return new Stranger(this.server.ports.public)
  }

  show(text: string): void {
    this.#narrator.answer(text)
  }
}

export const OF = ['--product', SAMPLE_PRODUCT] as const
