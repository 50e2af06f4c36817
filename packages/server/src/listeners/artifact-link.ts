/**
 * Sends whoever can follow a link past this server, to where the bytes are. Such a link opens one artifact to everybody
 * who has it, for a few minutes; it is given to those who might have the bytes themselves, and kept by no cache.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { StoredArtifact } from '../ports.ts'

/** A device says which host it would follow a link to; it follows no other. */
const FOLLOWS = 'fleetward-follows'

/** True when a link was sent. */
export async function sendDeviceToLink(
  request: IncomingMessage,
  response: ServerResponse,
  stored: StoredArtifact,
): Promise<boolean> {
  const follows = request.headers[FOLLOWS]
  if (stored.link === undefined || typeof follows !== 'string') return false
  const link = await stored.link()
  if (new URL(link).host !== follows) return false
  send(response, link)
  return true
}

/** For everybody, where artifacts are public. True when a link was sent. */
export async function sendToLink(
  response: ServerResponse,
  stored: StoredArtifact,
): Promise<boolean> {
  if (stored.link === undefined) return false
  send(response, await stored.link())
  return true
}

function send(response: ServerResponse, link: string): void {
  response.setHeader('Location', link)
  response.setHeader('Cache-Control', 'no-store')
  response.setHeader('Content-Length', 0)
  response.writeHead(307).end()
}
