/** A server with a real outside broker: certificates, rules that the server writes, and devices enrolled. */
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, type IClientOptions, type MqttClient } from 'mqtt'
import { TestAuthority } from '../../../../test/support/test-certificates.ts'
import type { BrokerPlan, BrokerProgram, RunningBroker } from './broker-process.ts'
import { EdgeUnderTest, type Ending } from './edge-under-test.ts'
import { freePort } from './free-port.ts'
import { TestDevice } from './test-device.ts'

export class BrokerSite {
  readonly program: BrokerProgram
  readonly plan: BrokerPlan
  readonly edge: EdgeUnderTest
  readonly #serverCa: string
  #broker: RunningBroker | undefined

  private constructor(
    program: BrokerProgram,
    plan: BrokerPlan,
    edge: EdgeUnderTest,
    serverCa: string,
  ) {
    this.program = program
    this.plan = plan
    this.edge = edge
    this.#serverCa = serverCa
  }

  /** The server is there first, and writes the rules that the broker starts with. */
  static async start(
    t: Ending,
    program: BrokerProgram,
    { broker = {}, ...settings }: { broker?: object } = {},
  ): Promise<BrokerSite> {
    const folder = await mkdtemp(join(tmpdir(), `fleetward-${program.kind}-`))
    t.after(() => rm(folder, { recursive: true, force: true }))
    const file = (name: string) => join(folder, name)
    const serverCa = await TestAuthority.create('broker CA')
    const { certificate, key } = await serverCa.server()
    await writeFile(file('broker.pem'), certificate)
    await writeFile(file('broker.key'), key)
    await writeFile(file('broker-ca.pem'), serverCa.pem)
    const plan: BrokerPlan = {
      ...{
        folder,
        port: await freePort(),
        aclFile: file('acl'),
        clientCaFile: file('fleet-ca.pem'),
      },
      ...{ certificateFile: file('broker.pem'), keyFile: file('broker.key') },
      ...(program.kind === 'mosquitto' ? { crlFile: file('crl.pem') } : {}),
      ...(program.holdsClientIds === true ? { serverPort: await freePort() } : {}),
    }
    await program.prepare?.(plan)
    const edge = await EdgeUnderTest.start(t, {
      broker: {
        ...{ url: `mqtts://127.0.0.1:${plan.serverPort ?? plan.port}`, kind: program.kind },
        ...{ caFile: file('broker-ca.pem'), aclFile: plan.aclFile },
        ...(plan.crlFile === undefined ? {} : { crlFile: plan.crlFile }),
        ...program.account?.(plan),
        ...program.reload(plan),
        ...broker,
      },
      ...settings,
    })
    await writeFile(plan.clientCaFile, await edge.edge.anchors.fleetCaPem())
    const site = new BrokerSite(program, plan, edge, serverCa.pem)
    t.after(() => site.stopBroker())
    await until(() => exists(plan.aclFile))
    if (plan.crlFile !== undefined) await until(() => exists(plan.crlFile ?? ''))
    await site.startBroker()
    return site
  }

  async startBroker(): Promise<void> {
    this.#broker = await this.program.start(this.plan)
    await until(() => this.edge.edge.broker.health().isReachable)
  }

  async stopBroker(signal?: NodeJS.Signals): Promise<void> {
    await this.#broker?.stop(signal)
    this.#broker = undefined
  }

  enrol(t: Ending, id: string): Promise<TestDevice> {
    return TestDevice.enrolled(t, this.edge, id)
  }

  /** Never tries twice; rejects with what the broker or TLS said. */
  connect(device: TestDevice, options: IClientOptions = {}): Promise<MqttClient> {
    const { port = this.plan.port } = options
    const client = connect(`mqtts://127.0.0.1:${port}`, {
      ...{ clientId: device.id, clean: true, protocolVersion: 4, reconnectPeriod: 0 },
      ...{ ca: this.#serverCa, key: device.key, cert: device.certificate },
      ...options,
    })
    device.clients.push(client)
    return new Promise((resolve, reject) => {
      client.once('connect', () => resolve(client))
      client.once('error', reject)
      client.once('close', () => reject(new Error('closed before CONNACK')))
    })
  }

  /** Connects as soon as the broker has learnt that it may. */
  async connectSoon(device: TestDevice): Promise<MqttClient> {
    for (;;) {
      try {
        return await this.connect(device)
      } catch {
        await sleep(50)
      }
    }
  }

  // biome-ignore lint/suspicious/noExplicitAny: as the operator API answers
  async onRecord(device: string, holds: (record: any) => boolean): Promise<void> {
    await until(async () => holds((await this.edge.operator('GET', `/devices/${device}`)).body))
  }
}

export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(20)
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
