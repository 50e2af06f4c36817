/**
 * A rollout's way to ten thousand connected devices, as in fan-out.ts, on the server's own broker and on Mosquitto:
 * from the operator's call to the last device that has the manifest. Server, broker and devices are processes of
 * one machine; each holds ten thousand sockets, so it takes `ulimit -n` of at least 12,000.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BrokerPlan } from '../../packages/server/test/support/broker-process.ts'
import { freePort } from '../../packages/server/test/support/free-port.ts'
import { MOSQUITTO_PROGRAM } from '../../packages/server/test/support/mosquitto-program.ts'
import { TestAuthority } from '../../test/support/test-certificates.ts'
import { type Figure, median } from '../figure.ts'
import { Server } from '../support/installed-server.ts'
import { costOf, end, said, startProgram } from '../support/programs.ts'
import type { BrokerPlace, LargeFleetJob } from './large-fleet.ts'

const DEVICES = Number(process.env.FLEET_DEVICES ?? 10_000)
const RUNS = 5
const COHORT = 'homes'
/** Until what is retained from before has reached those who came last. */
const SETTLED_MS = 2_000
/** Ours: issue 4. */
const GOAL_MS = 500

type Program = ReturnType<typeof startProgram>

export async function fanOut10000Bench(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-fan-out-'))
  const fleet = startProgram('fan-out/large-fleet.ts')
  try {
    const place = join(folder, 'server')
    const { figure, fleetCa } = await onOwnBroker(place, fleet)
    if (!MOSQUITTO_PROGRAM.isInstalled) return [figure]
    return [figure, await onMosquitto(folder, place, fleetCa, fleet)]
  } finally {
    await end(fleet)
    await rm(folder, { recursive: true, force: true })
  }
}

async function onOwnBroker(place: string, fleet: Program) {
  const server = await Server.start(place)
  try {
    const { id: product, trust, serverCa: ca } = await server.publishProduct()
    const tokens: string[] = []
    for (let i = 0; i < DEVICES; i += 1) tokens.push(await server.enrolmentToken(COHORT))
    const enrolled = said(fleet, 'enrolled')
    const enrolAt = `https://127.0.0.1:${server.ports.public}`
    const keySet = trust['director.jwks'] ?? ''
    fleet.send({ ca, enrolAt, product, cohort: COHORT, tokens, keySet } satisfies LargeFleetJob)
    await enrolled
    const figure = await measured('embedded broker', server, fleet, { port: server.ports.mqtt, ca })
    return { figure, fleetCa: trust['fleet-ca.pem'] ?? '' }
  } finally {
    await end(server.process)
  }
}

/** The same server with the same devices, started anew beside the other broker. */
async function onMosquitto(folder: string, place: string, fleetCa: string, fleet: Program) {
  const file = (name: string) => join(folder, name)
  const authority = await TestAuthority.create('broker CA')
  const { certificate, key } = await authority.server()
  await writeFile(file('broker.pem'), certificate)
  await writeFile(file('broker.key'), key)
  await writeFile(file('broker-ca.pem'), authority.pem)
  await writeFile(file('fleet-ca.pem'), fleetCa)
  const plan: BrokerPlan = {
    ...{ folder, port: await freePort(), serverPort: await freePort(), aclFile: file('acl') },
    ...{ certificateFile: file('broker.pem'), keyFile: file('broker.key') },
    clientCaFile: file('fleet-ca.pem'),
  }
  await MOSQUITTO_PROGRAM.prepare?.(plan)
  // The rules name every device, so they are there before the broker is.
  const server = await Server.start(place, {
    broker: {
      ...{ url: `mqtts://127.0.0.1:${plan.serverPort}`, kind: 'mosquitto' },
      ...{ caFile: file('broker-ca.pem'), aclFile: plan.aclFile },
      ...MOSQUITTO_PROGRAM.account?.(plan),
    },
  })
  try {
    await sleep(2_000)
    const broker = await MOSQUITTO_PROGRAM.start(plan)
    try {
      return await measured('Mosquitto', server, fleet, { port: plan.port, ca: authority.pem })
    } finally {
      await broker.stop()
    }
  } finally {
    await end(server.process)
  }
}

async function measured(
  broker: string,
  server: Server,
  fleet: Program,
  place: BrokerPlace,
): Promise<Figure> {
  const ready = said(fleet, 'ready')
  fleet.send(place)
  await ready
  await sleep(SETTLED_MS)
  const tookMs: number[] = []
  // The first round warms up and does not count.
  for (let run = 0; run <= RUNS; run += 1) {
    const over = said(fleet, 'round')
    // A call that fails is what is told, and not that the devices were ended after it.
    over.catch(() => {})
    const startNs = process.hrtime.bigint()
    const [rollout, { lastNs, offered }] = await Promise.all([server.startRollout(COHORT), over])
    if (offered !== rollout) throw new Error(`devices were offered ${offered}, not ${rollout}`)
    if (run > 0) tookMs.push(Number(BigInt(lastNs) - startNs) / 1e6)
    await Promise.all([said(fleet, 'round'), server.withdrawRollout(rollout)])
  }
  const peakMemoryMiB = costOf(server.process.pid)?.peakMemoryMiB
  const gone = said(fleet, 'gone')
  fleet.send({})
  await gone
  return {
    what: `rollout start to the manifest at the last of ${DEVICES} devices, TLS 1.3 with client certificates, ${broker} (peak memory of the server)`,
    ...{ median: median(tookMs), unit: 'ms', runs: RUNS, goal: GOAL_MS },
    ...(peakMemoryMiB === undefined ? {} : { peakMemoryMiB }),
  }
}
