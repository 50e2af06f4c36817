/**
 * A rollout's way to a thousand connected devices. First as in production: from the operator's call that starts it,
 * to the server's own process with its database, until the last device has verified the signed manifest, over TLS 1.3
 * with a certificate per device. Then the brokers alone, ours against Mosquitto. Server and devices are
 * processes of their own on one machine, the devices all in one; loopback only.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Figure, median } from '../figure.ts'
import { Server } from '../support/installed-server.ts'
import { costOf, end, said, startProgram } from '../support/programs.ts'
import type { FleetJob } from './fan-out-fleet.ts'
import { plainFanOut } from './fan-out-plain.ts'

const DEVICES = 1000
const RUNS = 9
const COHORT = 'homes'

export async function fanOutBench(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-fan-out-'))
  try {
    return [
      await rolloutFanOut(join(folder, 'server')),
      await plainFanOut(folder, { devices: DEVICES, runs: RUNS }),
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function rolloutFanOut(folder: string): Promise<Figure> {
  const server = await Server.start(folder)
  const fleet = startProgram('fan-out/fan-out-fleet.ts')
  try {
    fleet.send(await fleetJob(server))
    await said(fleet, 'ready')
    const rounds: Round[] = []
    // The first round warms up and does not count.
    for (let run = 0; run <= RUNS; run += 1) {
      const round = await measureRound(server, fleet)
      if (run > 0) rounds.push(round)
    }
    const peakMemoryMiB = costOf(server.process.pid)?.peakMemoryMiB
    return {
      what: `rollout start to the last of ${DEVICES} devices having verified its manifest, TLS 1.3 with client certificates (peak memory of the server, its CPU per rollout)`,
      median: median(rounds.map(({ ms }) => ms)),
      unit: 'ms',
      runs: RUNS,
      ...(peakMemoryMiB === undefined
        ? {}
        : { peakMemoryMiB, cpuSeconds: median(rounds.map(({ cpuSeconds }) => cpuSeconds)) }),
    }
  } finally {
    await end(fleet)
    await end(server.process)
  }
}

/**
 * Devices enrol through EST with a token each, as they do in the field. The server bounds handshakes a second, which
 * at most makes a device wait, and failed attempts, of which there are none.
 */
async function fleetJob(server: Server): Promise<FleetJob> {
  const { id: product, trust, serverCa } = await server.publishProduct()
  const tokens: string[] = []
  for (let i = 0; i < DEVICES; i += 1) tokens.push(await server.enrolmentToken(COHORT))
  return {
    ...{ port: server.ports.mqtt, devices: DEVICES, product, cohort: COHORT },
    secured: {
      ...{ ca: serverCa, enrolAt: `https://127.0.0.1:${server.ports.public}`, tokens },
      keySet: trust['director.jwks'] ?? '',
    },
  }
}

interface Round {
  readonly ms: number
  /** Of the server. */
  readonly cpuSeconds: number
}

async function measureRound(
  server: Server,
  fleet: ReturnType<typeof startProgram>,
): Promise<Round> {
  const cpuSeconds = () => costOf(server.process.pid)?.cpuSeconds ?? 0
  const cpuBefore = cpuSeconds()
  const over = said(fleet, 'round')
  const startNs = process.hrtime.bigint()
  const [rollout, { lastNs, offered }] = await Promise.all([server.startRollout(COHORT), over])
  if (offered !== rollout) throw new Error(`devices were offered ${offered}, not ${rollout}`)
  // Its answer comes behind the acknowledgements of the devices, which are part of the server's work.
  await server.lookAtRollout(rollout)
  const cpuAfter = cpuSeconds()

  const [calledBack] = await Promise.all([said(fleet, 'round'), server.withdrawRollout(rollout)])
  if (calledBack.offered !== undefined) throw new Error(`${calledBack.offered} is still offered`)
  return {
    ms: Number(BigInt(lastNs) - startNs) / 1e6,
    cpuSeconds: cpuAfter - cpuBefore,
  }
}
