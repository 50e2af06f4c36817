/**
 * What brokers that are not ours can do, as far as it matters here. One row each, and nowhere else a
 * question which broker it is. Tried with the versions that Debian 12 has: Mosquitto 2.0.11, NATS 2.9.10,
 * RabbitMQ 3.10.8; EMQX as its documentation says (docs/operating/brokers.md).
 */

export const BROKER_KINDS = ['mosquitto', 'nats', 'rabbitmq', 'emqx', 'other'] as const
export type BrokerKind = (typeof BROKER_KINDS)[number]

/** As in CONNECT: 4 is MQTT 3.1.1, 5 is MQTT 5. */
export type MqttVersion = 4 | 5

export interface BrokerTraits {
  /** The first is spoken unless the settings say otherwise. */
  readonly versions: readonly [MqttVersion, ...MqttVersion[]]
  /**
   * Whether `$share/…` spreads reports over several servers. Elsewhere the server that leads takes all of
   * them.
   */
  readonly sharesReports: boolean
  /**
   * What devices should subscribe with. At NATS a subscription of QoS 1 is a stream consumer with
   * permissions of its own; the access file grants it only when asked to.
   */
  readonly deviceQos: 0 | 1
  /** Whether subscribing with a wildcard brings retained messages: who is online, to a server that starts. */
  readonly retainedForWildcards: boolean
  /**
   * Whether sessions that are there when rules are read again get nothing more, though the broker keeps what is said
   * to them: NATS 2.9.10, until it is restarted. Subscriptions of QoS 0 go on.
   */
  readonly rulesEndSessions: boolean
  /**
   * Whether a session may have a lifetime of its own. Mosquitto 2.0.11 that reads its rules while such a session has no
   * connection puts it on its list of ending sessions once more, and crashes over it later.
   */
  readonly sessionsMayExpire: boolean
  /** Whether a subscription that is not allowed ends the connection, instead of being refused in SUBACK. */
  readonly refusalDisconnects: boolean
}

const CAREFUL: BrokerTraits = {
  versions: [4, 5],
  sharesReports: false,
  deviceQos: 1,
  retainedForWildcards: true,
  rulesEndSessions: false,
  sessionsMayExpire: true,
  refusalDisconnects: false,
}

const TRAITS: Readonly<Record<BrokerKind, BrokerTraits>> = {
  mosquitto: { ...CAREFUL, versions: [5, 4], sharesReports: true, sessionsMayExpire: false },
  nats: { ...CAREFUL, versions: [4], deviceQos: 0, rulesEndSessions: true },
  rabbitmq: { ...CAREFUL, versions: [4], retainedForWildcards: false, refusalDisconnects: true },
  emqx: { ...CAREFUL, versions: [5, 4], sharesReports: true },
  other: CAREFUL,
}

export function traitsOf(kind: BrokerKind): BrokerTraits {
  return TRAITS[kind]
}
