/**
 * Where operators reach the server: with TLS on every address that the settings name, without it on this machine alone.
 */
import { readFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https'
import { createSecureContext } from 'node:tls'
import type { Logger } from 'pino'
import { listenOn } from '../http/listen.ts'
import { type Settings, SettingsError } from '../settings.ts'
import { serverOptions } from '../tls/listener-options.ts'
import type { ServerCertificate } from '../tls/server-certificate.ts'

/** An artifact of several GB over a slow line; node's default of 5 minutes would cut it off. */
const UPLOAD_TIME_LIMIT_MS = 12 * 3_600_000
/** A desk hashes and signs between two calls; after node's 5 s the next call meets a closing connection. */
const KEEP_ALIVE_MS = 65_000
/** A certificate that was renewed on the disk counts after this long at the latest. */
const CERTIFICATE_CHECK_MS = 3_600_000

export interface OperatorListenerNeeds {
  readonly settings: Settings
  readonly app: RequestListener
  /** The one that devices meet. */
  readonly ownCertificate: () => Promise<ServerCertificate>
  readonly log: Logger
}

export interface OperatorListener {
  readonly port: number
  /** Takes over a certificate that was renewed. */
  renewCertificate(): Promise<void>
  /** Requests under way may end. */
  stop(): Promise<void>
}

export async function listenForOperators(needs: OperatorListenerNeeds): Promise<OperatorListener> {
  const { settings, app, log } = needs
  const { operator: port, address, operatorTls } = settings.listen
  const limits = { requestTimeout: UPLOAD_TIME_LIMIT_MS, keepAliveTimeout: KEEP_ALIVE_MS }
  const place = { port, setting: 'listen.operator' }
  if (operatorTls === undefined) {
    const server = createServer(limits, app)
    const opened = await listenOn(server, { ...place, address: loopback(address) })
    return { port: opened, renewCertificate: async () => {}, stop: () => close(server) }
  }
  const read = () => certificateOf(operatorTls, needs.ownCertificate)
  const server = createTlsServer({ ...limits, ...serverOptions(await read()) }, app)
  server.on('tlsClientError', (error) => {
    log.debug({ code: 'code' in error ? error.code : error.message }, 'TLS refused')
  })
  const opened = await listenOn(server, { ...place, address })
  const renewCertificate = async () => server.setSecureContext(serverOptions(await read()))
  const check = setInterval(() => {
    renewCertificate().catch((error: unknown) =>
      log.error({ err: error }, 'the certificate for operators was not read again'),
    )
  }, CERTIFICATE_CHECK_MS)
  check.unref()
  return {
    port: opened,
    renewCertificate,
    stop: async () => {
      clearInterval(check)
      await close(server)
    },
  }
}

/** Without TLS the API and its cookies stay on this machine, whatever the other listeners do. */
function loopback(address: string): string {
  return address === '::1' || /^127\./.test(address) ? address : '127.0.0.1'
}

async function certificateOf(
  operatorTls: NonNullable<Settings['listen']['operatorTls']>,
  ownCertificate: () => Promise<ServerCertificate>,
): Promise<ServerCertificate> {
  if (operatorTls === 'own') return ownCertificate()
  const { certificateFile, keyFile } = operatorTls
  try {
    const certificatePem = await readFile(certificateFile, 'utf8')
    const keyPem = await readFile(keyFile, 'utf8')
    // A pair that does not fit must not take the place of one that does.
    createSecureContext({ cert: certificatePem, key: keyPem })
    return { certificatePem, keyPem }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new SettingsError([
      `listen.operatorTls: ${certificateFile} and ${keyFile} are no certificate with its key: ${why}`,
    ])
  }
}

/** Requests under way may end; connections kept alive without one are closed at once. */
async function close(server: Server | TlsServer): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const impatience = setTimeout(() => server.closeAllConnections(), 5_000)
  await closed
  clearTimeout(impatience)
}
