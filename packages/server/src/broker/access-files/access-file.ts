/**
 * Who may do what at a broker that is not ours, in that broker's own words. One section per device, since
 * no broker's patterns can tell a device's cohort from its name; what is not listed is refused.
 */
import type { DeviceAtBroker } from '../access-rules.ts'
import type { BrokerKind } from '../broker-kinds.ts'
import { emqxAcl } from './emqx-acl.ts'
import { mosquittoAcl } from './mosquitto-acl.ts'
import { natsAuthorization } from './nats-authorization.ts'
import { rabbitmqDefinitions } from './rabbitmq-definitions.ts'

export interface AtBroker {
  /** The name that the server has there: the common name of its certificate, or its user name. */
  readonly serverUser: string
  /** Everybody who may connect. */
  readonly devices: Iterable<DeviceAtBroker>
  /** Devices that may not any more, for a broker that forgets nobody by itself. */
  readonly shutOut: Iterable<string>
  /** With which devices subscribe. */
  readonly deviceQos: 0 | 1
}

export type AccessFormat = (at: AtBroker) => string

export const ACCESS_FORMATS: Readonly<Record<Exclude<BrokerKind, 'other'>, AccessFormat>> = {
  mosquitto: ({ serverUser, devices }) => mosquittoAcl(serverUser, devices),
  nats: natsAuthorization,
  rabbitmq: rabbitmqDefinitions,
  emqx: emqxAcl,
}

/** Undefined where nobody knows how that broker's file looks. */
export function accessFormatOf(kind: BrokerKind): AccessFormat | undefined {
  return kind === 'other' ? undefined : ACCESS_FORMATS[kind]
}
