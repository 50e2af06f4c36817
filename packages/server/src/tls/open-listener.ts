import type { Server } from 'node:net'
import type { Logger } from 'pino'
import { listenOn } from '../http/listen.ts'
import type { ServerCertificate } from './server-certificate.ts'

/** A listener that is open. */
export interface Listening {
  readonly port: number
  renewCertificate(certificate: ServerCertificate): void
  /** Ends every connection too. */
  stop(): Promise<void>
}

export interface Place {
  readonly address: string
  readonly port: number
  /** Where the port comes from: `listen.device`. */
  readonly setting: string
}

export async function openListener(server: Server, place: Place, log: Logger): Promise<number> {
  const port = await listenOn(server, place)
  // Too many open files, say: one connection is lost, the listener goes on.
  server.on('error', (error) => log.error({ err: error }, 'a connection could not be accepted'))
  return port
}
