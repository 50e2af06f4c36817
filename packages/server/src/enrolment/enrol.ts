/**
 * Who gets a certificate (protocol §10). The answer to a device may be lost on the way, so each question that
 * was answered once gets the same answer again: same token, same device, same key.
 */
import { createHash } from 'node:crypto'
import { isDeviceId } from '@fleetward/shared'
import { decommissioned } from '../devices/expect-device.ts'
import { HttpError } from '../http/problem.ts'
import type { Clock } from '../ports.ts'
import type { CertifiedDevice } from '../tls/device-identity.ts'
import { requireCertificateRequest } from './certificate-request.ts'
import { notAdmitted } from './device-access.ts'
import type { EnrolmentStore } from './enrolment-store.ts'
import { type EnrolmentToken, parseEnrolmentToken, secretMatches } from './enrolment-token.ts'
import { type FleetAuthority, SERVER_CLIENT_ID } from './fleet-authority.ts'
import { type FleetToJoin, joinFleet } from './join-fleet.ts'

export interface EnrolmentPorts {
  readonly store: EnrolmentStore
  readonly fleet: FleetToJoin
  readonly authority: FleetAuthority
  readonly clock: Clock
  /** What the server is called at its broker: a device of that name would be the server there. */
  readonly serverUser: string
  /** Somebody new may connect; resolves when the broker lets them. */
  readonly enrolled?: () => Promise<void>
}

/** The certificate (PEM) for a device that shows a token; HttpError when there is none for it. */
export async function enrol(
  { store, fleet, authority, clock, serverUser, enrolled }: EnrolmentPorts,
  credentials: { readonly device: string; readonly token: string },
  body: Uint8Array,
): Promise<string> {
  const now = clock.now()
  const { device } = credentials
  // Nothing is parsed for somebody without a token: this listener is open to the whole network.
  const token = await requireToken(store, credentials.token)
  if (!isDeviceId(device) || [SERVER_CLIENT_ID, serverUser].includes(device)) {
    throw new HttpError(400, 'DEVICE_ID_INVALID', 'The user name is no device id, protocol §2.1')
  }
  const { publicKey } = await requireCertificateRequest(body, device)
  const use = { device, publicKeySha256: createHash('sha256').update(publicKey).digest('hex') }
  const answered = () => certificateBefore(store, token.id, use, publicKey, now)

  if (token.use !== undefined) {
    const certificate = await answered()
    if (certificate === undefined) throw tokenUsed()
    return certificate
  }
  if (seconds(now) >= token.expiresAt) {
    throw new HttpError(
      403,
      'ENROLMENT_TOKEN_EXPIRED',
      'The enrolment token has expired; ask the operator for a new one',
    )
  }
  if (token.device !== undefined && token.device !== device) {
    throw new HttpError(
      403,
      'ENROLMENT_TOKEN_FOR_OTHER_DEVICE',
      'The enrolment token is for another device',
    )
  }
  try {
    await requireFree(store, fleet, token, device)
  } catch (refusal) {
    // The same request twice at once, and the other one was done since the token was read.
    const certificate = await answered()
    if (certificate === undefined) throw refusal
    return certificate
  }

  const issued = await authority.issue(token.product, device, publicKey, now)
  const done = await joinFleet(
    fleet,
    {
      tokenId: token.id,
      use,
      product: token.product,
      cohort: token.cohort,
      certificate: { ...issued, publicKey },
    },
    seconds(now),
  )
  if (done) {
    await enrolled?.()
    return issued.pem
  }
  const certificate = await answered()
  if (certificate !== undefined) return certificate
  const isUsed = (await store.findToken(token.id))?.use !== undefined
  throw isUsed ? tokenUsed() : alreadyEnrolled()
}

/** A device with a valid certificate renews it; the key may change, the identity cannot. */
export async function renew(
  { store, authority, clock }: EnrolmentPorts,
  identity: Pick<CertifiedDevice, 'product' | 'device' | 'serial'>,
  body: Uint8Array,
): Promise<string> {
  const { publicKey } = await requireCertificateRequest(body, identity.device)
  const now = clock.now()
  const valid = await store.validCertificates(identity.device)
  const pending = valid.find((certificate) => certificate.state === 'pending')
  if (pending?.publicKey.equals(publicKey) === true && pending.notAfter > seconds(now)) {
    return pending.pem
  }
  const issued = await authority.issue(identity.product, identity.device, publicKey, now)
  // A body takes its time: whoever asked may have been let in before the device was revoked.
  const { device, serial: shown } = identity
  const isKept = await store.addPending({ device, shown }, { ...issued, publicKey }, seconds(now))
  if (!isKept) throw notAdmitted()
  return issued.pem
}

async function requireToken(store: EnrolmentStore, text: string): Promise<EnrolmentToken> {
  const parsed = parseEnrolmentToken(text)
  const record = parsed === undefined ? undefined : await store.findToken(parsed.id)
  if (parsed === undefined || !secretMatches(parsed.secret, record) || record === undefined) {
    throw new HttpError(401, 'ENROLMENT_TOKEN_INVALID', 'The enrolment token is not valid')
  }
  return record
}

/**
 * A device that is enrolled keeps its identity: whoever holds a fresh token of the cohort must not be able to
 * take it over. A device that lost its key is revoked by the operator first and then let in by a token that names it.
 */
async function requireFree(
  store: EnrolmentStore,
  { stores }: FleetToJoin,
  token: EnrolmentToken,
  device: string,
): Promise<void> {
  const known = await store.findDevice(device)
  const expected = await stores.expectedDevices.find(device)
  // Somebody else waits for it.
  if (expected !== undefined && expected.product !== token.product) throw alreadyEnrolled()
  if (known === undefined) return
  if (known.isDecommissioned && expected === undefined) throw decommissioned()
  if (known.isRevoked && known.product === token.product && token.device === device) return
  throw alreadyEnrolled()
}

/** What the token brought this device and this key before. */
async function certificateBefore(
  store: EnrolmentStore,
  tokenId: string,
  use: { readonly device: string; readonly publicKeySha256: string },
  publicKey: Buffer,
  now: Date,
): Promise<string | undefined> {
  const used = (await store.findToken(tokenId))?.use
  if (used?.device !== use.device || used.publicKeySha256 !== use.publicKeySha256) return undefined
  const valid = await store.validCertificates(use.device)
  return valid.find(
    (certificate) => certificate.publicKey.equals(publicKey) && certificate.notAfter > seconds(now),
  )?.pem
}

const alreadyEnrolled = () =>
  new HttpError(
    409,
    'DEVICE_ALREADY_ENROLLED',
    'A device of this id is enrolled already. If it lost its key, revoke it and use a token that names it',
  )

const tokenUsed = () =>
  new HttpError(
    403,
    'ENROLMENT_TOKEN_USED',
    'The enrolment token has been used; ask the operator for a new one',
  )

const seconds = (date: Date) => Math.floor(date.getTime() / 1000)
