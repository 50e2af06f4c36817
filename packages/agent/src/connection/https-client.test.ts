import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { TLSSocket } from 'node:tls'
import { gzipSync } from 'node:zlib'
import { type PemPair, TestAuthority } from '../../../../test/support/test-certificates.ts'
import { HttpsClient } from './https-client.ts'
import type { HttpsLimits } from './https-limits.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

let serverCa: TestAuthority
let fleetCa: TestAuthority
let pair: PemPair
let device: PemPair
const cleanups: (() => void)[] = []

before(async () => {
  serverCa = await TestAuthority.create('server CA')
  fleetCa = await TestAuthority.create('fleet CA')
  pair = await serverCa.server()
  device = await fleetCa.device('lumen-g1', 'G1-0001')
})
after(() => {
  for (const cleanup of cleanups) cleanup()
})

async function serve(answer: Answer, maxVersion?: 'TLSv1.2'): Promise<string> {
  const server: Server = createServer(
    {
      cert: pair.certificate,
      key: pair.key,
      ca: fleetCa.pem,
      requestCert: true,
      ...(maxVersion === undefined ? {} : { maxVersion }),
    },
    answer,
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanups.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `https://localhost:${(server.address() as AddressInfo).port}`
}

function clientWith(limits: Partial<HttpsLimits> = {}, ca = serverCa.pem): HttpsClient {
  const identity = () => ({ certificate: device.certificate, key: device.key })
  const client = new HttpsClient({ ca, identity, limits })
  cleanups.push(() => client.close())
  return client
}

const sayHello: Answer = (_, response) => void response.end('hello')

test('gets a body with the certificate of the device, asking for no encoding', async () => {
  let seen: { cn: unknown; encoding: unknown; protocol: unknown } | undefined
  const url = await serve((request, response) => {
    const socket = request.socket as TLSSocket
    seen = {
      cn: socket.getPeerCertificate().subject.CN,
      encoding: request.headers['accept-encoding'],
      protocol: socket.getProtocol(),
    }
    response.end('hello')
  })
  const body = await clientWith().fetch(`${url}/x`, { maxBytes: 5 })
  assert.equal(body.toString(), 'hello')
  assert.deepEqual(seen, { cn: 'G1-0001', encoding: 'identity', protocol: 'TLSv1.3' })
})

test('uses one connection for several requests', async () => {
  const ports = new Set<number | undefined>()
  const url = await serve((request, response) => {
    ports.add(request.socket.remotePort)
    response.end('hello')
  })
  const client = clientWith()
  for (let i = 0; i < 3; i += 1) await client.fetch(`${url}/x`, { maxBytes: 5 })
  assert.equal(ports.size, 1)
})

test('asks again when the kept connection is gone', async () => {
  let requests = 0
  const url = await serve((request, response) => {
    requests += 1
    if (requests === 2) request.socket.destroy()
    else response.end('hello')
  })
  const client = clientWith()
  await client.fetch(`${url}/x`, { maxBytes: 5 })
  const body = await client.fetch(`${url}/x`, { maxBytes: 5 })
  assert.equal(body.toString(), 'hello')
  assert.equal(requests, 3)
})

test('refuses a server of another authority', async () => {
  const url = await serve(sayHello)
  await assert.rejects(clientWith({}, fleetCa.pem).fetch(`${url}/x`, { maxBytes: 5 }), {
    code: 'SERVER_UNREACHABLE',
  })
})

test('refuses TLS 1.2', async () => {
  const url = await serve(sayHello, 'TLSv1.2')
  await assert.rejects(clientWith().fetch(`${url}/x`, { maxBytes: 5 }), {
    code: 'SERVER_UNREACHABLE',
  })
})

test('refuses plain http', async () => {
  await assert.rejects(clientWith().fetch('http://localhost:1/x', { maxBytes: 5 }), {
    code: 'SERVER_REFUSED',
  })
})

test('a missing file has a code of its own', async () => {
  const url = await serve((_, response) => void response.writeHead(404).end())
  await assert.rejects(clientWith().fetch(`${url}/9.root.json`, { maxBytes: 5 }), {
    code: 'NOT_FOUND',
  })
})

test('a refusal carries the status and the code of the problem details', async () => {
  const url = await serve((_, response) => {
    response.writeHead(403, { 'content-type': 'application/problem+json' })
    response.end(JSON.stringify({ code: 'ENROLMENT_TOKEN_USED', status: 403, title: 'no' }))
  })
  await assert.rejects(clientWith().fetch(`${url}/x?secret=1`, { maxBytes: 5 }), {
    code: 'SERVER_REFUSED',
    facts: {
      host: new URL(url).host,
      path: '/x',
      status: 403,
      expected: 200,
      problem: 'ENROLMENT_TOKEN_USED',
    },
  })
})

for (const [what, body] of [
  ['endless problem details', `{"code":"A_CODE","detail":"${'x'.repeat(10_000)}"}`],
  ['a code made to confuse a terminal', '{"code":"\\u001b[2J"}'],
  ['problem details that are no JSON', '{'],
] as const) {
  test(`believes no ${what}`, async () => {
    const url = await serve((_, response) => {
      response.writeHead(500, { 'content-type': 'application/problem+json' }).end(body)
    })
    await assert.rejects(clientWith().fetch(`${url}/x`, { maxBytes: 5 }), {
      code: 'SERVER_REFUSED',
      facts: { host: new URL(url).host, path: '/x', status: 500, expected: 200 },
    })
  })
}

test('follows no redirect', async () => {
  const paths: (string | undefined)[] = []
  const url = await serve((request, response) => {
    paths.push(request.url)
    response.writeHead(302, { location: '/elsewhere' }).end()
  })
  await assert.rejects(clientWith().fetch(`${url}/x`, { maxBytes: 5 }), { code: 'SERVER_REFUSED' })
  assert.deepEqual(paths, ['/x'])
})

test('refuses an encoded body instead of decoding it', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('hello'))
  })
  await assert.rejects(clientWith().fetch(`${url}/x`, { maxBytes: 500 }), {
    code: 'SERVER_REFUSED',
  })
})

test('refuses a body that announces too much, before it is sent', async () => {
  let sent = 0
  const url = await serve((_, response) => {
    response.writeHead(200, { 'content-length': 1_000_000 })
    response.flushHeaders()
    response.on('close', () => {
      sent = response.socket?.bytesWritten ?? 0
    })
  })
  await assert.rejects(clientWith().fetch(`${url}/x`, { maxBytes: 1000 }), {
    code: 'LENGTH_EXCEEDED',
  })
  assert.ok(sent < 10_000)
})

test('stops reading a body without announced length at the limit', async () => {
  const url = await serve((_, response) => {
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(100_000))) {}
    }
    response.on('drain', more)
    more()
  })
  await assert.rejects(clientWith().fetch(`${url}/x`, { maxBytes: 1000 }), {
    code: 'LENGTH_EXCEEDED',
  })
})

test('a connection cut in the middle of a body is a cut, not an end', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { 'content-length': 100 })
    response.write('half', () => response.destroy())
  })
  await assert.rejects(clientWith().fetch(`${url}/x`, { maxBytes: 100 }), {
    code: 'TRANSFER_CUT_OFF',
  })
})

test('a connection cut without announced length is a cut as well', async () => {
  const url = await serve((_, response) => {
    response.write('half', () => response.destroy())
  })
  await assert.rejects(clientWith().fetch(`${url}/x`, { maxBytes: 100 }), {
    code: 'TRANSFER_CUT_OFF',
  })
})

test('gives up a server that says nothing', async () => {
  const url = await serve(() => {})
  await assert.rejects(clientWith({ idleTimeoutMs: 60 }).fetch(`${url}/x`, { maxBytes: 5 }), {
    code: 'SERVER_UNREACHABLE',
  })
})

test('gives up a body that stalls', async (t) => {
  const url = await serve((_, response) => void response.write('half'))
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const begun = Promise.withResolvers<void>()
  const reader = {
    block() {
      begun.resolve()
      return undefined
    },
  }
  const client = clientWith({ idleTimeoutMs: 60 })
  const stalled = assert.rejects(client.receive(`${url}/x`, {}, reader), {
    code: 'TRANSFER_TOO_SLOW',
  })
  await Promise.race([begun.promise, stalled])
  await nextTurn()
  t.mock.timers.tick(60)
  await stalled
})

function drip(response: ServerResponse, everyMs: number): void {
  const timer = setInterval(() => {
    if (response.destroyed) clearInterval(timer)
    else response.write('.')
  }, everyMs)
}

test('gives up a body that drips', async () => {
  const url = await serve((_, response) => drip(response, 10))
  const limits = { minimumBytesPerSecond: 5000, minimumSpeedWindowMs: 80 }
  await assert.rejects(clientWith(limits).fetch(`${url}/x`, { maxBytes: 5000 }), {
    code: 'TRANSFER_TOO_SLOW',
  })
})

test('a drip is not excused by a reader that pauses after each byte', async () => {
  const url = await serve((_, response) => drip(response, 10))
  const limits = { minimumBytesPerSecond: 5000, minimumSpeedWindowMs: 80, idleTimeoutMs: 60_000 }
  const reader = { block: () => Promise.resolve() }
  await assert.rejects(clientWith(limits).receive(`${url}/x`, {}, reader), {
    code: 'TRANSFER_TOO_SLOW',
  })
})

test('a reader that takes its time is not the server’s fault', async () => {
  const url = await serve((_, response) => {
    response.write('first')
    setTimeout(() => response.end('second'), 10)
  })
  const limits = {
    ...{ minimumBytesPerSecond: 10, minimumSpeedWindowMs: 500 },
    // A busy machine answers within it.
    idleTimeoutMs: 1_000,
  }
  const blocks: string[] = []
  await clientWith(limits).receive(
    `${url}/x`,
    {},
    {
      async block(block) {
        if (blocks.length === 0) await new Promise((resolve) => setTimeout(resolve, 1_500))
        blocks.push(block.toString())
      },
    },
  )
  assert.equal(blocks.join(''), 'firstsecond')
})

test('gives up a body that takes too long in all', async () => {
  const url = await serve((_, response) => drip(response, 5))
  const limits = { totalTimeoutMs: 80, minimumBytesPerSecond: 0 }
  await assert.rejects(clientWith(limits).fetch(`${url}/x`, { maxBytes: 5000 }), {
    code: 'TRANSFER_TOO_SLOW',
  })
})

test('gives up a server that takes the connection and never shakes hands', async () => {
  const sockets: Socket[] = []
  const server = createTcpServer((socket) => sockets.push(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  await assert.rejects(
    clientWith({ connectTimeoutMs: 60 }).fetch(`https://localhost:${port}/x`, { maxBytes: 5 }),
    { code: 'SERVER_UNREACHABLE' },
  )
})

test('a request that queued for a connection counts as connected when it gets one', async (t) => {
  const asking: ServerResponse[] = []
  const url = await serve((_, response) => void asking.push(response))
  // A real clock would also run while a busy machine shakes hands.
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const client = clientWith({ connectTimeoutMs: 300 })
  const answers = Array.from({ length: 12 }, () => client.fetch(url, { maxBytes: 10 }))
  const all = Promise.all(answers)
  for (let answered = 0; answered < answers.length; ) {
    while (asking.length === 0) await Promise.race([all, nextTurn()])
    // Longer than a connection may take to come about, for whoever has none yet.
    if (answered === 0) {
      while (asking.length < 4) await Promise.race([all, nextTurn()])
      t.mock.timers.tick(400)
    }
    for (const response of asking.splice(0)) {
      response.end('hello')
      answered += 1
    }
  }
  assert.equal((await all).length, 12)
})

test('a server that is away is unreachable, and the error names neither query nor password', async () => {
  const url = 'https://user:hunter2@127.0.0.1:9/path?token=s3cret'
  await assert.rejects(clientWith().fetch(url, { maxBytes: 5 }), (error: Error) => {
    assert.equal((error as { code?: string }).code, 'SERVER_UNREACHABLE')
    assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)}`, /hunter2|s3cret|token/)
    return true
  })
})

test('an abort ends the request with its reason', async () => {
  const url = await serve((_, response) => void response.write('half'))
  const stop = new AbortController()
  const reader = {
    block() {
      stop.abort(new Error('the owner said no'))
      return undefined
    },
  }
  await assert.rejects(clientWith().receive(`${url}/x`, { signal: stop.signal }, reader), {
    message: 'the owner said no',
  })
})

test('what a reader throws ends the request', async () => {
  const url = await serve(sayHello)
  const reader = {
    block(): undefined {
      throw new Error('wrong bytes')
    },
  }
  await assert.rejects(clientWith().receive(`${url}/x`, {}, reader), { message: 'wrong bytes' })
})
