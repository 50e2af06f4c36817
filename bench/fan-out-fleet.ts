/** Simulated devices in a process of their own: connects them all, then reports each round's last arrival. */
import { connect as connectTcp } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { importKeySet, verifyManifest } from '@fleetward/shared'
import { simulateDevice } from './fan-out-device.ts'

export interface FleetJob {
  readonly port: number
  readonly devices: number
  readonly topic: string
  readonly product: string
  readonly audience: string
  /** JWKS of the director. */
  readonly keySet: string
  /** False: what comes is counted and nothing more, so that the broker is measured and not the devices. */
  readonly verify: boolean
  /** With it: TLS 1.3 and a certificate per device. */
  readonly tls?: { readonly ca: string; readonly key: string; readonly certificates: string[] }
}

export type FleetMessage =
  | { readonly is: 'ready' }
  /** Nanoseconds of the monotonic clock, which all processes of a machine share. */
  | { readonly is: 'round'; readonly lastNs: string }
  | { readonly is: 'failed'; readonly why: string }

const AT_ONCE = 50

process.on('message', (job: FleetJob) => {
  run(job).catch((error: unknown) => tell({ is: 'failed', why: String(error) }))
})

async function run(job: FleetJob): Promise<void> {
  const keys = await importKeySet(Buffer.from(job.keySet))
  let done = 0
  const oneDone = () => {
    done += 1
    if (done < job.devices) return
    done = 0
    tell({ is: 'round', lastNs: `${process.hrtime.bigint()}` })
  }
  const onMessage = (payload: Buffer) => {
    if (!job.verify) return oneDone()
    const now = Math.floor(Date.now() / 1000)
    const { product, audience } = job
    verifyManifest(payload.toString(), { keys, product, audience, now }).then(
      oneDone,
      (error: unknown) => tell({ is: 'failed', why: String(error) }),
    )
  }
  for (let first = 0; first < job.devices; first += AT_ONCE) {
    const batch = Array.from({ length: Math.min(AT_ONCE, job.devices - first) }, (_, index) => {
      const number = first + index
      return simulateDevice(connectionOf(job, number), `device-${number}`, job.topic, onMessage)
        .ready
    })
    await Promise.all(batch)
  }
  tell({ is: 'ready' })
}

function connectionOf({ port, tls }: FleetJob, number: number) {
  if (tls === undefined) return connectTcp({ port, host: '127.0.0.1', noDelay: true })
  const cert = tls.certificates[number] ?? ''
  return connectTls({ port, host: '127.0.0.1', ca: tls.ca, key: tls.key, cert })
}

function tell(message: FleetMessage): void {
  process.send?.(message)
}
