/** Several servers, each a process, that listen at one outside broker and stand on one PostgreSQL. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { connect, type MqttClient } from 'mqtt'
import { TestAuthority } from '../../../../test/support/test-certificates.ts'
import { openDatabase } from '../../src/adapters/sql/database.ts'
import { mosquittoAcl } from '../../src/broker/access-files/mosquitto-acl.ts'
import { natsAuthorization } from '../../src/broker/access-files/nats-authorization.ts'
import { SERVER_CLIENT_ID } from '../../src/enrolment/fleet-authority.ts'
import { parseSettings } from '../../src/settings.ts'
import type { BrokerPlan, BrokerProgram, RunningBroker } from './broker-process.ts'
import { until } from './broker-site.ts'
import { type Ending, PRODUCT } from './edge-under-test.ts'
import { testPostgres } from './engines.ts'
import { freePort } from './free-port.ts'

const PROGRAM = fileURLToPath(new URL('listening-process.ts', import.meta.url))

/** One server of several, as a process. */
export class Listener {
  readonly reports: string[] = []
  readonly #child: ChildProcess
  readonly #online = new Map<string, boolean>()
  role: string | undefined

  constructor(argument: object) {
    this.#child = spawn(process.execPath, [PROGRAM, JSON.stringify(argument)], {
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    if (this.#child.stdout === null) throw new Error('no output')
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      const said = JSON.parse(line)
      if (said.ready !== undefined) this.role = said.ready
      if (said.report !== undefined) this.reports.push(said.report)
      if (said.device !== undefined) this.#online.set(said.device, said.online)
    })
  }

  heard(device: string): boolean | undefined {
    return this.#online.get(device)
  }

  jump(seconds: number): void {
    this.#child.stdin?.write(`${seconds}\n`)
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    await ended
  }
}

export class ListeningSite {
  readonly #plan: BrokerPlan
  readonly #argument: object
  readonly #fleet: TestAuthority
  readonly #broker: RunningBroker

  private constructor(
    plan: BrokerPlan,
    argument: object,
    fleet: TestAuthority,
    broker: RunningBroker,
  ) {
    this.#broker = broker
    this.#plan = plan
    this.#argument = argument
    this.#fleet = fleet
  }

  static async open(t: Ending, program: BrokerProgram): Promise<ListeningSite> {
    const folder = await mkdtemp(join(tmpdir(), `fleetward-several-${program.kind}-`))
    t.after(() => rm(folder, { recursive: true, force: true }))
    const file = (name: string) => join(folder, name)
    const [fleet, ca] = [await TestAuthority.create('fleet CA'), await TestAuthority.create()]
    const { certificate, key } = await ca.server()
    const devices = [
      { product: PRODUCT, device: 'lumen-1', cohort: 'everyone', isQuarantined: false },
    ]
    const acl =
      program.kind === 'nats'
        ? natsAuthorization({ serverUser: SERVER_CLIENT_ID, devices, shutOut: [], deviceQos: 0 })
        : mosquittoAcl(SERVER_CLIENT_ID, devices)
    const written = {
      ...{ 'broker.pem': certificate, 'broker.key': key, 'broker-ca.pem': ca.pem },
      ...{ 'fleet-ca.pem': fleet.pem, acl },
    }
    for (const [name, text] of Object.entries(written)) await writeFile(file(name), text)
    const plan: BrokerPlan = {
      ...{
        folder,
        port: await freePort(),
        aclFile: file('acl'),
        clientCaFile: file('fleet-ca.pem'),
      },
      ...{ certificateFile: file('broker.pem'), keyFile: file('broker.key') },
      ...(program.holdsClientIds === true ? { serverPort: await freePort() } : {}),
    }
    await program.prepare?.(plan)
    const broker: RunningBroker = await program.start(plan)
    t.after(() => broker.stop())
    const place = await (await testPostgres()).database()
    await (await openDatabase(place)).destroy()
    const pair = await fleet.device(PRODUCT, SERVER_CLIENT_ID)
    const { broker: settings } = parseSettings({
      ...{ dataFolder: folder, host: ['localhost'] },
      broker: {
        ...{ url: `mqtts://127.0.0.1:${plan.serverPort ?? plan.port}`, kind: program.kind },
        ...{ caFile: file('broker-ca.pem'), ...program.account?.(plan) },
      },
    })
    const own = { certificatePem: pair.certificate, keyPem: pair.key }
    return new ListeningSite(plan, { place, settings, own }, fleet, broker)
  }

  /** The broker reads its rules again, which are what they were. */
  reloadRules(): void {
    process.kill(this.#broker.pid, 'SIGHUP')
  }

  /** Resolves when it listens. */
  async listen(t: TestContext): Promise<Listener> {
    const listener = new Listener(this.#argument)
    t.after(() => listener.stop())
    await until(() => listener.role !== undefined)
    return listener
  }

  async device(t: TestContext): Promise<MqttClient> {
    const { certificate, key } = await this.#fleet.device(PRODUCT, 'lumen-1')
    const client = connect(`mqtts://127.0.0.1:${this.#plan.port}`, {
      ...{ clientId: 'lumen-1', clean: true, protocolVersion: 4, reconnectPeriod: 0 },
      ...{ rejectUnauthorized: false, cert: certificate, key },
    })
    t.after(() => client.endAsync(true))
    await once(client as unknown as NodeJS.EventEmitter, 'connect')
    return client
  }
}
