/** A broker as the rest of the server sees it, embedded or outside. */
import type { ManifestPublisher } from '../ports.ts'
import type { ServerCertificate } from '../tls/server-certificate.ts'
import type { DeviceAtBroker } from './access-rules.ts'
import type { BrokerHealth } from './broker-health.ts'

export interface Broker extends ManifestPublisher {
  /** The port devices connect to; 0 when the broker is not ours. */
  readonly port: number

  /** Whether a command would reach the device now. */
  canReach(device: string): boolean | Promise<boolean>

  /**
   * Hands a command to the device. True when the device was connected and the command is on its way; false
   * when nobody would receive it now.
   */
  sendCommand(product: string, device: string, token: string): Promise<boolean>

  /** Ends the device's session, for one that was revoked. Outside brokers have their own means. */
  disconnect(device: string): void

  /** What the device may read is this now: what else it subscribed to before must not reach it any more. */
  topicsChanged(who: DeviceAtBroker): void

  /**
   * A device was enrolled, held, let go or revoked: who may do what is another question now. Resolves when the
   * broker knows, or when it takes long.
   */
  accessChanged(): Promise<void>

  health(): BrokerHealth

  renewCertificate(certificate: ServerCertificate): void
  stop(): Promise<void>
}

/** Who a connection belongs to, from its certificate and the database. */
export interface DeviceIdentity {
  readonly product: string
  readonly device: string
  /** Of the certificate it shows, lower-case hex; undefined where an outside broker checked it. */
  readonly serial: string | undefined
}

/** What a broker passes on. */
export interface DeviceTraffic {
  /** Resolves when the report is durable, or refused for good: only then is it acknowledged. */
  report(who: DeviceIdentity, token: string): Promise<void>
  /** The same, on a connection that many devices share: a flood is refused there instead of waited out. */
  reportFromCrowd(who: DeviceIdentity, token: string): Promise<void>
  /** It has shown a certificate that counts, from this address. */
  connected(who: DeviceIdentity, address: string | undefined): void
  /** A connection of its own to the broker is new; once for each, and right before the first presence of it. */
  came(who: DeviceIdentity): void
  presence(who: DeviceIdentity, online: boolean): void
  /** The device can receive commands from now on. */
  listening(who: DeviceIdentity): void
  /** The device asks for the manifests of a cohort it is not in: it has missed that it was assigned. */
  strayed(who: DeviceIdentity): void
  /** The device may read another cohort's manifests from now on, and may have asked for them too early. */
  letIn(who: DeviceIdentity): void
}
