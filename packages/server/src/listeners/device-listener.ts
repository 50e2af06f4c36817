/**
 * The device listener (protocol §9.2). Nobody gets through its handshake without a certificate of the fleet CA, and for
 * each request the database is asked whether that certificate still counts.
 */
import type { TLSSocket } from 'node:tls'
import { cohortAudience, deviceAudience, isName, REPORT_LENGTH_MAX_BYTES } from '@fleetward/shared'
import type { DeviceIdentity } from '../broker/broker.ts'
import type { ReportVerdict } from '../devices/device-store.ts'
import { ReportsBacklogged } from '../devices/reports/report-ingestion.ts'
import { type AdmittedDevice, type DeviceAccess, notAdmitted } from '../enrolment/device-access.ts'
import { HttpError, nothingHere } from '../http/problem.ts'
import { readBody } from '../http/request-body.ts'
import { type Exchange, type Route, sendJson } from '../http/routing.ts'
import type { ArtifactStore, CurrentManifests, PublishedFiles } from '../ports.ts'
import { certifiedDevice } from '../tls/device-identity.ts'
import { sendDeviceToLink } from './artifact-link.ts'
import type { FileResponses } from './file-response.ts'

const SHA256 = /^[0-9a-f]{64}$/

export interface DevicePorts {
  readonly access: DeviceAccess
  readonly files: PublishedFiles
  readonly artifacts: ArtifactStore
  readonly manifests: CurrentManifests
  readonly responses: FileResponses
  connected(who: DeviceIdentity, address: string | undefined): void
  readonly reports: {
    mayReport(device: string): boolean
    take(who: DeviceIdentity, token: string): Promise<ReportVerdict>
  }
}

/** Whose request this is; HttpError for a certificate that is worth nothing any more. */
export async function requireDevice(
  access: DeviceAccess,
  { request }: Exchange,
): Promise<AdmittedDevice> {
  const shown = certifiedDevice(request.socket as TLSSocket)
  const admitted = shown === undefined ? undefined : await access.admit(shown)
  if (admitted !== undefined) return admitted
  throw notAdmitted()
}

export function deviceRoutes(ports: DevicePorts): Route[] {
  const whoIs = async (exchange: Exchange) => {
    const who = await requireDevice(ports.access, exchange)
    ports.connected(who, exchange.request.socket.remoteAddress)
    return who
  }
  return [
    {
      method: 'GET',
      path: '/artifacts/:sha256',
      handle: async (exchange) => sendArtifact(ports, exchange, await whoIs(exchange)),
    },
    {
      method: 'GET',
      path: '/devices/self',
      handle: async (exchange) => {
        const { product, device, cohort } = await whoIs(exchange)
        sendJson(exchange.response, 200, { product, device, cohort })
      },
    },
    {
      method: 'GET',
      path: '/devices/self/manifest',
      handle: async (exchange) => {
        const { product, device, cohort, isQuarantined } = await whoIs(exchange)
        const find = (audience: string) => ports.manifests.find(audience)
        const forCohort =
          cohort === undefined ? undefined : await find(cohortAudience(product, cohort))
        const forDevice = isQuarantined ? undefined : await find(deviceAudience(product, device))
        sendJson(exchange.response, 200, {
          ...(forCohort === undefined ? {} : { cohort: forCohort }),
          ...(forDevice === undefined ? {} : { device: forDevice }),
        })
      },
    },
    {
      method: 'POST',
      path: '/devices/self/reports',
      handle: async (exchange) => takeReport(ports, exchange, await whoIs(exchange)),
    },
  ]
}

async function sendArtifact(
  ports: DevicePorts,
  { request, response, params }: Exchange,
  { product, device, isQuarantined }: AdmittedDevice,
): Promise<void> {
  if (isQuarantined) {
    throw new HttpError(
      403,
      'DEVICE_QUARANTINED',
      'This device is in quarantine and gets no updates',
    )
  }
  const { sha256 = '' } = params
  // Only what metadata of the device's own product lists, or listed once.
  const listed =
    SHA256.test(sha256) && isName(product)
      ? await ports.files.findByDigest(product, sha256)
      : undefined
  const stored = listed === undefined ? undefined : await ports.artifacts.find(sha256)
  if (stored === undefined) {
    throw nothingHere()
  }
  if (await sendDeviceToLink(request, response, stored)) return
  const cacheControl = 'private, max-age=31536000, immutable'
  await ports.responses.send(request, response, device, { ...stored, sha256, cacheControl })
}

async function takeReport(
  ports: DevicePorts,
  { request, response }: Exchange,
  who: AdmittedDevice,
): Promise<void> {
  if (!ports.reports.mayReport(who.device)) {
    response.setHeader('Retry-After', 10)
    throw new HttpError(429, 'TOO_MANY_REPORTS', 'Too many reports; wait a while')
  }
  const limits = { type: 'text/plain', maxBytes: REPORT_LENGTH_MAX_BYTES }
  const token = (await readBody(request, limits)).toString('latin1').trim()
  const verdict = await ports.reports.take(who, token).catch((error: unknown) => {
    if (!(error instanceof ReportsBacklogged)) throw error
    response.setHeader('Retry-After', 30)
    throw new HttpError(503, 'REPORTS_BACKLOGGED', 'The server is behind; send it again later')
  })
  if (verdict === 'conflicting') {
    throw new HttpError(409, 'SEQUENCE_CONFLICT', 'Another report of this number was taken')
  }
  if (verdict === 'replayed') {
    throw new HttpError(409, 'SEQUENCE_REPLAYED', 'A later report was taken already')
  }
  sendJson(response, 200, { result: verdict })
}
