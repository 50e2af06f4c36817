import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { brotliCompressSync } from 'node:zlib'
import { plainFetch } from './plain-fetch.ts'

async function peer(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

const GET = { method: 'GET', headers: {}, body: undefined }

test('a document is fetched, a form is posted', async (t) => {
  const url = await peer(t, async (request, response) => {
    const body = await Array.fromAsync(request)
    const { 'content-type': type, 'accept-encoding': encoding } = request.headers
    const seen = { method: request.method, type, encoding, body: Buffer.concat(body).toString() }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(seen))
  })
  const answer = await plainFetch(url, {
    ...{ method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    body: new URLSearchParams({ code: 'a b' }),
  })
  assert.equal(answer.status, 200)
  assert.deepEqual(await answer.json(), {
    ...{ method: 'POST', type: 'application/x-www-form-urlencoded' },
    ...{ encoding: 'identity', body: 'code=a+b' },
  })
})

test('what the peer compressed is not inflated', async (t) => {
  const url = await peer(t, (_, response) => {
    response.setHeader('content-encoding', 'br').end(brotliCompressSync('{}'))
  })
  await assert.rejects(plainFetch(url, GET), { name: 'NoAnswerError' })
})

test('an answer that never ends is cut off', async (t) => {
  const url = await peer(t, (_, response) => {
    const more = () => {
      while (response.write(Buffer.alloc(65_536)));
      response.once('drain', more)
    }
    more()
  })
  await assert.rejects(plainFetch(url, GET), { name: 'NoAnswerError' })
})

test('it goes nowhere else than it was sent', async (t) => {
  const url = await peer(t, (request, response) => {
    assert.equal(request.url, '/')
    response.writeHead(302, { location: '/elsewhere' }).end()
  })
  assert.equal((await plainFetch(url, GET)).status, 302)
})

test('whoever waits can stop waiting', async (t) => {
  const url = await peer(t, () => {})
  const signal = AbortSignal.timeout(50)
  const stopped = plainFetch(url, { ...GET, signal })
  await assert.rejects(stopped, ({ cause }) => cause.name === 'AbortError')
})
