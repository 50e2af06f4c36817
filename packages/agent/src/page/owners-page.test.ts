/** The page's listener over real sockets, before a table of routes, with the clock in the test's hand. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type IncomingMessage, request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, beforeEach, test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import type { LocalRequest, LocalRoute } from '../local-api/route.ts'
import type { ActivityLog } from '../ports.ts'
import { OwnersPage } from './owners-page.ts'

const root = await mkdtemp(join(tmpdir(), 'fleetward-owners-page-'))
const recorded: Parameters<ActivityLog['record']>[0][] = []
const logged: Record<string, unknown>[] = []
const reported: number[] = []
const asked: LocalRequest[] = []
const bugs: unknown[] = []
let nowMs = 0

const activity: ActivityLog = {
  record: async (entry) => void recorded.push(entry),
  head: () => ({ seq: 0, hash: '' }),
  claim: () => undefined,
  setOff: async () => {},
}

const json = async (request: LocalRequest) => {
  asked.push(request)
  return { json: { body: request.body } }
}
const routes: LocalRoute[] = [
  { method: 'GET', path: '/1/status', summary: '', forPage: true, answer: json },
  { method: 'POST', path: '/1/opt-out', summary: '', forPage: true, answer: json },
  { method: 'GET', path: '/1/pairing', summary: '', forPage: false, answer: json },
  {
    ...{ method: 'POST', path: '/1/import', summary: '', forPage: true, takesUpload: true },
    answer: async (request) => {
      asked.push(request)
      let length = 0
      for await (const part of request.upload ?? []) length += part.length
      return { json: { length } }
    },
  },
  {
    ...{ method: 'GET', path: '/1/events', summary: '', forPage: true },
    answer: async ({ signal }) => ({
      contentType: 'text/event-stream',
      stream: (async function* () {
        yield Buffer.from('event: state\n\n')
        await once(signal, 'abort')
      })(),
    }),
  },
  {
    ...{ method: 'GET', path: '/1/export', summary: '', forPage: true },
    answer: async () => ({
      contentType: 'application/octet-stream',
      fileName: 'a"b\r\nset-cookie: x/../y.age',
      stream: (async function* () {
        yield Buffer.from('bytes')
      })(),
    }),
  },
  {
    ...{ method: 'GET', path: '/1/doctor', summary: '', forPage: true },
    answer: async () => {
      throw new TypeError('a bug of ours')
    },
  },
]

const page = await OwnersPage.prepare({
  settings: {
    ...{ enabled: true, port: 0 },
    localNetwork: { address: '127.0.0.1', port: 0, hostNames: ['gateway.local'] },
  },
  ...{ device: 'LG1-00017', folder: join(root, 'page'), labelFile: join(root, 'label') },
  log: { write: (_, event, facts) => void logged.push({ event, ...facts }) },
  activity,
  monotonicMs: () => nowMs,
  reportTries: async (tries) => void reported.push(tries),
  onFailed: (error) => void bugs.push(error),
})
await page.open(routes, false)
after(async () => {
  await page.close()
  await rm(root, { recursive: true })
})
beforeEach(() => {
  for (const list of [recorded, logged, reported, asked, bugs]) list.length = 0
  // Whatever was tried before is forgotten, and so are its sessions.
  nowMs += 24 * 3_600_000
})

const [url = ''] = page.pairing.urls
const { port, host } = new URL(url)

interface Sent {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string | Buffer
}

async function send(path: string, { method = 'GET', headers = {}, body }: Sent = {}) {
  const own = { host, origin: `http://${host}`, 'content-type': 'application/json' }
  const sent = plainRequest({
    ...{ host: '127.0.0.1', port, path, method },
    headers: { ...own, ...headers },
    agent: false,
  })
  sent.end(body)
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  return { status: answer.statusCode, headers: answer.headers, words: await text(answer) }
}

const codeIn = ({ words }: { words: string }) => JSON.parse(words).error?.code

async function tryCode(code: string) {
  return send('/session', { method: 'POST', body: JSON.stringify({ code }) })
}

async function comeIn(): Promise<Record<string, string>> {
  const answer = await tryCode(page.pairing.code)
  assert.equal(answer.status, 200)
  const [cookie = ''] = answer.headers['set-cookie'] ?? []
  return { cookie: cookie.split(';')[0] ?? '', 'fleetward-token': JSON.parse(answer.words).token }
}

test('it listens on this machine alone until the owner wants more (CRA P-047)', async () => {
  assert.equal(new URL(url).hostname, 'localhost')
  assert.equal(page.pairing.localNetwork, undefined)
  assert.equal((await send('/')).status, 200)
})

test('nobody is let in without the code: no route answers, and what lies open holds nothing of the device', async () => {
  for (const route of routes) {
    const answer = await send(route.path, { method: route.method })
    assert.ok(['NOT_PAIRED', 'NOT_FOUND_HERE'].includes(codeIn(answer)), route.path)
  }
  assert.equal((await send('/session')).status, 401)
  assert.deepEqual(asked, [])
  assert.doesNotMatch((await send('/')).words, /LG1-00017/)
})

test('the right code opens a session by a cookie that scripts cannot read and a token', async () => {
  const answer = await tryCode(page.pairing.code.toLowerCase().replaceAll('-', ' '))
  assert.equal(answer.status, 200)
  const [cookie = ''] = answer.headers['set-cookie'] ?? []
  assert.match(cookie, /^fleetward=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
  const headers = {
    cookie: cookie.split(';')[0] ?? '',
    'fleetward-token': JSON.parse(answer.words).token,
  }
  assert.equal((await send('/1/status', { headers })).status, 200)
  assert.equal(asked[0]?.by, 'page')
  assert.deepEqual(recorded[0]?.event, 'paired')
  const session = await send('/session', { headers })
  assert.equal(JSON.parse(session.words).endsInSeconds, 12 * 3600)
})

test('half a session is none', async () => {
  const { cookie = '', 'fleetward-token': token = '' } = await comeIn()
  for (const headers of [
    { cookie },
    { 'fleetward-token': token },
    { cookie, 'fleetward-token': 'x' },
  ]) {
    assert.equal(
      (await send('/1/status', { headers: headers as Record<string, string> })).status,
      401,
    )
  }
})

test('who leaves is out, and so is everybody when the code is renewed', async () => {
  const headers = await comeIn()
  const left = await send('/session', { method: 'DELETE', headers })
  assert.match(left.headers['set-cookie']?.[0] ?? '', /Max-Age=0/)
  assert.equal((await send('/1/status', { headers })).status, 401)

  const others = await comeIn()
  const before = page.pairing.code
  await page.renewCode()
  assert.equal((await send('/1/status', { headers: others })).status, 401)
  assert.equal(codeIn(await tryCode(before)), 'PAIRING_CODE_WRONG')
  assert.deepEqual(
    recorded.map(({ event }) => event),
    ['paired', 'page-left', 'paired', 'pairing-code-renewed', 'pairing-code-wrong'],
  )
})

test('wrong codes are slowed, recorded, and after five reported to the server (CRA P-062)', async () => {
  for (const wait of [1, 2, 4, 8, 16]) {
    const answer = await tryCode('ACDE-FHJK-MNPQ')
    assert.equal(answer.status, 403)
    assert.equal(answer.headers['retry-after'], String(wait))
    // Not even the right code is looked at meanwhile.
    const early = await tryCode(page.pairing.code)
    assert.deepEqual([early.status, codeIn(early)], [429, 'TOO_MANY_TRIES'])
    assert.equal(early.headers['retry-after'], String(wait))
    nowMs += wait * 1000
  }
  assert.deepEqual(reported, [5])
  assert.deepEqual(
    recorded.map(({ class: name, event, facts }) => [name, event, facts?.tries]),
    [1, 2, 3, 4, 5].map((tries) => ['access', 'pairing-code-wrong', tries]),
  )
  assert.equal((await tryCode(page.pairing.code)).status, 200)
})

test('what another page in the browser can send is refused', async () => {
  const headers = await comeIn()
  const attacks: [headers: Record<string, string>, code: string][] = [
    [{ origin: 'https://evil.example' }, 'ORIGIN_REFUSED'],
    [{ origin: 'http://localhost:1' }, 'ORIGIN_REFUSED'],
    [{ origin: 'null' }, 'ORIGIN_REFUSED'],
    [{ 'sec-fetch-site': 'cross-site' }, 'ORIGIN_REFUSED'],
    [{ 'sec-fetch-site': 'same-site' }, 'ORIGIN_REFUSED'],
    [{ host: 'evil.example' }, 'HOST_REFUSED'],
    [{ 'content-type': 'text/plain' }, 'REQUEST_INVALID'],
    [{ 'content-type': 'application/x-www-form-urlencoded' }, 'REQUEST_INVALID'],
  ]
  for (const [more, code] of attacks) {
    const answer = await send('/1/opt-out', {
      ...{ method: 'POST', headers: { ...headers, ...more }, body: '{}' },
    })
    assert.equal(codeIn(answer), code, JSON.stringify(more))
  }
  assert.deepEqual(asked, [])
})

test('every answer forbids scripts of others, frames, sniffing and caching', async () => {
  const headers = await comeIn()
  for (const answer of [
    await send('/'),
    await send('/1/status', { headers }),
    await send('/nothing'),
  ]) {
    const policy = String(answer.headers['content-security-policy'])
    assert.match(policy, /default-src 'none'; script-src 'self';/)
    assert.match(policy, /frame-ancestors 'none'/)
    assert.doesNotMatch(policy, /unsafe|\*|https?:/)
    assert.equal(answer.headers['x-content-type-options'], 'nosniff')
    assert.equal(answer.headers['referrer-policy'], 'no-referrer')
    assert.equal(answer.headers['access-control-allow-origin'], undefined)
  }
  assert.equal((await send('/1/status', { headers })).headers['cache-control'], 'no-store')
})

test('what is not for the page is not there, whoever asks', async () => {
  const headers = await comeIn()
  for (const path of ['/1/pairing', '/1/nothing', '/1/status/', '/1', '/site/../site.ts']) {
    assert.equal((await send(path, { headers })).status, 404, path)
  }
  assert.equal((await send('/1/status', { headers, method: 'PUT' })).status, 404)
  assert.equal((await send('/', { method: 'POST' })).status, 404)
})

test('a body that is too long, no JSON, or no object with a code is refused', async () => {
  const bodies = ['', '{', '[]', '{"code":1}', '{"code":"x","code":"y"}', `"${'x'.repeat(70_000)}"`]
  for (const body of bodies) {
    assert.equal(codeIn(await send('/session', { method: 'POST', body })), 'REQUEST_INVALID')
  }
  assert.deepEqual(recorded, [])
})

test('a body without an end is cut off at its limit, before anything is made of it', async () => {
  const sent = plainRequest({
    ...{ host: '127.0.0.1', port, path: '/session', method: 'POST', agent: false },
    headers: { host, origin: `http://${host}`, 'content-type': 'application/json' },
  })
  const answered = once(sent, 'response')
  let sentBytes = 0
  const more = () => {
    sentBytes += 16_384
    if (sentBytes < 8_000_000) sent.write(Buffer.alloc(16_384, ' '), () => setImmediate(more))
  }
  more()
  sent.on('error', () => {})
  const [answer] = (await answered) as [IncomingMessage]
  answer.on('error', () => {}).resume()
  assert.equal(answer.statusCode, 400)
  assert.ok(sentBytes < 8_000_000, `${sentBytes} were taken`)
  sentBytes = 8_000_000
  sent.destroy()
})

test('an upload reaches its route as a stream, with its own headers and not the session’s', async () => {
  const headers = await comeIn()
  const answer = await send('/1/import?dryRun=1', {
    ...{ method: 'POST', body: Buffer.alloc(300_000) },
    headers: {
      ...headers,
      'fleetward-passphrase': 'c2VjcmV0',
      'content-type': 'application/octet-stream',
    },
  })
  assert.deepEqual(JSON.parse(answer.words), { length: 300_000 })
  assert.deepEqual(asked[0]?.headers, { 'fleetward-passphrase': 'c2VjcmV0' })
  assert.equal(asked[0]?.query.get('dryRun'), '1')
})

test('a download is a file whose name cannot break out of its header', async () => {
  const headers = await comeIn()
  const answer = await send('/1/export', { headers })
  assert.equal(answer.words, 'bytes')
  assert.match(String(answer.headers['content-disposition']), /^attachment; filename="[\w.-]+"$/)
})

test('a stream of events ends with its session', async () => {
  const headers = await comeIn()
  const sent = plainRequest({
    host: '127.0.0.1',
    port,
    path: '/1/events',
    headers: { host, ...headers },
  }).end()
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  const [first] = await once(answer, 'data')
  assert.match(String(first), /event: state/)
  const cut = Promise.withResolvers<unknown>()
  answer.on('error', cut.resolve)
  await send('/session', { method: 'DELETE', headers })
  assert.match(String(await cut.promise), /aborted/)
})

test('a bug in an answer ends that request and nothing else', async () => {
  const headers = await comeIn()
  await assert.rejects(send('/1/doctor', { headers }), { code: 'ECONNRESET' })
  assert.equal(bugs.length, 1)
  assert.equal((await send('/1/status', { headers })).status, 200)
})

test('headers that are too long or are no HTTP are answered by closing', async () => {
  for (const words of [
    `GET / HTTP/1.1\r\nhost: ${host}\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`,
    'HELLO\r\n\r\n',
  ]) {
    const socket = connect(Number(port), '127.0.0.1')
    socket.end(words)
    assert.match(await text(socket), /^HTTP\/1.1 4\d\d /)
  }
  assert.equal((await send('/')).status, 200)
})

test('a file that did not change is not sent again', async () => {
  const { headers } = await send('/site/main.js')
  const etag = String(headers.etag)
  assert.equal((await send('/site/main.js', { headers: { 'if-none-match': etag } })).status, 304)
})

test('on the local network it is encrypted, with the fingerprint the owner was told, and ends when they want', async () => {
  await page.followLocalNetwork(true)
  const { localNetwork } = page.pairing
  assert.ok(localNetwork)
  const at = new URL(localNetwork.urls.find((each) => each.includes('127.0.0.1')) ?? '')
  const ask = async (headers: Record<string, string>, body?: string) => {
    const sent = tlsRequest({
      ...{ host: '127.0.0.1', port: at.port, path: '/session', method: 'POST', agent: false },
      headers: { host: at.host, origin: at.origin, 'content-type': 'application/json', ...headers },
      rejectUnauthorized: false,
    })
    sent.end(body)
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    const { fingerprint256 } = (answer.socket as TLSSocket).getPeerCertificate()
    return {
      status: answer.statusCode,
      headers: answer.headers,
      fingerprint256,
      words: await text(answer),
    }
  }
  const answer = await ask({}, JSON.stringify({ code: page.pairing.code }))
  assert.equal(answer.fingerprint256, localNetwork.fingerprint)
  assert.match(
    String(answer.headers['set-cookie']),
    /^__Host-fleetward=.*; SameSite=Strict; Secure$/,
  )
  const byName = await ask({ host: 'gateway.local', origin: 'https://gateway.local' }, '{}')
  assert.equal(codeIn(byName), 'REQUEST_INVALID')
  assert.equal(
    codeIn(await ask({ host: 'localhost', origin: 'https://localhost' })),
    'HOST_REFUSED',
  )

  // Plain HTTP gets nothing on the port that others can reach.
  const socket = connect(Number(at.port), '127.0.0.1')
  socket.on('error', () => {}).end(`GET / HTTP/1.1\r\nhost: ${at.host}\r\n\r\n`)
  await once(socket, 'close')
  assert.doesNotMatch(String(socket.read() ?? ''), /200 OK/)

  await page.followLocalNetwork(false)
  assert.equal(page.pairing.localNetwork, undefined)
  await assert.rejects(ask({}), { code: 'ECONNREFUSED' })
})

test('an address that is taken leaves the page closed and the agent alone', async () => {
  const second = await OwnersPage.prepare({
    settings: {
      ...{ enabled: true, port: Number(port) },
      localNetwork: { address: '192.0.2.1', port: 0, hostNames: [] },
    },
    ...{ device: 'LG1-00018', folder: join(root, 'second'), labelFile: join(root, 'label') },
    log: { write: (_, event, facts) => void logged.push({ event, ...facts }) },
    ...{ activity, monotonicMs: () => nowMs },
    reportTries: async () => {},
    onFailed: () => {},
  })
  await second.open(routes, true)
  assert.deepEqual(second.pairing.urls, [])
  assert.equal(second.pairing.localNetwork, undefined)
  const reasons = logged.filter(({ event }) => event === 'page-unavailable')
  assert.ok(reasons.some(({ reason }) => reason === 'EADDRINUSE'))
  assert.ok(reasons.some(({ reason }) => reason === 'EADDRNOTAVAIL'))
  await second.close()
})
