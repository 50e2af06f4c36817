/** What an outside broker needs to know of devices. The adapter is adapters/sql/broker/broker-store.ts. */
import type { DeviceAtBroker } from './access-rules.ts'

export interface BrokerStore {
  /** Everybody that may connect. */
  admitted(): Promise<readonly DeviceAtBroker[]>

  /** Devices that were revoked and not enrolled again. */
  shutOut(): Promise<readonly string[]>

  /** Certificates that open nothing any more, though they have not expired at `now`. */
  spentCertificates(now: number): Promise<readonly SpentCertificate[]>

  /** Whichever server it told. */
  isOnline(device: string): Promise<boolean>
}

export interface SpentCertificate {
  /** Lower-case hex. */
  readonly serial: string
}
