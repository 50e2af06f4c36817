/** Live views: every event once and in order, nothing that is none of the reader's business, and no longer than allowed. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { pino } from 'pino'
import { type Grant, type Rights, rightsOf } from '../../src/accounts/rights.ts'
import { openDatabase } from '../../src/adapters/sql/database.ts'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import type { NewEvent } from '../../src/events/event-store.ts'
import { type EventStreamPace, EventStreams } from '../../src/events/event-streams.ts'
import { EventTail } from '../../src/events/event-tail.ts'
import { SingleInstance } from '../../src/instances/single-instance.ts'
import { TestServer } from '../support/test-server.ts'

/** What is waited for comes in milliseconds; a defect would let it never come. */
const PATIENCE_MS = 20_000

const AT = 1_790_000_000
const event = (more: Partial<NewEvent> = {}): NewEvent => ({
  ...{ at: AT, type: 'rollout.stopped', product: 'lumen', data: { rollout: 'r1' }, ...more },
})

/** Reads messages as a browser's EventSource does. */
class Reader {
  readonly messages: { id: string; data: { type: string; product?: string } }[] = []
  readonly kinds: string[] = []
  /** Ids that came with neither a message nor a heartbeat. */
  readonly bareMarks: string[] = []
  comments = 0
  status = 0
  readonly ended: Promise<void>
  readonly #request: ReturnType<typeof httpRequest>
  #wake = () => {}

  constructor(url: string, headers: Record<string, string> = {}) {
    const ended = Promise.withResolvers<void>()
    this.ended = ended.promise
    this.#request = httpRequest(url, { headers }, (response) => {
      this.status = response.statusCode ?? 0
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
        const parts = text.split('\n\n')
        text = parts.pop() ?? ''
        for (const part of parts) this.#take(part)
        this.#wake()
      })
      response.on('error', () => {})
      response.on('close', () => {
        ended.resolve()
        this.#wake()
      })
      this.#wake()
    })
    this.#request.on('error', () => ended.resolve())
    this.#request.end()
  }

  async until(isThere: () => boolean): Promise<void> {
    while (!isThere()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  get types(): string[] {
    return this.messages.map(({ data }) => data.type)
  }

  close(): void {
    this.#request.destroy()
  }

  #take(part: string): void {
    const fields = new Map(
      part
        .split('\n')
        .map(
          (line) => line.split(/: ?/, 1).concat(line.replace(/^[^:]*: ?/, '')) as [string, string],
        ),
    )
    if (part.includes('\n:') || part.startsWith(':')) this.comments += 1
    const data = fields.get('data')
    const isHeartbeat = part.includes(': alive')
    if (data === undefined && !isHeartbeat && fields.has('id')) this.bareMarks.push(part)
    if (data === undefined) return
    this.kinds.push(fields.get('event') ?? 'message')
    if (!fields.has('event'))
      this.messages.push({ id: fields.get('id') ?? '', data: JSON.parse(data) })
  }
}

/** Streams of one server, for readers whose rights the test sets; every request names its reader in the path. */
async function site(t: TestContext, pace: Partial<EventStreamPace> = {}) {
  const database = await openDatabase({ file: ':memory:' })
  const { events } = sqlStores(database)
  const tail = new EventTail({
    events,
    instances: new SingleInstance(),
    log: pino({ level: 'silent' }),
  })
  await tail.start()
  const rights = new Map<string, Rights | undefined>()
  const readerOf = (request: IncomingMessage) => new URL(request.url ?? '', 'http://x').pathname
  const streams = new EventStreams({
    tail,
    rightsNow: async (request) => rights.get(readerOf(request)),
    pace: { heartbeatMs: 30, rightsMs: 0, stalledMs: 1_000, ...pace },
  })
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://x')
    const after = request.headers['last-event-id'] ?? searchParams.get('after')
    streams
      .serve(request, response, {
        ...{ account: readerOf(request), rights: rights.get(readerOf(request)) ?? new Map() },
        ...{ product: searchParams.get('product') ?? undefined },
        ...{ types: searchParams.get('types')?.split(',') ?? [] },
        after: typeof after === 'string' ? Number(after) : undefined,
      })
      .catch((error: { status: number }) => response.writeHead(error.status).end())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const readers: Reader[] = []
  t.after(async () => {
    for (const reader of readers) reader.close()
    streams.endAll()
    server.closeAllConnections()
    server.close()
    await tail.stop()
    await database.destroy()
  })
  return {
    ...{ events, tail, streams, database },
    grant: (reader: string, ...grants: Grant[]) => rights.set(`/${reader}`, rightsOf(grants)),
    forget: (reader: string) => rights.set(`/${reader}`, undefined),
    read: async (reader: string, query = '', headers: Record<string, string> = {}) => {
      const { port } = server.address() as AddressInfo
      const reading = new Reader(`http://127.0.0.1:${port}/${reader}${query}`, headers)
      readers.push(reading)
      await reading.until(() => reading.status !== 0)
      return reading
    },
    happen: async (...all: Partial<NewEvent>[]) => {
      for (const each of all) await events.add(event(each))
      await tail.look()
    },
  }
}

test('a reader hears every event once and in order, and goes on behind the last one it had', {
  timeout: PATIENCE_MS,
}, async (t) => {
  const at = await site(t)
  at.grant('ada', { role: 'viewer', product: '*' })
  await at.happen({}, {})
  const first = await at.read('ada')
  await at.happen({ data: 3 }, { data: 4 })
  await first.until(() => first.messages.length >= 2)
  assert.deepEqual(
    first.messages.map(({ id }) => id),
    ['3', '4'],
  )
  first.close()
  await at.happen({ data: 5 }, { data: 6 })
  const again = await at.read('ada', '', { 'last-event-id': '3' })
  await again.until(() => again.messages.length >= 3)
  await at.happen({ data: 7 })
  await again.until(() => again.messages.length >= 4)
  assert.deepEqual(
    again.messages.map(({ id }) => id),
    ['4', '5', '6', '7'],
  )
  const all = await at.read('ada', '?after=0')
  await all.until(() => all.messages.length >= 7)
  assert.deepEqual(
    all.messages.map(({ id }) => id),
    ['1', '2', '3', '4', '5', '6', '7'],
  )
})

test('nobody hears of a foreign product, nor of what their roles do not show them', {
  timeout: PATIENCE_MS,
}, async (t) => {
  const at = await site(t)
  at.grant('viewer', { role: 'viewer', product: 'lumen' })
  at.grant('auditor', { role: 'auditor', product: '*' })
  const viewer = await at.read('viewer')
  const auditor = await at.read('auditor', '?types=security.*,device.lost')
  await at.happen(
    { type: 'rollout.started', product: 'other' },
    { type: 'security.sign-in-suspicious', product: undefined },
    { type: 'device.lost' },
    { type: 'rollout.stopped', product: undefined },
    { type: 'rollout.stopped' },
  )
  await viewer.until(() => viewer.messages.length >= 2)
  await auditor.until(() => auditor.messages.length >= 2)
  assert.deepEqual(
    viewer.messages.map(({ data }) => [data.type, data.product]),
    [
      ['device.lost', 'lumen'],
      ['rollout.stopped', 'lumen'],
    ],
  )
  assert.deepEqual(auditor.types, ['security.sign-in-suspicious', 'device.lost'])
  // What was left out leaves its mark, so that a reader who comes back begins behind it.
  assert.deepEqual(viewer.kinds, ['message', 'message'])
})

test('nothing shows the moment at which something happens that a reader must not hear of', {
  timeout: PATIENCE_MS,
}, async (t) => {
  const at = await site(t)
  at.grant('viewer', { role: 'viewer', product: 'lumen' })
  const viewer = await at.read('viewer')
  for (let time = 0; time < 3; time += 1) {
    await at.happen({ type: 'disclosure.received', product: undefined })
    const { comments } = viewer
    await viewer.until(() => viewer.comments > comments)
  }
  await at.happen({ type: 'rollout.stopped' })
  await viewer.until(() => viewer.messages.length >= 1)
  assert.deepEqual(viewer.bareMarks, [])
})

test('a stream ends when its reader is signed out, and narrows with the reader’s rights', {
  timeout: PATIENCE_MS,
}, async (t) => {
  const at = await site(t)
  at.grant('ada', { role: 'viewer', product: 'lumen' }, { role: 'viewer', product: 'other' })
  const ada = await at.read('ada')
  await at.happen({ product: 'other' })
  await ada.until(() => ada.messages.length >= 1)
  at.grant('ada', { role: 'viewer', product: 'lumen' })
  await at.happen({ product: 'other', data: 'secret' }, { product: 'lumen' })
  await ada.until(() => ada.messages.length >= 2)
  assert.deepEqual(
    ada.messages.map(({ data }) => data.product),
    ['other', 'lumen'],
  )
  at.forget('ada')
  await at.happen({ product: 'lumen', data: 'secret' })
  await ada.ended
  assert.equal(ada.messages.length, 2)
})

test('a reader who hears of nothing is kept alive, and ended by the next heartbeat once the right is gone', {
  timeout: PATIENCE_MS,
}, async (t) => {
  const at = await site(t)
  at.grant('ada', { role: 'viewer', product: 'lumen' })
  const ada = await at.read('ada')
  await ada.until(() => ada.comments >= 3)
  at.forget('ada')
  await ada.ended
})

test('an account has ten live views and no more', { timeout: PATIENCE_MS }, async (t) => {
  const at = await site(t)
  at.grant('ada', { role: 'viewer', product: '*' })
  at.grant('bob', { role: 'viewer', product: '*' })
  for (let open = 0; open < 10; open += 1) assert.equal((await at.read('ada')).status, 200)
  assert.equal((await at.read('ada')).status, 429)
  assert.equal((await at.read('bob')).status, 200)
})

test('who comes back so late that events are gone is told how many', {
  timeout: PATIENCE_MS,
}, async (t) => {
  const at = await site(t)
  at.grant('ada', { role: 'viewer', product: '*' })
  for (let old = 0; old < 5; old += 1) await at.events.add(event({ at: AT - 100 }))
  await at.events.order()
  await at.events.add(event())
  await at.events.deleteBefore(AT, 100)
  await at.tail.look()
  const ada = await at.read('ada', '?after=1')
  await ada.until(() => ada.messages.length >= 1)
  assert.deepEqual(ada.kinds, ['gap', 'message'])
})

test('the API streams events of all products and of one, to who may', {
  timeout: PATIENCE_MS,
}, async (t) => {
  const server = await TestServer.start(t)
  await server.call('POST', '/products', { id: 'lumen' })
  assert.equal((await server.raw('/events', { authorization: 'none' })).status, 401)
  assert.equal((await server.raw('/products/no-such/events')).status, 404)
  assert.equal((await server.raw('/events?types=Rollout')).status, 400)
  const over = new AbortController()
  const streams = await Promise.all(
    ['/events', '/products/lumen/events'].map((path) =>
      server.raw(`${path}?after=0`, {}, over.signal),
    ),
  )
  const { events } = sqlStores(server.edge?.database as never)
  await events.add(event({ product: 'other' }))
  await events.add(event({ type: 'rollout.finished' }))
  for (const [index, stream] of streams.entries()) {
    assert.equal(stream.headers.get('content-type'), 'text/event-stream')
    let text = ''
    for await (const chunk of stream.body as ReadableStream<Uint8Array>) {
      text += new TextDecoder().decode(chunk)
      if (text.includes('rollout.finished')) break
    }
    assert.equal(text.includes('"product":"other"'), index === 0)
  }
  over.abort()
})
