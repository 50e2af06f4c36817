/** What an operator sees of a running server from outside. */
import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { request as httpRequest } from 'node:http'
import { after, before, describe, test } from 'node:test'
import {
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  trace,
} from '@opentelemetry/api'
import { enableTraces } from '../../src/observability/spans.ts'
import { PRODUCT } from '../support/desk.ts'
import { type EdgeUnderTest, endings } from '../support/edge-under-test.ts'
import { TestDevice } from '../support/test-device.ts'
import { TestServer } from '../support/test-server.ts'
import { WholeServer } from '../support/whole-server.ts'

const ends = endings()
const DEVICE = 'G1-8842-and-nobody-else'
let server: WholeServer

async function open(): Promise<void> {
  server = await WholeServer.start(ends)
  const { serverCa } = await call('POST', '/products', { id: PRODUCT })
  const asEdge = {
    edge: { ports: server.ports, anchors: { serverCaPem: serverCa } },
    clock: server.clock,
    token: async () =>
      (await call('POST', `/products/${PRODUCT}/enrolment-tokens`, { cohort: 'homes' })).token,
  }
  const device = await TestDevice.enrolled(ends, asEdge as unknown as EdgeUnderTest, DEVICE)
  await device.mqtt()
  const token = await device.report()
  assert.equal((await device.post(token)).status, 200)
  assert.equal((await device.post(token)).json.result, 'redelivered')
  assert.equal((await device.post('nonsense')).status, 422)
}

async function call(method: string, path: string, sent?: object) {
  const response = await fetch(server.url(`/api/1${path}`), {
    method,
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    body: sent === undefined ? null : JSON.stringify(sent),
  })
  // biome-ignore lint/suspicious/noExplicitAny: answers are compared, not computed with
  return (await response.json()) as any
}

const watched = (path: string, ports = server.ports) =>
  fetch(`http://127.0.0.1:${ports.metrics}${path}`)

async function metrics(): Promise<string> {
  const response = await watched('/metrics')
  assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
  return response.text()
}

/** The value of a line that begins so. */
function figure(text: string, begins: string): number {
  const line = text.split('\n').find((each) => each.startsWith(`${begins} `))
  assert.ok(line, `${begins} is there`)
  return Number(line.split(' ').at(-1))
}

interface Readiness {
  readonly status: string
  readonly parts: Record<string, { status: string; since: string; says?: string }>
}

async function unready(look: () => Promise<Response>): Promise<Response> {
  for (;;) {
    const response = await look()
    if (response.status === 503) return response
    await response.body?.cancel()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** What an SDK would do, as far as the test looks: spans with their parents, in one process. */
class Recorder {
  readonly spans: { name: string; parent: string | undefined; trace: string; id: string }[] = []
  readonly #active = new AsyncLocalStorage<Context>()

  install(): void {
    const manager: Parameters<typeof context.setGlobalContextManager>[0] = {
      active: () => this.#active.getStore() ?? ROOT_CONTEXT,
      with: (given, work, self, ...args) =>
        this.#active.run(given, () => work.apply(self as never, args)),
      bind: (_, target) => target,
      enable: () => manager,
      disable: () => manager,
    }
    context.setGlobalContextManager(manager)
    propagation.setGlobalPropagator({
      inject: () => {},
      fields: () => ['traceparent'],
      extract: (given, carrier, getter) => {
        const [, traceId, spanId] = String(getter.get(carrier, 'traceparent') ?? '').split('-')
        if (traceId === undefined || spanId === undefined) return given
        return trace.setSpanContext(given, { traceId, spanId, traceFlags: 1, isRemote: true })
      },
    })
    const startSpan = (name: string, _options: unknown, parentContext = context.active()): Span => {
      const parent = trace.getSpanContext(parentContext)
      const id = String(this.spans.length + 1).padStart(16, '0')
      const traceId = parent?.traceId ?? id.repeat(2)
      const kept = { name, parent: parent?.spanId, trace: traceId, id }
      this.spans.push(kept)
      const spanContext: SpanContext = { traceId, spanId: id, traceFlags: 1 }
      const span: Span = {
        spanContext: () => spanContext,
        updateName: (next) => {
          kept.name = next
          return span
        },
        ...{ setAttribute: () => span, setAttributes: () => span, addEvent: () => span },
        ...{ addLink: () => span, addLinks: () => span, setStatus: () => span },
        ...{ end: () => {}, isRecording: () => true, recordException: () => {} },
      }
      return span
    }
    trace.setGlobalTracerProvider({
      getTracer: () => ({ startSpan, startActiveSpan: () => undefined as never }),
    })
  }
}

describe('a server that runs', () => {
  before(open)
  after(() => ends.endAll())

  test('the metrics tell of devices, reports, requests, the broker and the process', async () => {
    await call('GET', `/products/${PRODUCT}/devices/${DEVICE}`)
    const text = await metrics()
    for (const [begins, value] of [
      ['fleetward_reports_total{end="taken"}', 1],
      ['fleetward_reports_total{end="redelivered"}', 1],
      ['fleetward_reports_total{end="refused"}', 1],
      [`fleetward_devices{product="${PRODUCT}"}`, 1],
      ['fleetward_reports_waiting', 0],
      ['fleetward_manifests_unpublished', 0],
      ['fleetward_webhook_events_waiting', 0],
      ['fleetward_broker_connected', 1],
      ['fleetward_leader', 1],
      ['fleetward_ready{part="database"}', 1],
      ['fleetward_report_batch_reports_sum', 2],
    ] as const) {
      assert.equal(figure(text, begins), value, begins)
    }
    const route = `listener="operator",method="GET",route="/products/{product}/devices/{device}",status="2xx"`
    assert.equal(figure(text, `fleetward_http_request_seconds_count{${route}}`), 1)
    for (const name of [
      'fleetward_database_query_seconds_count{result="done"}',
      'fleetward_database_transaction_seconds_count{result="done"}',
      'fleetward_audit_entries',
      'nodejs_eventloop_lag_p99_seconds',
      'process_resident_memory_bytes',
    ]) {
      assert.ok(figure(text, name) > 0, name)
    }
  })

  test('no device, account, address or unknown path becomes a label', async () => {
    for (const path of ['/no/such/thing', `/devices/${DEVICE}`, '/%2e%2e/etc']) {
      await fetch(server.url(path))
      await fetch(server.url(`/api/1${path}`))
    }
    const brew = { method: 'BREW', host: '127.0.0.1', port: server.ports.operator, path: '/' }
    await new Promise((resolve) =>
      httpRequest(brew).on('error', resolve).on('response', resolve).end(),
    )
    const text = await metrics()
    assert.ok(!text.includes(DEVICE))
    assert.ok(!text.includes('127.0.0.1'))
    assert.ok(!text.includes('such'))
    assert.ok(!text.includes('BREW'))
    const series = text.split('\n').filter((line) => line.startsWith('fleetward_'))
    assert.ok(series.length < 2000, `${series.length} series`)
  })

  test('the listener of metrics knows three addresses, one method and its own names', async () => {
    assert.equal((await watched('/healthz')).status, 200)
    assert.equal((await watched('/api/1/products')).status, 404)
    const url = `http://127.0.0.1:${server.ports.metrics}/metrics`
    assert.equal((await fetch(url, { method: 'POST' })).status, 405)
    const rebound = await new Promise((resolve, reject) => {
      httpRequest(url, { headers: { host: 'evil.example' } }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .on('error', reject)
        .end()
    })
    assert.equal(rebound, 421)
  })

  test('a part that is not ready is named, with what it says and since when', async (t) => {
    const other = await TestServer.start(t)
    // A database with a clock of its own is asked for it.
    other.clock.at = new Date()
    assert.ok(other.running)
    const { ports } = other.running
    const first = await watched('/readyz', ports)
    assert.equal(first.status, 200)
    const { parts } = (await first.json()) as Readiness
    assert.deepEqual(Object.keys(parts).toSorted(), [
      ...['artifacts', 'broker', 'clock', 'database', 'leadership'],
    ])
    assert.equal(parts.leadership?.says, 'leads')
    other.brokerIsAway = true
    const response = await unready(() => watched('/readyz', ports))
    const seen = (await response.json()) as Readiness
    assert.equal(seen.status, 'away')
    assert.equal(seen.parts.broker?.status, 'away')
    assert.equal(seen.parts.broker?.since, other.clock.at.toISOString())
    assert.equal(seen.parts.database?.status, 'ok')
  })

  test('every answer of the operator API names its request', async () => {
    const ids = new Set<string | null>()
    for (const path of ['/healthz', '/api/1/products', '/nothing']) {
      const response = await fetch(server.url(path), { headers: { 'x-request-id': 'mine' } })
      ids.add(response.headers.get('x-request-id'))
    }
    assert.equal(ids.size, 3)
    for (const id of ids) assert.match(id ?? '', /^[0-9a-f-]{36}$/)
  })

  test('traces are off until the settings switch them on; then a request goes on with its caller’s', async (t) => {
    const recorder = new Recorder()
    recorder.install()
    t.after(() => {
      enableTraces(false)
      trace.disable()
      context.disable()
      propagation.disable()
    })
    await call('GET', '/products')
    assert.equal(recorder.spans.length, 0)

    enableTraces(true)
    const caller = { trace: 'a'.repeat(32), span: 'b'.repeat(16) }
    const response = await fetch(server.url('/api/1/products'), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${server.token}`,
        'content-type': 'application/json',
        traceparent: `00-${caller.trace}-${caller.span}-01`,
      },
      body: JSON.stringify({ id: 'lumen-lamp-l2' }),
    })
    assert.equal(response.status, 201)
    await response.text()
    const request = recorder.spans.find(({ trace: id }) => id === caller.trace)
    assert.equal(request?.name, 'POST /products')
    assert.equal(request?.parent, caller.span)
    // Beside it the server may be doing something of its own, in a trace of its own.
    const transaction = recorder.spans.find(
      ({ name, trace: id }) => name === 'fleetward.transaction' && id === caller.trace,
    )
    assert.equal(transaction?.parent, request?.id)
    assert.ok(transaction)
  })
})
