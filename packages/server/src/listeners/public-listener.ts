/**
 * The public listener (protocol §9.1): server certificate only, open to the whole network. Everything on it is either
 * signed for offline verification (TUF), the beginning of an enrolment, or says that the server lives.
 */
import { createHash } from 'node:crypto'
import { isName } from '@fleetward/shared'
import { addressOf } from '../http/address.ts'
import { HttpError, nothingHere } from '../http/problem.ts'
import { type Exchange, type Route, sendJson } from '../http/routing.ts'
import type { ArtifactStore, PublishedFiles, PublishedMetadata } from '../ports.ts'
import { sendToLink } from './artifact-link.ts'
import type { FileResponses } from './file-response.ts'

export const IMMUTABLE = 'public, max-age=31536000, immutable'
/** TUF's names of versioned metadata, percent-encoding undone. */
const VERSIONED = /^[1-9]\d{0,15}\.[A-Za-z0-9_-]{1,64}\.json$/
/** With consistent snapshots the digest stands before the name (TUF 6.2.1). */
const CONSISTENT = /^([0-9a-f]{64})\.(.+)$/

export interface PublicPorts {
  readonly metadata: PublishedMetadata
  readonly files: PublishedFiles
  readonly artifacts: ArtifactStore
  readonly publicDownload: boolean
  readonly responses: FileResponses
}

export function publicRoutes(ports: PublicPorts): Route[] {
  return [
    {
      method: 'GET',
      path: '/healthz',
      handle: async ({ response }) => sendJson(response, 200, { status: 'ok' }),
    },
    {
      method: 'GET',
      path: '/tuf/:product/metadata/:file',
      handle: (exchange) => sendMetadata(ports, exchange),
    },
    {
      method: 'GET',
      path: '/tuf/:product/targets/*',
      handle: (exchange) => sendTarget(ports, exchange),
    },
  ]
}

async function sendMetadata(
  ports: PublicPorts,
  { request, response, params }: Exchange,
): Promise<void> {
  const { product = '', file = '' } = params
  // Everything but the timestamp is found by its version and never changes (TUF 6.2).
  const isTimestamp = file === 'timestamp.json'
  if (!isName(product) || (!isTimestamp && !VERSIONED.test(file))) throw nothingHere()
  const bytes = await ports.metadata.find(product, file)
  if (bytes === undefined) throw nothingHere()
  const etag = `"${createHash('sha256').update(bytes).digest('hex')}"`
  response.setHeader('ETag', etag)
  response.setHeader('Cache-Control', isTimestamp ? 'no-cache' : IMMUTABLE)
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304).end()
    return
  }
  response.setHeader('Content-Type', 'application/json')
  response.setHeader('Content-Length', bytes.length)
  response.writeHead(200).end(bytes)
}

async function sendTarget(
  ports: PublicPorts,
  { request, response, params, rest }: Exchange,
): Promise<void> {
  const { product = '' } = params
  const [, sha256, name] = CONSISTENT.exec(rest.at(-1) ?? '') ?? []
  if (!isName(product) || sha256 === undefined || name === undefined) throw nothingHere()
  const path = [...rest.slice(0, -1), name].join('/')
  const listed = await ports.files.find(product, path, sha256)
  if (listed === undefined) throw nothingHere()
  if (listed.kind === 'artifact' && !ports.publicDownload) {
    throw new HttpError(
      403,
      'ARTIFACT_NOT_PUBLIC',
      'Artifacts of this server are for enrolled devices, on the device listener',
    )
  }
  const stored = await ports.artifacts.find(sha256)
  if (stored === undefined) throw nothingHere()
  if (listed.kind === 'artifact' && (await sendToLink(response, stored))) return
  const peer = addressOf(request)
  const file = { ...stored, sha256, cacheControl: IMMUTABLE }
  await ports.responses.send(request, response, peer, file)
}
