/**
 * Where a drill plays: a real server with a clock that can be set ahead, a manufacturer's desk and an operator who use
 * nothing but `fleetward`, and devices whose agents are processes. No network but loopback.
 */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { buildSample } from '../firmware-samples/build.ts'
import {
  SAMPLE_COMPATIBLE,
  SAMPLE_PRODUCT,
  SAMPLE_RELEASES,
  type SampleVersion,
} from '../firmware-samples/samples.ts'
import { explain } from '../packages/cli/src/explain.ts'
import { buildProgram } from '../packages/cli/src/program.ts'
import { PERMISSIONS } from '../packages/server/src/accounts/permission.ts'
import { readMail, TestMailServer } from '../packages/server/test/support/mail-server.ts'
import type { SoftAuthenticator } from '../packages/server/test/support/soft-authenticator.ts'
import { Stranger } from '../packages/server/test/support/stranger.ts'
import { WebVisitor } from '../packages/server/test/support/web-visitor.ts'
import { wholeFacts } from '../packages/server/test/support/whole-facts.ts'
import { AGENT, FleetDevice } from '../test/end-to-end/support/fleet-device.ts'
import { ServerInside } from '../test/end-to-end/support/server-under-fleet.ts'
import { until } from '../test/end-to-end/support/until.ts'
import type { Narrator } from './narrator.ts'

const KEYS = ['root-1', 'root-2', 'release-1', 'release-2'] as const
export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

export interface Ran {
  readonly exitCode: number
  /** Of a refusal. */
  readonly code: string | undefined
  // biome-ignore lint/suspicious/noExplicitAny: answers are compared, not computed with
  readonly json: any
  readonly text: string
}

export class Stage {
  readonly folder: string
  readonly server: ServerInside
  readonly mails: TestMailServer
  readonly devices: FleetDevice[] = []
  readonly #narrator: Narrator
  #passkey: SoftAuthenticator | undefined

  private constructor(folder: string, narrator: Narrator, mails: TestMailServer, settings: object) {
    this.folder = folder
    this.mails = mails
    this.#narrator = narrator
    this.server = new ServerInside(join(folder, 'server'), settings)
  }

  /** `folder` is empty; whoever made it removes it. */
  static async open(folder: string, narrator: Narrator): Promise<Stage> {
    // It ends with the stage.
    const mails = await TestMailServer.start({ after: () => {} })
    const stage = new Stage(folder, narrator, mails, await mails.settings(folder))
    try {
      await mkdir(stage.at('server'), { mode: 0o700 })
      await stage.server.start()
      await stage.#makePeople()
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
    if (ms >= DAY_MS) await this.#renewToken()
    await this.server.keepBooks()
    await this.server.moveRollouts()
  }

  tell(sentence: string): void {
    this.#narrator.tell(this.now(), sentence)
  }

  // ---- commands

  /** One command of the desk or of an operator, shown with its answer; throws when it is refused. */
  async run(...words: readonly string[]): Promise<Ran['json']> {
    const ran = await this.ask(...words)
    if (ran.exitCode === 0) return ran.json
    throw new Error(`fleetward ${words.join(' ')} ended with ${ran.exitCode}: ${ran.text}`)
  }

  /** The same with whatever it answers: a refusal, or a no. */
  async ask(...words: readonly string[]): Promise<Ran> {
    this.#narrator.command(words)
    const ran = await this.#run(words)
    this.#narrator.answer(ran.text)
    return ran
  }

  /** The command as it is installed, with its answer both for a person and for a script. */
  async #run(words: readonly string[]): Promise<Ran> {
    const said: string[] = []
    let answer: { readonly json: unknown; readonly isNo: boolean } | undefined
    const nobody = () => Promise.reject(new Error('a question was asked without a terminal'))
    const note = (text: string) => {
      said.push(text)
    }
    const program = buildProgram({
      now: () => this.now(),
      print: note,
      terminal: { note, progress: () => {}, askSecret: nobody, confirm: nobody },
      finish: ({ json, lines, isNo = false }) => {
        said.push(...lines)
        answer = { json, isNo }
      },
    })
    try {
      const own = ['--desk', this.at('desk')]
      await program.parseAsync([...own, ...words, ...this.#serverOf(words)], { from: 'user' })
    } catch (error) {
      const { code, message, next } = explain(error)
      said.push(`${code}: ${message}`, next)
      return { exitCode: 1, code, json: undefined, text: said.join('\n') }
    }
    const exitCode = answer?.isNo === true ? 1 : 0
    return { exitCode, code: undefined, json: answer?.json, text: said.join('\n') }
  }

  /** Commands of the desk know no server, and ask for a passphrase instead. */
  #serverOf(words: readonly string[]): readonly string[] {
    const [group = '', verb = ''] = words
    const name = `${group} ${verb}`
    if (OFFLINE.has(name) || group === 'sign') {
      return WITH_KEYS.has(name) || group === 'sign'
        ? ['--passphrase-file', this.at('passphrase')]
        : []
    }
    const url = `http://127.0.0.1:${this.server.ports.operator}`
    return ['--server', url, '--token-file', this.at('token')]
  }

  // ---- the manufacturer

  /** Keys, the product and its signed repository. */
  async makeProduct({ factorySettings = {} }: { factorySettings?: object } = {}): Promise<void> {
    await writeFile(this.at('factory-settings.json'), JSON.stringify(factorySettings))
    for (const key of KEYS) await this.#quietly('keys', 'generate', key)
    await this.run('products', 'create', SAMPLE_PRODUCT, '--save-server-keys', this.at('keys.json'))
    await this.#quietly(
      ...['repository', 'init', SAMPLE_PRODUCT, '--server-keys', this.at('keys.json')],
      ...['--factory-settings', this.at('factory-settings.json')],
      ...['--root-key', 'root-1', '--root-key', 'root-2', '--root-threshold', '2'],
      ...['targets', 'security', 'functionality'].flatMap((role) => [
        ...[`--${role}-key`, 'release-1', `--${role}-key`, 'release-2', `--${role}-threshold`, '2'],
      ]),
    )
    for (const role of ['root', 'targets', 'security', 'functionality']) {
      for (const key of role === 'root' ? KEYS.slice(0, 2) : KEYS.slice(2)) {
        await this.#quietly('sign', `${SAMPLE_PRODUCT}/${role}`, '--key', key, '--yes')
      }
    }
    await this.#quietly('repository', 'publish', ...OF)
  }

  /** What the law wants to read about the product, and its risks, reviewed: the gate asks for that. */
  async describeProduct(supported: object = {}): Promise<void> {
    const { supportPeriod, ...facts } = wholeFacts()
    const year = this.now().getUTCFullYear()
    const usual = { ...supportPeriod, starts: `${year - 1}-01-01`, ends: `${year + 7}-12` }
    const written = { ...facts, supportPeriod: { ...usual, ...supported } }
    await writeFile(this.at('facts.json'), JSON.stringify(written))
    await this.run('products', 'facts', 'set', SAMPLE_PRODUCT, '--file', this.at('facts.json'))
    await this.run(
      ...['risks', 'add', 'firmware-rollback', ...OF, '--asset', 'firmware', '--actor', 'criminal'],
      ...['--stride', 'tampering', '--threat', 'an old release with a known hole is installed'],
      ...['--vulnerability', 'old releases are signed too', '--likelihood', 'medium'],
      ...['--impact', 'high', '--safety-impact', 'none', '--treatment', 'mitigate'],
      ...['--measure', 'a security counter that never falls', '--residual', 'low'],
      ...['--owner', 'the security officer', '--stage', 'maintenance', '--test', 'rollback'],
    )
    await this.run(
      ...['disclosure', 'contact', '--organisation', 'Lumen Works'],
      ...['--contact', 'mailto:security@lumen.example'],
    )
    const next = new Date(this.now().getTime() + 180 * DAY_MS).toISOString().slice(0, 10)
    await this.run('risks', 'review', ...OF, '--reviewer', 'the security officer', '--next', next)
  }

  /** Built, drafted and signed by both keys; `publish` is another step. */
  async signRelease(version: SampleVersion): Promise<void> {
    const { kind, securityCounter, base, fixes, advisories, notes } = SAMPLE_RELEASES[version]
    const sample = await buildSample(version, this.at('built'))
    await this.run(
      ...['release', 'create', ...OF, '--artifact', sample.path, '--sbom', sample.sbomPath],
      ...['--installer', 'slot-directory', '--compatible', SAMPLE_COMPATIBLE, '--kind', kind],
      ...['--version', version, '--security-counter', String(securityCounter), '--notes', notes],
      ...(base === undefined ? [] : ['--base', base]),
      ...fixes.flatMap((fix) => ['--fixes', fix]),
      ...advisories.flatMap((advisory) => ['--advisory', advisory]),
    )
    for (const key of KEYS.slice(2)) {
      await this.#quietly('release', 'sign', ...OF, '--key', key, '--yes')
    }
  }

  publish(version: SampleVersion): Promise<Ran> {
    return this.ask('release', 'publish', ...OF, '--version', version)
  }

  // ---- devices

  /** As it leaves the factory, switched on. */
  async device(id: string, cohort: string): Promise<FleetDevice> {
    const device = new FleetDevice(id, this.at('devices', id))
    this.devices.push(device)
    await mkdir(device.folder, { recursive: true })
    const { ports } = this.server
    await this.#quietly(
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
        const { json } = await this.#run(['devices', 'list', ...OF])
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

  // ---- within

  /** What a drill needs and is not about. */
  async #quietly(...words: readonly string[]): Promise<Ran['json']> {
    const ran = await this.#run(words)
    if (ran.exitCode === 0) return ran.json
    throw new Error(`fleetward ${words.join(' ')} ended with ${ran.exitCode}: ${ran.text}`)
  }

  /** The first administrator signs in by the link, with a passkey, and makes a token of their own: findings are decided by persons. */
  async #makePeople(): Promise<void> {
    await writeFile(this.at('passphrase'), `${randomBytes(18).toString('base64url')}\n`, {
      mode: 0o600,
    })
    const link = (await readFile(this.server.firstAdministratorFile, 'utf8')).trim()
    const visitor = this.#browser()
    await visitor.post('/welcome', { code: link.split('#')[1] ?? '' })
    await visitor.post('/welcome/you', { name: 'Security officer', login: OFFICER })
    this.#passkey = await visitor.makePasskey('/welcome/passkey')
    await this.#makeToken(visitor)
  }

  /** Months pass in a drill, and no token lives that long. */
  async #renewToken(): Promise<void> {
    if (this.#passkey === undefined) return
    const visitor = this.#browser()
    await visitor.showPasskey(this.#passkey)
    await this.#makeToken(visitor)
  }

  async #makeToken(visitor: WebVisitor): Promise<void> {
    const wanted = { name: 'drill', scopes: PERMISSIONS, product: '*' }
    const headers = { 'x-fleetward': '1', 'sec-fetch-site': 'same-origin' }
    const made = await visitor.script('/api/1/me/tokens', wanted, headers)
    if (made.status !== 201) throw new Error(`no token was made: ${made.text}`)
    await writeFile(this.at('token'), `${made.json.secret}\n`, { mode: 0o600 })
  }

  #browser(): WebVisitor {
    return new WebVisitor(`http://localhost:${this.server.ports.operator}`)
  }
}

/** Where mails to the person at the desk go. */
export const OFFICER = 'officer@lumen.example'
export const OF = ['--product', SAMPLE_PRODUCT] as const

const OFFLINE = new Set([
  ...['keys generate', 'repository init', 'release create', 'release sign', 'dossier verify'],
])
const WITH_KEYS = new Set(['keys generate', 'release sign'])
