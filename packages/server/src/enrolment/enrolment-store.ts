/** What enrolment keeps. The adapter is adapters/sql/devices/enrolment-store.ts. */
import type { EnrolmentToken, TokenUse } from './enrolment-token.ts'
import type { IssuedCertificate } from './fleet-authority.ts'

/**
 * `pending`: issued by a renewal, not yet seen in use. Until then the one before stays valid, because the
 * answer that carried the new one may have been lost. `replaced` and `revoked` open nothing.
 */
export type CertificateState = 'current' | 'pending' | 'replaced' | 'revoked'

export interface DeviceCertificate extends IssuedCertificate {
  readonly device: string
  readonly state: CertificateState
  /** SPKI, DER. */
  readonly publicKey: Buffer
}

export interface EnrolledDevice {
  readonly id: string
  readonly product: string
  readonly cohort: string
  readonly isRevoked: boolean
  /** It gets no offers (devices/fleet-store.ts). */
  readonly isQuarantined: boolean
  /** Its turn in a rollout of its cohort has not come. */
  readonly isHeld: boolean
  /** Revoked for good; its id comes back only as that of an expected device. */
  readonly isDecommissioned: boolean
}

export interface Admission extends EnrolledDevice {
  readonly certificate: Pick<DeviceCertificate, 'state' | 'publicKey'> | undefined
}

export interface Enrolment {
  readonly tokenId: string
  readonly use: TokenUse
  readonly product: string
  readonly cohort: string
  readonly certificate: IssuedCertificate & { readonly publicKey: Buffer }
}

export interface EnrolmentStore {
  addToken(token: EnrolmentToken, createdAt: number): Promise<void>
  findToken(id: string): Promise<EnrolmentToken | undefined>

  findDevice(device: string): Promise<EnrolledDevice | undefined>

  /** The device with the one of its certificates that has this serial and is `current` or `pending`: one question. */
  admission(device: string, serial: string): Promise<Admission | undefined>

  /** The device's certificates that are `current` or `pending`, newest first. */
  validCertificates(device: string): Promise<readonly DeviceCertificate[]>

  /**
   * SPKIs that the device's reports may be signed with: of its valid certificates and of the one replaced last, since
   * reports may have waited on the device while it renewed. The likeliest first.
   */
  reportKeys(product: string, device: string): Promise<readonly Buffer[]>

  /**
   * In one transaction: marks the token used, creates the device (or revives a revoked one: its report
   * chain starts anew with its new key), records the certificate as current. False, and nothing changed,
   * when the token has been used or the device enrolled meanwhile.
   */
  enrol(enrolment: Enrolment, now: number): Promise<boolean>

  /**
   * Records a renewal as pending; an older pending one is replaced. False, and nothing changed, when the certificate with
   * which it was asked for (`shown`, its serial) is not valid any more: the request may have come in before the device
   * was revoked.
   */
  addPending(
    asked: { readonly device: string; readonly shown: string },
    certificate: IssuedCertificate & { readonly publicKey: Buffer },
    now: number,
  ): Promise<boolean>

  /** The pending certificate was seen in use: it is current from now on, the one before replaced. */
  promote(device: string, serial: string): Promise<void>

  /** No certificate of the device is valid from now on. False when there is no such device. */
  revoke(product: string, device: string, now: number): Promise<boolean>
}
