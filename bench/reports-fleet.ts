/**
 * Devices that report, in a process of their own. All their reports are signed before the clock starts; then every
 * device sends its next one as soon as the one before but {@link IN_FLIGHT} is acknowledged. The server acknowledges
 * what is durable, so the last acknowledgement ends the measurement.
 */
import { commandTopic, type Report, reportTopic, signReport, tokenDigest } from '@fleetward/shared'
import { connectDevice, type EnrolmentPlace, enrolDevice } from './enrolled-device.ts'
import { type SimulatedDevice, simulateDevice } from './support/simulated-device.ts'

export interface ReportsJob extends EnrolmentPlace {
  readonly port: number
  readonly product: string
  /** One per device. */
  readonly tokens: readonly string[]
  readonly rounds: number
  /** Each device's per round; the server lets a device send 256 at once and ten a second after that. */
  readonly reportsPerRound: number
}

export type ReportsMessage =
  | { readonly is: 'ready' }
  | { readonly is: 'reported'; readonly reports: number; readonly ms: number }

const AT_ONCE = 50
const IN_FLIGHT = 8

interface Reporter {
  readonly device: SimulatedDevice
  readonly topic: string
  readonly reports: readonly string[]
}

process.once('message', (job: ReportsJob) => void run(job))

async function run(job: ReportsJob): Promise<void> {
  const reporters: Reporter[] = []
  for (let first = 0; first < job.tokens.length; first += AT_ONCE) {
    const batch = job.tokens.slice(first, first + AT_ONCE)
    reporters.push(...(await Promise.all(batch.map((_, i) => reporterOf(job, first + i)))))
  }
  let round = 0
  process.on('message', () => {
    const from = round * job.reportsPerRound
    round += 1
    void measure(reporters, from, from + job.reportsPerRound)
  })
  tell({ is: 'ready' })
}

async function measure(reporters: readonly Reporter[], from: number, to: number): Promise<void> {
  const startMs = performance.now()
  await Promise.all(reporters.map((reporter) => sendAll(reporter, from, to)))
  const reports = reporters.length * (to - from)
  tell({ is: 'reported', reports, ms: performance.now() - startMs })
}

async function sendAll({ device, topic, reports }: Reporter, from: number, to: number) {
  const sent: Promise<void>[] = []
  for (let next = from; next < to; next += 1) {
    await sent[sent.length - IN_FLIGHT]
    sent.push(device.publish(topic, reports[next] ?? ''))
  }
  await Promise.all(sent)
}

async function reporterOf(job: ReportsJob, number: number): Promise<Reporter> {
  const { product, port } = job
  const name = { product, device: `device-${number}` }
  const enrolled = await enrolDevice(job, name, job.tokens[number] ?? '')
  const key = await enrolled.key.toCryptoKey()
  const reports: string[] = []
  for (let seq = 1; seq <= job.rounds * job.reportsPerRound; seq += 1) {
    const last = reports.at(-1)
    reports.push(await signReport(reportOf(name, seq, last), key))
  }
  const device = simulateDevice(
    connectDevice(port, enrolled),
    name.device,
    [commandTopic(product, name.device)],
    () => {},
  )
  await device.ready
  return { device, topic: reportTopic(product, name.device), reports }
}

function reportOf(
  { product, device }: { product: string; device: string },
  seq: number,
  before: string | undefined,
): Report {
  return {
    iss: `urn:fleetward:${product}:${device}`,
    aud: `fleetward:${product}:server`,
    iat: Math.floor(Date.now() / 1000),
    seq,
    prev: before === undefined ? '' : tokenDigest(before),
    state: 'idle',
    version: '1.4.2',
    securityCounter: 1,
    owner: { automaticSecurity: true, automaticFunctionality: false, optedOut: false },
    metadata: { root: 1, timestamp: 1, snapshot: 1, targets: 1 },
    nonce: `${seq}`.padStart(16, '0'),
  }
}

function tell(message: ReportsMessage): void {
  process.send?.(message)
}
