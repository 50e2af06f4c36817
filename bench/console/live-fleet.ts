/**
 * Devices that live through a rollout again and again, in a process of their own: each tells how its download goes, and
 * then that it is back at what it ran before, so that after a lap everything is as it was. Signed as it is sent.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { commandTopic, type Report, reportTopic, signReport, tokenDigest } from '@fleetward/shared'
import { connectDevice, type EnrolmentPlace, enrolDevice } from '../enrolled-device.ts'
import { simulateDevice } from '../support/simulated-device.ts'
import { PROGRESS, REPORTS_PER_LAP } from './lap.ts'

export interface LiveJob extends EnrolmentPlace {
  readonly port: number
  readonly product: string
  /** One per device. */
  readonly tokens: readonly string[]
}

export interface LapJob {
  readonly rollout: string
  /** Over which the devices spread what they say. */
  readonly lapMs: number
}

export type LiveMessage =
  | { readonly is: 'connected' }
  | { readonly is: 'lapped'; readonly reports: number }

const AT_ONCE = 30

type Say = (claims: Partial<Report>) => Promise<void>

process.once('message', (job: LiveJob) => void run(job))

async function run(job: LiveJob): Promise<void> {
  const devices: Say[] = []
  for (let first = 0; first < job.tokens.length; first += AT_ONCE) {
    const batch = job.tokens.slice(first, first + AT_ONCE)
    devices.push(...(await Promise.all(batch.map((_, index) => connected(job, first + index)))))
  }
  process.on('message', (lap: LapJob) => {
    void Promise.all(devices.map((say, index) => live(say, lap, index / devices.length))).then(() =>
      tell({ is: 'lapped', reports: devices.length * REPORTS_PER_LAP }),
    )
  })
  tell({ is: 'connected' })
}

/** `shift`: from 0 to 1, how much later than the first this device says each thing. */
async function live(say: Say, { rollout, lapMs }: LapJob, shift: number): Promise<void> {
  const stepMs = lapMs / REPORTS_PER_LAP
  await sleep(shift * stepMs)
  for (const progress of PROGRESS) {
    await say({ state: 'downloading', rollout, attempt: 1, progress })
    await sleep(stepMs)
  }
  await say({ state: 'idle' })
}

async function connected(job: LiveJob, number: number): Promise<Say> {
  const { product, port } = job
  const device = `device-${String(number).padStart(4, '0')}`
  const enrolled = await enrolDevice(job, { product, device }, job.tokens[number] ?? '')
  const key = await enrolled.key.toCryptoKey()
  const topics = [commandTopic(product, device)]
  const wire = simulateDevice(connectDevice(port, enrolled), device, topics, () => {})
  await wire.ready
  let seq = 0
  let prev = ''
  return async (claims) => {
    seq += 1
    const report: Report = {
      iss: `urn:fleetward:${product}:${device}`,
      aud: `fleetward:${product}:server`,
      iat: Math.floor(Date.now() / 1000),
      ...{ seq, prev, state: 'idle', version: '1.4.2', securityCounter: 1 },
      owner: { automaticSecurity: true, automaticFunctionality: false, optedOut: false },
      metadata: { root: 1, timestamp: 1, snapshot: 1, targets: 1 },
      nonce: `${seq}`.padStart(16, '0'),
      ...claims,
    }
    const token = await signReport(report, key)
    prev = tokenDigest(token)
    await wire.publish(reportTopic(product, device), token)
  }
}

function tell(message: LiveMessage): void {
  process.send?.(message)
}
