/**
 * A product's metadata as its devices see it (protocol §9.1), fetched from the public listener. The desk trusts its
 * own root, and believes no more than a device would.
 */
import https from 'node:https'
import { nodeVerifier } from '@fleetward/platform'
import {
  METADATA_MAX_BYTES,
  metadataFileName,
  type Targets,
  TrustedMetadata,
} from '@fleetward/shared'
import { Refusal } from '../refusal.ts'

const SILENCE_LIMIT_MS = 30_000

export interface FetchedMetadata {
  /** By the names of protocol §9.1, without root. */
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly releases: Targets
}

/** The metadata on the way to one release role, verified from `root` on. */
export async function fetchMetadata(
  { product, url, ca }: { product: string; url: string; ca: string },
  root: Uint8Array,
  role: 'security' | 'functionality',
  now: Date,
): Promise<FetchedMetadata> {
  const files = new Map<string, Uint8Array>()
  const fetch = async (name: string, maxBytes: number) => {
    const bytes = await get(new URL(`/tuf/${product}/metadata/${name}`, url), ca, maxBytes)
    files.set(name, bytes)
    return bytes
  }
  const trusted = new TrustedMetadata(root, { verifier: nodeVerifier, now })
  trusted.finishRoot()
  trusted.updateTimestamp(await fetch(metadataFileName('timestamp'), METADATA_MAX_BYTES.timestamp))
  const snapshot = metadataFileName('snapshot', trusted.timestamp?.snapshot.version)
  trusted.updateSnapshot(await fetch(snapshot, METADATA_MAX_BYTES.snapshot))
  for (const [name, delegator] of [
    ['targets', 'root'],
    [role, 'targets'],
  ] as const) {
    const version = trusted.snapshot?.meta.get(`${name}.json`)?.version
    const bytes = await fetch(metadataFileName(name, version), METADATA_MAX_BYTES.targets)
    trusted.updateTargets(name, delegator, bytes)
  }
  const releases = trusted.targets(role, 'targets')
  if (releases === undefined) throw new Error(`${role} was not kept`)
  return { files, releases }
}

function get(url: URL, ca: string, maxBytes: number): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
  const refuse = (why: string, cause?: unknown) =>
    reject(
      new Refusal('SERVER_UNREACHABLE', `${url} could not be fetched: ${why}`, {
        next: 'Check --public-url: it is the address devices reach, usually port 8444.',
        cause,
      }),
    )
  const request = https.get(
    url,
    { ca, headers: { 'accept-encoding': 'identity' }, timeout: SILENCE_LIMIT_MS },
    (response) => {
      if (response.statusCode !== 200) {
        response.destroy()
        return refuse(`status ${response.statusCode}`)
      }
      const blocks: Buffer[] = []
      let length = 0
      response.on('data', (block: Buffer) => {
        blocks.push(block)
        length += block.length
        if (length > maxBytes) response.destroy(new Error(`longer than ${maxBytes} bytes`))
      })
      response.on('end', () => resolve(Buffer.concat(blocks)))
      response.on('error', (error) => refuse(error.message, error))
    },
  )
  request.on('timeout', () => request.destroy(new Error('no answer')))
  request.on('error', (error) => refuse(error.message, error))
  return promise
}
