/** A TLS line to somebody's log server, and how syslog messages go over it: RFC 5425. */
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'

export interface LogServer {
  readonly host: string
  readonly port: number
  /** Paths of PEM files: whom to believe, Node.js's own roots when left out, and who we are to them. */
  readonly ca: string | undefined
  readonly certificate: string | undefined
  readonly key: string | undefined
}

const CONNECT_TIMEOUT_MS = 20_000

/** Its files are read each time: certificates are renewed while a program runs. Throws what TLS does, or `TIMED_OUT`. */
export async function openSyslogLine(server: LogServer, signal: AbortSignal): Promise<TLSSocket> {
  const { host, port } = server
  const [ca, cert, key] = await Promise.all(
    [server.ca, server.certificate, server.key].map((path) =>
      path === undefined ? undefined : readFile(path),
    ),
  )
  const timeout = AbortSignal.any([signal, AbortSignal.timeout(CONNECT_TIMEOUT_MS)])
  const socket = connect({
    ...{ host, port, minVersion: 'TLSv1.2' },
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  })
  try {
    await once(socket, 'secureConnect', { signal: timeout })
    return socket
  } catch (error) {
    socket.on('error', () => {
      // It is given up.
    })
    socket.destroy()
    if ((error as Error).name !== 'AbortError') throw error
    throw Object.assign(new Error('no answer'), { code: 'TIMED_OUT' })
  }
}

/** RFC 5425 §4.3: the length in bytes, a space, the message. */
export function octetCounted(message: string): string {
  return `${Buffer.byteLength(message)} ${message}`
}
