/**
 * What a device may do at the broker (protocol §8.2). Pure: the identity comes from the certificate, the cohort
 * from the database. Whatever is not named here is refused.
 */
import {
  cohortManifestTopic,
  commandTopic,
  deviceManifestTopic,
  PRESENCE_LENGTH_MAX_BYTES,
  presenceTopic,
  REPORT_LENGTH_MAX_BYTES,
  reportTopic,
} from '@fleetward/shared'

export interface DeviceAtBroker {
  readonly product: string
  readonly device: string
  /** Undefined while the device is held or in quarantine: its cohort's manifests are closed to it. */
  readonly cohort: string | undefined
  /** Its own manifests are closed to it as well. */
  readonly isQuarantined: boolean
}

/** Every topic of one device, for those who write them down for another broker. */
export function topicsOf(who: DeviceAtBroker): {
  read: readonly string[]
  write: readonly string[]
} {
  const { product, device, cohort, isQuarantined } = who
  return {
    read: [
      ...(cohort === undefined ? [] : [cohortManifestTopic(product, cohort)]),
      ...(isQuarantined ? [] : [deviceManifestTopic(product, device)]),
      commandTopic(product, device),
    ],
    write: [reportTopic(product, device), presenceTopic(product, device)],
  }
}

/** The server's own topics at another broker, as filters. */
export const SERVER_TOPICS = {
  read: ['ota/1/+/devices/+/report', 'ota/1/+/devices/+/presence'],
  write: ['ota/1/+/cohorts/+/manifest', 'ota/1/+/devices/+/manifest', 'ota/1/+/devices/+/command'],
} as const

/**
 * What the server says to itself, to know that everything said before it has come: a report of a device that does not
 * exist, since nobody is enrolled under the server's name.
 */
export const MARKER_TOPIC = 'ota/1/fleetward/devices/fleetward-server/report'

/** One exact topic at a time: a filter with a wildcard is none of these strings. */
export function maySubscribe(who: DeviceAtBroker, filter: string): boolean {
  return topicsOf(who).read.includes(filter)
}

export interface Publication {
  readonly topic: string
  readonly qos: number
  readonly retain: boolean
  readonly payload: Uint8Array
}

export type DeviceMessage =
  | { readonly kind: 'report'; readonly token: string }
  | { readonly kind: 'presence'; readonly online: boolean }

/** What the device says, or undefined when it may not say this here. */
export function messageOf(
  who: { readonly product: string; readonly device: string },
  { topic, qos, retain, payload }: Publication,
): DeviceMessage | undefined {
  // QoS 2 would keep state per message for a sender who never completes it.
  if (qos > 1) return undefined
  if (topic === reportTopic(who.product, who.device)) {
    // Retained reports would be told again to whoever subscribes next.
    if (retain || payload.length === 0 || payload.length > REPORT_LENGTH_MAX_BYTES) return undefined
    return { kind: 'report', token: Buffer.from(payload).toString('latin1') }
  }
  if (topic === presenceTopic(who.product, who.device)) {
    if (payload.length > PRESENCE_LENGTH_MAX_BYTES) return undefined
    const text = Buffer.from(payload).toString('latin1')
    if (text === 'online' || text === 'offline')
      return { kind: 'presence', online: text === 'online' }
  }
  return undefined
}

/** What is wrong with CONNECT itself (protocol §8.3), or undefined. */
export function refusalOfConnect(
  who: { readonly product: string; readonly device: string },
  connect: {
    readonly clean?: boolean | undefined
    readonly will?:
      | {
          readonly topic: string
          readonly payload: string | Buffer
          readonly qos?: number | undefined
        }
      | undefined
  },
): string | undefined {
  // A session that outlives its connection is a queue on our disk for a device that may never return.
  if (connect.clean !== true) return 'SESSION_NOT_CLEAN'
  if (connect.will === undefined) return undefined
  const { topic, qos = 0 } = connect.will
  const payload = Buffer.from(connect.will.payload)
  const will = messageOf(who, { topic, qos, retain: true, payload })
  return will?.kind === 'presence' && !will.online ? undefined : 'WILL_FORBIDDEN'
}
