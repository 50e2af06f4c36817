/**
 * Several server processes on one PostgreSQL and one Mosquitto, as docs/operating/databases.md says, with devices in
 * the middle of a rollout: for what must hold whoever of them is killed.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { until } from '../../../../test/end-to-end/support/until.ts'
import { withPassword } from '../../src/adapters/sql/postgres/postgres-url.ts'
import type { BrokerPlan, RunningBroker } from './broker-process.ts'
import { Desk, type DeskRelease, file, filesOf, OPEN_GATE, PRODUCT } from './desk.ts'
import type { EdgeUnderTest } from './edge-under-test.ts'
import { freePort } from './free-port.ts'
import { MOSQUITTO_PROGRAM } from './mosquitto-program.ts'
import type { PostgresPlace, RunningPostgres } from './postgres.ts'
import { SERVER, ServingProcess } from './serving-process.ts'
import { TestDevice } from './test-device.ts'
import { UpdatingDevice } from './updating-device.ts'

const SERVERS = 3
const COHORT = 'homes'
const DAY_MS = 86_400_000
/** A server renews its hold on an inbox every 5 s and for 30 s: who has not for so long is dead. */
const HELD_STILL_SECONDS = 18
/** Generous: it is only ever waited out when something is broken. */
const REPORTS_LIMIT_MS = 120_000
export const RELEASE: DeskRelease = {
  version: '1.4.3',
  kind: 'security',
  artifact: Buffer.from('firmware 1.4.3'),
}

export class ServersSite {
  readonly servers: readonly ServingProcess[]
  readonly devices: UpdatingDevice[] = []
  readonly #place: PostgresPlace
  readonly #plan: BrokerPlan
  #broker: RunningBroker | undefined
  #serverCa = ''
  #reports = 0
  readonly #moments: { readonly count: number; readonly reached: () => void }[] = []

  private constructor(
    servers: readonly ServingProcess[],
    place: PostgresPlace,
    plan: BrokerPlan,
    broker: RunningBroker,
  ) {
    this.servers = servers
    this.#place = place
    this.#plan = plan
    this.#broker = broker
  }

  static async open(t: TestContext, postgres: RunningPostgres): Promise<ServersSite> {
    const folder = await mkdtemp(join(tmpdir(), 'fleetward-servers-'))
    const place = await postgres.database()
    const file = (name: string) => join(folder, name)
    const [keyFile, passwordFile] = [file('seal-key'), file('database-password')]
    await writeFile(keyFile, randomBytes(32).toString('base64'), { mode: 0o600 })
    await writeFile(passwordFile, place.password, { mode: 0o600 })
    const plan: BrokerPlan = {
      ...{ folder: file('broker'), port: await freePort(), serverPort: await freePort() },
      aclFile: file('broker/acl'),
      clientCaFile: file('broker/fleet-ca.pem'),
      certificateFile: file('broker/broker-certificate.pem'),
      keyFile: file('broker/broker-key.pem'),
    }
    await mkdir(join(plan.folder, 'data'), { recursive: true })
    const settings = {
      database: { url: place.url, passwordFile },
      secrets: { keyFile },
      broker: {
        ...{
          url: `mqtts://127.0.0.1:${plan.serverPort}`,
          kind: 'mosquitto',
          aclFile: plan.aclFile,
        },
        ...{ caFile: file('broker/server-ca.pem'), ...MOSQUITTO_PROGRAM.reload(plan) },
        ...MOSQUITTO_PROGRAM.account?.(plan),
      },
    }
    const servers = Array.from(
      { length: SERVERS },
      (_, i) => new ServingProcess(file(`server-${i}`), settings),
    )
    const [first] = servers as [ServingProcess]
    await first.writeSettings()
    const run = (...words: string[]) =>
      promisify(execFile)(SERVER, [...words, '--settings', first.settingsFile])
    await run('broker-certificate', '--to', plan.folder)
    await writeFile(plan.aclFile, (await run('broker-acl')).stdout, { mode: 0o600 })
    const site = new ServersSite(servers, place, plan, await MOSQUITTO_PROGRAM.start(plan))
    t.after(() => site.#end(folder))
    await first.start()
    for (const server of servers.slice(1)) {
      await server.start()
      server.token = first.token
    }
    await site.#publish()
    return site
  }

  // ---- the servers

  get running(): readonly ServingProcess[] {
    return this.servers.filter(({ isRunning }) => isRunning)
  }

  /** Whoever leads, as soon as somebody does. */
  leader(): Promise<ServingProcess> {
    return until(
      () => this.running.find(({ leads }) => leads),
      () => 'somebody leads',
    )
  }

  /** Asked of any that runs. */
  async get(path: string) {
    const [server] = this.running
    assert.ok(server)
    const { status, body } = await server.call('GET', `/products/${PRODUCT}${path}`)
    assert.equal(status, 200, JSON.stringify(body))
    return body
  }

  /** What only a dead server had been given waits until its hold runs out; here that is at once. */
  async letHoldsOfTheDeadRunOut(): Promise<void> {
    await this.query(
      `UPDATE broker_inboxes SET held_until = 0 WHERE purpose = 'shared'
       AND held_until < extract(epoch FROM now()) + ${HELD_STILL_SECONDS}`,
    )
  }

  // ---- database and broker

  // biome-ignore lint/suspicious/noExplicitAny: rows are compared, not computed with
  async query(statement: string): Promise<any[]> {
    const client = new Client({ connectionString: withPassword(this.#place) })
    // Unheard, a database that goes away would end the test.
    client.on('error', () => {})
    await client.connect()
    try {
      return (await client.query(statement)).rows
    } finally {
      await client.end()
    }
  }

  async stopBroker(): Promise<void> {
    await this.#broker?.stop()
    this.#broker = undefined
  }

  async startBroker(): Promise<void> {
    this.#broker = await MOSQUITTO_PROGRAM.start(this.#plan)
  }

  // ---- devices

  async addDevices(t: TestContext, count: number): Promise<void> {
    const [server] = this.servers as [ServingProcess]
    const asEdge = {
      edge: {
        ports: { ...server.ports, mqtt: this.#plan.port },
        anchors: { serverCaPem: this.#serverCa },
      },
      clock: { now: () => new Date() },
      token: async (wanted: object) =>
        (await server.call('POST', `/products/${PRODUCT}/enrolment-tokens`, wanted)).body.token,
    } as unknown as EdgeUnderTest
    for (let i = 0; i < count; i += 1) {
      const device = await TestDevice.enrolled(t, asEdge, `G1-${1000 + i}`, { cohort: COHORT })
      this.devices.push(new UpdatingDevice(device, COHORT, () => this.#reported()))
    }
    for (const device of this.devices) await device.start()
    await until(
      async () => (await this.get('/devices?limit=500')).every(isHere),
      () => 'all devices have said that they are there',
    )
    this.#reports = 0
  }

  /** Returns its id. */
  async rollOut(plan: object): Promise<string> {
    const [server] = this.running
    assert.ok(server)
    const wanted = { release: RELEASE.version, cohort: COHORT, plan }
    const { status, body } = await server.call('POST', `/products/${PRODUCT}/rollouts`, wanted)
    assert.equal(status, 201, JSON.stringify(body))
    return body.id
  }

  /** Resolves at the very report of the rollout that makes so many; rejects when they do not come. */
  afterReports(count: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const tooLate = setTimeout(
      () => reject(new Error(`There were ${this.#reports} reports and never ${count}`)),
      REPORTS_LIMIT_MS,
    )
    const reached = () => {
      clearTimeout(tooLate)
      resolve()
    }
    if (this.#reports >= count) reached()
    else this.#moments.push({ count, reached })
    return promise
  }

  // ---- within

  #reported(): void {
    this.#reports += 1
    for (const { count, reached } of this.#moments) if (count === this.#reports) reached()
  }

  async #publish(): Promise<void> {
    const [server] = this.servers as [ServingProcess]
    const { body } = await server.call('POST', '/products', { id: PRODUCT, gate: OPEN_GATE })
    this.#serverCa = body.serverCa
    const desk = new Desk()
    desk.expires = new Date(Date.now() + 30 * DAY_MS)
    const trust = Object.entries(body.trust).map(([name, text]) =>
      file(`trust/${name}`, Buffer.from(text as string)),
    )
    const put = async (path: string, bytes: Uint8Array) => {
      const answer = await server.call('PUT', `/products/${PRODUCT}${path}`, bytes)
      assert.ok(answer.status < 300, JSON.stringify(answer.body))
    }
    await put('/metadata/root', desk.rootMetadata(1, body.onlineKeys))
    for (const [role, bytes, files] of [
      ['targets', desk.targetsMetadata(1, trust), trust],
      ['security', desk.roleMetadata('security', 1, [RELEASE]), filesOf(RELEASE)],
    ] as const) {
      await put(`/metadata/${role}`, bytes)
      for (const { sha256, bytes: content } of files) await put(`/files/${sha256}`, content)
      await put(`/metadata/${role}`, bytes)
    }
  }

  async #end(folder: string): Promise<void> {
    await Promise.all(this.servers.map((server) => server.kill()))
    await this.stopBroker()
    await rm(folder, { recursive: true, force: true })
  }
}

const isHere = ({ version, online }: { version?: string; online?: boolean }) =>
  version !== undefined && online === true
