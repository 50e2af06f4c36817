/**
 * Simulated devices in a process of their own: lets them all join, then reports each round's last arrival. Whatever goes
 * wrong, a device that was disconnected or a manifest that does not verify, ends the process.
 */
import { connect as connectTcp } from 'node:net'
import type { Duplex } from 'node:stream'
import {
  cohortAudience,
  cohortManifestTopic,
  commandTopic,
  deviceManifestTopic,
  importKeySet,
  verifyManifest,
} from '@fleetward/shared'
import { connectDevice, enrolDevice } from '../enrolled-device.ts'
import { simulateDevice } from '../support/simulated-device.ts'

export interface FleetJob {
  /** Of the broker. */
  readonly port: number
  readonly devices: number
  readonly product: string
  readonly cohort: string
  /**
   * With it: TLS 1.3, a key and a certificate per device, an agent's topics, and every manifest is verified. Without: what
   * comes is counted and nothing more, so that the broker is measured and not the devices.
   */
  readonly secured?: {
    readonly ca: string
    /** The public listener. */
    readonly enrolAt: string
    /** One per device. */
    readonly tokens: readonly string[]
    /** JWKS of the director. */
    readonly keySet: string
  }
}

export type FleetMessage =
  | { readonly is: 'ready' }
  | {
      readonly is: 'round'
      /** Nanoseconds of the monotonic clock, which all processes of a machine share. */
      readonly lastNs: string
      /** The rollout that the last verified manifest offers, if it offers one. */
      readonly offered?: string | undefined
    }

const AT_ONCE = 50

process.on('message', (job: FleetJob) => void run(job))

async function run(job: FleetJob): Promise<void> {
  let done = 0
  const oneDone = (offered?: string) => {
    done += 1
    if (done < job.devices) return
    done = 0
    tell({ is: 'round', lastNs: `${process.hrtime.bigint()}`, offered })
  }
  const onMessage = job.secured === undefined ? () => oneDone() : await verifying(job, oneDone)
  for (let first = 0; first < job.devices; first += AT_ONCE) {
    const count = Math.min(AT_ONCE, job.devices - first)
    const batch = Array.from({ length: count }, async (_, index) => {
      const number = first + index
      const device = `device-${number}`
      const connection = await connect(job, number, device)
      await simulateDevice(connection, device, topicsOf(job, device), onMessage).ready
      connection.once('close', () => {
        throw new Error(`${device} was disconnected`)
      })
    })
    await Promise.all(batch)
  }
  tell({ is: 'ready' })
}

async function verifying(
  { secured, product, cohort }: FleetJob,
  verified: (offered?: string) => void,
): Promise<(payload: Buffer) => Promise<void>> {
  const keys = await importKeySet(Buffer.from(secured?.keySet ?? ''))
  const audience = cohortAudience(product, cohort)
  return async (payload) => {
    const now = Math.floor(Date.now() / 1000)
    const facts = { keys, product, audience, now }
    const { offers } = await verifyManifest(payload.toString(), facts)
    verified(offers.find(({ withdrawn }) => withdrawn !== true)?.rollout)
  }
}

async function connect(job: FleetJob, number: number, device: string): Promise<Duplex> {
  const { port, product, secured } = job
  const host = '127.0.0.1'
  if (secured === undefined) return connectTcp({ port, host, noDelay: true })
  const token = secured.tokens[number] ?? ''
  return connectDevice(port, await enrolDevice(secured, { product, device }, token))
}

function topicsOf({ product, cohort, secured }: FleetJob, device: string): readonly string[] {
  const manifests = cohortManifestTopic(product, cohort)
  if (secured === undefined) return [manifests]
  return [manifests, deviceManifestTopic(product, device), commandTopic(product, device)]
}

function tell(message: FleetMessage): void {
  process.send?.(message)
}
