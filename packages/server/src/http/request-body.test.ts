import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { readBytes } from './request-body.ts'

const MAX_BYTES = 20_000

/** What a server makes of a body that comes in these pieces. */
async function received(pieces: readonly Buffer[]): Promise<Buffer | string> {
  const body = Promise.withResolvers<Buffer | string>()
  const server = createServer((incoming, response) => {
    readBytes(incoming, MAX_BYTES)
      .catch((error: { code: string }) => error.code)
      .then((bytes) => {
        body.resolve(bytes)
        response.end()
      }, body.reject)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const outgoing = request({ port, method: 'POST', host: '127.0.0.1' })
  outgoing.on('error', () => {})
  for (const piece of pieces) {
    outgoing.write(piece)
    await new Promise(setImmediate)
  }
  outgoing.end()
  try {
    return await body.promise
  } finally {
    outgoing.destroy()
    server.close()
    server.closeAllConnections()
  }
}

for (const [what, sizes] of [
  ['nothing', []],
  ['one piece', [5]],
  ['bytes one by one', Array.from({ length: 300 }, () => 1)],
  ['pieces that outgrow what was set aside', [4_096, 1, 4_000, 9_000]],
  ['all that may come', [10_000, 10_000]],
] as const) {
  test(`a body of ${what} is read as it was sent`, async () => {
    let next = 0
    const pieces = sizes.map((size) =>
      Buffer.from(Array.from({ length: size }, () => next++ % 251)),
    )
    assert.deepEqual(await received(pieces), Buffer.concat(pieces))
  })
}

test('a body of one byte more than may come is refused, however it comes', async () => {
  assert.equal(
    await received([Buffer.alloc(10_000), Buffer.alloc(10_000), Buffer.alloc(1)]),
    'BODY_TOO_LARGE',
  )
  assert.equal(await received([Buffer.alloc(MAX_BYTES + 1)]), 'BODY_TOO_LARGE')
})
