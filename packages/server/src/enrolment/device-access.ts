/**
 * Whether a certificate that the fleet CA signed still opens anything. Asked in the database for every
 * connection and every request, so that a revoked or replaced certificate is worth nothing at once.
 */
import type { DeviceAtBroker } from '../broker/access-rules.ts'
import { HttpError } from '../http/problem.ts'
import type { CertifiedDevice } from '../tls/device-identity.ts'
import type { EnrolmentStore } from './enrolment-store.ts'

export interface AdmittedDevice extends CertifiedDevice {
  /** The cohort on record; undefined while its manifests are closed to the device. */
  readonly cohort: string | undefined
  /** No offer reaches it, and no artifact. */
  readonly isQuarantined: boolean
}

export class DeviceAccess {
  readonly #store: EnrolmentStore

  constructor(store: EnrolmentStore) {
    this.#store = store
  }

  /** What the device may read, whatever it shows; undefined for one that may not come in. */
  async standing(device: string): Promise<DeviceAtBroker | undefined> {
    const found = await this.#store.findDevice(device)
    if (found === undefined || found.isRevoked) return undefined
    const { product, isQuarantined, isHeld } = found
    const cohort = isQuarantined || isHeld ? undefined : found.cohort
    return { product, device, cohort, isQuarantined }
  }

  /** The device, if it is on record with this product and this certificate. */
  async admit(shown: CertifiedDevice): Promise<AdmittedDevice | undefined> {
    const device = await this.#store.admission(shown.device, shown.serial)
    if (device === undefined || device.isRevoked || device.product !== shown.product) {
      return undefined
    }
    const { certificate } = device
    // Who holds a stolen fleet CA can repeat a serial number, and has no device's key.
    if (certificate?.publicKey.equals(shown.publicKey) !== true) return undefined
    // The device has its renewed certificate in hand: the one before is not needed any more.
    if (certificate.state === 'pending') await this.#store.promote(shown.device, shown.serial)
    const { isQuarantined, isHeld } = device
    const cohort = isQuarantined || isHeld ? undefined : device.cohort
    return { ...shown, cohort, isQuarantined }
  }
}

export function notAdmitted(): HttpError {
  return new HttpError(
    403,
    'DEVICE_NOT_ADMITTED',
    'This certificate is not on record: it was replaced or revoked, or the device is unknown',
  )
}
