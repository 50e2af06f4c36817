/**
 * Like for like: the embedded broker against Mosquitto, both without TLS and database, the same message to the
 * same devices. From handing it to the broker to the last device that has received it.
 */
import { join } from 'node:path'
import { generateKey } from '@fleetward/platform'
import {
  cohortAudience,
  cohortManifestTopic,
  directorIssuer,
  keySetKeyId,
  MANIFEST_LIFETIME_SECONDS,
  type Manifest,
  signManifest,
} from '@fleetward/shared'
import { connectAsync } from 'mqtt'
import { MOSQUITTO, startMosquitto } from '../../packages/server/test/support/mosquitto.ts'
import { type Figure, median } from '../figure.ts'
import { costOf, end, said, startProgram } from '../support/programs.ts'
import type { BrokerJob } from './fan-out-broker.ts'
import type { FleetJob } from './fan-out-fleet.ts'

const PRODUCT = 'gateway'
const COHORT = 'homes'
const TOPIC = cohortManifestTopic(PRODUCT, COHORT)

interface Size {
  readonly devices: number
  readonly runs: number
}

export async function plainFanOut(folder: string, size: Size): Promise<Figure> {
  const { ms, peakMemoryMiB } = await measureEmbedded(join(folder, 'plain'), size)
  const mosquitto = MOSQUITTO === undefined ? undefined : await measureMosquitto(folder, size)
  return {
    what: `manifest to the last of ${size.devices} devices having received it, plain, embedded broker`,
    median: median(ms),
    unit: 'ms',
    runs: size.runs,
    ...(peakMemoryMiB === undefined ? {} : { peakMemoryMiB }),
    ...(mosquitto === undefined ? {} : { peer: { name: 'Mosquitto', median: median(mosquitto) } }),
  }
}

async function measureEmbedded(folder: string, size: Size) {
  const broker = startProgram('fan-out/fan-out-broker.ts')
  try {
    broker.send({ folder, product: PRODUCT, cohort: COHORT } satisfies BrokerJob)
    const { port } = await said(broker, 'open')
    const ms = await measure(port, size, async (token) => {
      const published = said(broker, 'published')
      broker.send({ topic: TOPIC, token })
      return BigInt((await published).atNs)
    })
    return { ms, peakMemoryMiB: costOf(broker.pid)?.peakMemoryMiB }
  } finally {
    await end(broker)
  }
}

async function measureMosquitto(folder: string, size: Size): Promise<readonly number[]> {
  const settings = ['allow_anonymous true', 'set_tcp_nodelay true']
  const mosquitto = await startMosquitto(join(folder, 'mosquitto'), settings)
  try {
    const publisher = await connectAsync(`mqtt://127.0.0.1:${mosquitto.port}`, {
      clientId: 'server',
    })
    try {
      return await measure(mosquitto.port, size, async (token) => {
        const atNs = process.hrtime.bigint()
        publisher.publish(TOPIC, token, { qos: 1, retain: true })
        return atNs
      })
    } finally {
      await publisher.endAsync(true)
    }
  } finally {
    await mosquitto.stop()
  }
}

/** The first round warms up and does not count. */
async function measure(
  port: number,
  { devices, runs }: Size,
  publish: (token: string) => Promise<bigint>,
): Promise<readonly number[]> {
  const director = generateKey('ed25519')
  const kid = keySetKeyId(director.publicKey.bytes)
  const key = await director.toCryptoKey()
  const fleet = startProgram('fan-out/fan-out-fleet.ts')
  try {
    fleet.send({ port, devices, product: PRODUCT, cohort: COHORT } satisfies FleetJob)
    await said(fleet, 'ready')
    const rounds: number[] = []
    for (let seq = 1; seq <= runs + 1; seq += 1) {
      const token = await signManifest(manifest(seq), { kid, key })
      const over = said(fleet, 'round')
      const startNs = await publish(token)
      const { lastNs } = await over
      if (seq > 1) rounds.push(Number(BigInt(lastNs) - startNs) / 1e6)
    }
    return rounds
  } finally {
    await end(fleet)
  }
}

function manifest(seq: number): Manifest {
  const now = Math.floor(Date.now() / 1000)
  return {
    ...{ iss: directorIssuer(PRODUCT), aud: cohortAudience(PRODUCT, COHORT), iat: now, seq },
    exp: now + MANIFEST_LIFETIME_SECONDS,
    offers: [
      {
        ...{ rollout: 'r-1', attempt: 1, share: { salt: 'bench', upTo: 10_000 } },
        release: {
          ...{ path: 'security/1.4.3/gateway.tar.gz', version: '1.4.3', kind: 'security' },
          ...{ securityCounter: 2, length: 1_000_000, sha256: 'a'.repeat(64) },
        } as const,
        policy: { apply: 'automatic', spread: 0, retryAfter: 300 } as const,
        notice: { summary: 'Fixes a hole', severity: 'high', advisories: ['BENCH-1'] } as const,
      },
    ],
  }
}
