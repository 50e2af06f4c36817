/**
 * Gets the device its identity and keeps it: enrols with the factory pack's token, and renews the
 * certificate when a third of its life is left (protocol §10). A server that is away, or a token
 * that it does not take, is asked again with backoff; the product runs meanwhile.
 */
import { codeOf } from '@fleetward/shared'
import type { ClientIdentity, HttpsClient } from '../connection/https-client.ts'
import { type Backoff, backoffMs } from '../core/backoff.ts'
import type { ActivityLog, Chance, Log, Timer } from '../ports.ts'
import type { DeviceName } from './device-certificate.ts'
import type { FactoryPack } from './factory-pack.ts'
import { type DeviceIdentity, enrol, findIdentity, isRenewalDue, renew } from './identity.ts'

export interface IdentityKeeping {
  readonly folder: string
  readonly name: DeviceName
  readonly publicClient: HttpsClient
  readonly deviceClient: HttpsClient
  readonly pack: FactoryPack
  readonly timer: Timer
  readonly chance: Chance
  readonly backoff: Backoff
  readonly log: Log
  readonly activity: ActivityLog
  nowMs(): number
  readonly signal: AbortSignal
  /** The first one, and each renewed one. */
  onIdentity(identity: ClientIdentity): void
}

const LOOK_EVERY_MS = 12 * 3_600_000

/** Runs until the signal aborts; rejects only with what nobody foresaw. */
export async function keepIdentity(keeping: IdentityKeeping): Promise<void> {
  const { timer, signal, onIdentity, log, activity } = keeping
  let identity = await untilDone(keeping, 'enrolment-failed', () => firstIdentity(keeping))
  if (identity === undefined) return
  log.write('info', 'enrolled', { until: identity.certificate.validToDate.toISOString() })
  onIdentity(identity.tls)
  while (!signal.aborted) {
    if (isRenewalDue(identity, keeping.nowMs())) {
      const current: DeviceIdentity = identity
      const renewed = await untilDone(keeping, 'renewal-failed', () => renewal(keeping, current))
      if (renewed === undefined) return
      identity = renewed
      const facts = { until: renewed.certificate.validToDate.toISOString() }
      log.write('info', 'renewed', facts)
      await activity.record({ class: 'security', event: 'identity-renewed', by: 'server', facts })
      onIdentity(renewed.tls)
    }
    await timer.wait(LOOK_EVERY_MS, signal)
  }
}

async function firstIdentity(keeping: IdentityKeeping): Promise<DeviceIdentity> {
  const { folder, name, pack, publicClient, signal } = keeping
  const present = await findIdentity(folder, name)
  if (present !== undefined) return present
  const { enrolmentToken } = pack
  if (enrolmentToken === undefined) throw new NoTokenError()
  const { public: server } = pack.server
  const enrolled = await enrol({
    ...{ folder, name, client: publicClient, server, token: enrolmentToken, signal },
  })
  const facts = { until: enrolled.certificate.validToDate.toISOString() }
  const entry = { class: 'security', event: 'identity-enrolled', by: 'server', facts } as const
  await keeping.activity.record(entry)
  return enrolled
}

function renewal(keeping: IdentityKeeping, identity: DeviceIdentity): Promise<DeviceIdentity> {
  const { folder, pack, deviceClient, signal } = keeping
  return renew({ folder, identity, client: deviceClient, server: pack.server.device, signal })
}

/** undefined once the signal has aborted. */
async function untilDone(
  { timer, chance, backoff, log, signal }: IdentityKeeping,
  event: string,
  attempt: () => Promise<DeviceIdentity>,
): Promise<DeviceIdentity | undefined> {
  for (let failures = 1; !signal.aborted; failures += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (signal.aborted) return undefined
      const failure = error instanceof NoTokenError ? error : codeOf(error)
      if (failure === undefined) throw error
      log.write('warning', event, { ...failure.facts, code: failure.code })
      await timer.wait(backoffMs(failures, backoff, chance.share()), signal)
    }
  }
  return undefined
}

/** The pack was put on without a token, and the device has no identity yet. */
class NoTokenError extends Error {
  readonly code = 'ENROLMENT_TOKEN_MISSING'
  readonly facts = { next: 'put a file enrolment-token into the factory pack and start again' }
}
