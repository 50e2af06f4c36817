/**
 * One manifest to a thousand connected devices: from its publication to the last device that has verified it. First as
 * in production, over TLS 1.3 with a certificate per device; then plain, the embedded broker against Mosquitto
 * on the same message with the same devices. Broker and devices are processes of their own; loopback only.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey } from '@fleetward/platform'
import {
  cohortAudience,
  cohortManifestTopic,
  directorIssuer,
  encodeKeySet,
  keySetKeyId,
  MANIFEST_LIFETIME_SECONDS,
  type Manifest,
  signManifest,
} from '@fleetward/shared'
import { connectAsync } from 'mqtt'
import { FleetAuthority } from '../packages/server/src/enrolment/fleet-authority.ts'
import { openAuthority } from '../packages/server/src/tls/certificate-authority.ts'
import { openServerCertificate } from '../packages/server/src/tls/server-certificate.ts'
import { generateP256, x509 } from '../packages/server/src/tls/x509.ts'
import { MOSQUITTO, startMosquitto } from '../packages/server/test/support/mosquitto.ts'
import type { BrokerJob, BrokerMessage } from './fan-out-broker.ts'
import type { FleetJob, FleetMessage } from './fan-out-fleet.ts'
import { type Figure, median } from './figure.ts'

const DEVICES = 1000
const RUNS = 9
const PRODUCT = 'gateway'
const COHORT = 'homes'
const TOPIC = cohortManifestTopic(PRODUCT, COHORT)
const AUDIENCE = cohortAudience(PRODUCT, COHORT)
/** Ours: a rollout begins within a second, certificates and all. */
const VERIFIED_GOAL_MS = 1000

interface Measured {
  readonly ms: readonly number[]
  readonly peakMemoryMiB: number
}

export async function fanOutBench(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-fan-out-'))
  try {
    const verified = await measureEmbedded(join(folder, 'secured'), true, await tlsOf(folder))
    const received = await measureEmbedded(join(folder, 'plain'), false)
    const mosquitto = MOSQUITTO === undefined ? undefined : await measureMosquitto(folder)
    return [
      {
        what: `manifest to the last of ${DEVICES} devices having verified it, TLS 1.3 with client certificates`,
        median: median(verified.ms),
        unit: 'ms',
        runs: RUNS,
        goal: VERIFIED_GOAL_MS,
        peakMemoryMiB: verified.peakMemoryMiB,
      },
      {
        what: `manifest to the last of ${DEVICES} devices having received it, plain, embedded broker`,
        median: median(received.ms),
        unit: 'ms',
        runs: RUNS,
        peakMemoryMiB: received.peakMemoryMiB,
        ...(mosquitto === undefined
          ? {}
          : { peer: { name: 'Mosquitto', median: median(mosquitto) }, goal: 1 }),
      },
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function measureEmbedded(folder: string, verify: boolean, tls?: Tls): Promise<Measured> {
  const broker = start('fan-out-broker.ts')
  try {
    const job: BrokerJob = {
      ...{ folder, product: PRODUCT, cohort: COHORT },
      ...(tls === undefined ? {} : { tls: tls.broker }),
    }
    broker.send(job)
    const { port } = (await said(broker, 'open')) as BrokerMessage & { is: 'open' }
    const ms = await measure({ port, verify, tls: tls?.devices }, async (token) => {
      const published = said(broker, 'published')
      broker.send({ topic: TOPIC, token })
      return BigInt(((await published) as BrokerMessage & { is: 'published' }).atNs)
    })
    return { ms, peakMemoryMiB: peakMemoryMiB(broker.pid ?? 0) }
  } finally {
    await end(broker)
  }
}

async function measureMosquitto(folder: string): Promise<readonly number[]> {
  const settings = ['allow_anonymous true', 'set_tcp_nodelay true']
  const mosquitto = await startMosquitto(join(folder, 'mosquitto'), settings)
  try {
    const publisher = await connectAsync(`mqtt://127.0.0.1:${mosquitto.port}`, {
      clientId: 'server',
    })
    try {
      return await measure({ port: mosquitto.port, verify: false }, async (token) => {
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
  { port, verify, tls }: { port: number; verify: boolean; tls?: FleetJob['tls'] | undefined },
  publish: (token: string) => Promise<bigint>,
): Promise<readonly number[]> {
  const director = generateKey('ed25519')
  const kid = keySetKeyId(director.publicKey.bytes)
  const key = await director.toCryptoKey()
  const fleet = start('fan-out-fleet.ts')
  try {
    const job: FleetJob = {
      ...{ port, verify, devices: DEVICES, topic: TOPIC, product: PRODUCT, audience: AUDIENCE },
      keySet: Buffer.from(encodeKeySet([director.publicKey.bytes])).toString(),
      ...(tls === undefined ? {} : { tls }),
    }
    fleet.send(job)
    await said(fleet, 'ready')
    const rounds: number[] = []
    for (let seq = 1; seq <= RUNS + 1; seq += 1) {
      const token = await signManifest(manifest(seq), { kid, key })
      const over = said(fleet, 'round')
      const startNs = await publish(token)
      const { lastNs } = (await over) as FleetMessage & { is: 'round' }
      if (seq > 1) rounds.push(Number(BigInt(lastNs) - startNs) / 1e6)
    }
    return rounds
  } finally {
    await end(fleet)
  }
}

interface Tls {
  readonly broker: NonNullable<BrokerJob['tls']>
  readonly devices: NonNullable<FleetJob['tls']>
}

async function tlsOf(folder: string): Promise<Tls> {
  const now = new Date()
  const serverCa = await openAuthority(folder, 'server-ca', now)
  const authority = new FleetAuthority(await openAuthority(folder, 'fleet-ca', now))
  // One key for all of them: the handshakes cost the same, and making a thousand keys is not measured here.
  const pair = await generateP256()
  const spki = Buffer.from(await crypto.subtle.exportKey('spki', pair.publicKey))
  const key = await crypto.subtle.exportKey('pkcs8', pair.privateKey)
  const certificates: string[] = []
  for (let number = 0; number < DEVICES; number += 1) {
    certificates.push((await authority.issue(PRODUCT, `device-${number}`, spki, now)).pem)
  }
  return {
    broker: {
      certificate: await openServerCertificate(folder, serverCa, ['127.0.0.1'], now),
      fleetCaPem: authority.pem,
    },
    devices: {
      ca: serverCa.pem,
      key: x509.PemConverter.encode(key, 'PRIVATE KEY'),
      certificates,
    },
  }
}

function manifest(seq: number): Manifest {
  const now = Math.floor(Date.now() / 1000)
  return {
    ...{ iss: directorIssuer(PRODUCT), aud: AUDIENCE, iat: now, seq },
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

function start(program: string): ChildProcess {
  return fork(new URL(program, import.meta.url), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
}

/** The next message of this kind; what failed there fails here. */
function said(child: ChildProcess, kind: string): Promise<BrokerMessage | FleetMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<BrokerMessage | FleetMessage>()
  const onMessage = (message: BrokerMessage | FleetMessage) => {
    if (message.is === 'failed') reject(new Error(message.why))
    if (message.is === kind) resolve(message)
  }
  const onExit = () => reject(new Error('a process of the benchmark ended'))
  child.on('message', onMessage)
  child.on('exit', onExit)
  return promise.finally(() => {
    child.off('message', onMessage)
    child.off('exit', onExit)
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}

/** Linux alone has it without asking the process itself. */
function peakMemoryMiB(pid: number): number {
  const file = `/proc/${pid}/status`
  const status = existsSync(file) ? readFileSync(file, 'utf8') : ''
  return Math.round(Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024)
}
