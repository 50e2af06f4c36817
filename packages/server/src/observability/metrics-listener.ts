/**
 * The listener for whoever watches the server: /metrics for Prometheus, /healthz (the process lives) and /readyz (it
 * can do its work). It changes nothing and holds no secret, so it asks nobody who they are; it is on loopback
 * unless the settings say otherwise.
 */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import { isIP } from 'node:net'
import { listenOn } from '../http/listen.ts'
import { measureRequest, noteRoute } from './measured-request.ts'
import type { Metrics } from './metrics.ts'
import { isReady, type Readiness, type ReadinessReport } from './readiness.ts'

const REQUEST_TIMEOUT_MS = 10_000

export interface MetricsListenerNeeds {
  readonly place: { readonly address: string; readonly port: number }
  /** Names the server goes by. */
  readonly hosts: readonly string[]
  readonly metrics: Metrics
  readonly readiness: Readiness
}

export async function listenForMetrics(
  needs: MetricsListenerNeeds,
): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS },
    answers(needs),
  )
  const port = await listenOn(server, { ...needs.place, setting: 'listen.metrics' })
  return {
    port,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

function answers(needs: MetricsListenerNeeds): RequestListener {
  return (request, response) => {
    measureRequest('metrics', request, response, () => {
      answer(needs, request, response).catch(() => response.destroy())
    })
  }
}

async function answer(
  { hosts, metrics, readiness }: MetricsListenerNeeds,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = request.url?.split('?', 1)[0] ?? ''
  if (!isKnownHost(request.headers.host ?? '', hosts)) return send(response, 421)
  if (!['/metrics', '/healthz', '/readyz'].includes(path)) return send(response, 404)
  noteRoute(request, path)
  if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405)
  if (path === '/healthz') return send(response, 200, { status: 'ok' })
  if (path === '/readyz') {
    const report = await readiness.report()
    return send(response, isReady(report) ? 200 : 503, shown(report))
  }
  const { type, text } = await metrics.text()
  response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(text)
}

/** Addresses are nobody's name: a page that rebinds its own name to this machine (DNS rebinding) sends that name. */
function isKnownHost(host: string, known: readonly string[]): boolean {
  const name = host.toLowerCase().replace(/:\d{1,5}$/, '')
  const bare = name.replace(/^\[|\]$/g, '')
  return (
    name === 'localhost' || isIP(bare) !== 0 || known.some((each) => each.toLowerCase() === bare)
  )
}

function shown(report: ReadinessReport): object {
  const parts = Object.entries(report).map(([name, { isReady: ready, since, says }]) => [
    name,
    {
      status: ready ? 'ok' : 'away',
      since: since.toISOString(),
      ...(says === undefined ? {} : { says }),
    },
  ])
  return { status: isReady(report) ? 'ok' : 'away', parts: Object.fromEntries(parts) }
}

function send(response: ServerResponse, status: number, body: object = {}): void {
  response
    .writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
    .end(JSON.stringify(body))
}
