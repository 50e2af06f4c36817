/** Slow retrieval: a server that drips, stalls or never answers keeps a device on its old release. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { webSource } from '../../packages/agent/src/tuf/web-source.ts'
import { RepositorySimulator } from '../support/repository-simulator.ts'
import { refusal, TufDevice } from '../support/tuf-device.ts'

/** The patience of the real client, with seconds as fortieths: a busy machine, which is slow itself, still answers within it. */
const LIMITS = {
  connectTimeoutMs: 375,
  idleTimeoutMs: 750,
  totalTimeoutMs: 3000,
  minimumBytesPerSecond: 512,
  minimumSpeedWindowMs: 500,
}

const SLOW: [what: string, answer: (response: ServerResponse) => void, code: string][] = [
  [
    'drips a byte now and then',
    (response) => {
      const drip = setInterval(() => response.write(' '), 50)
      response.on('close', () => clearInterval(drip))
    },
    'TRANSFER_TOO_SLOW',
  ],
  [
    'begins well and then drips',
    (response) => {
      response.write(' '.repeat(2000))
      const drip = setInterval(() => response.write(' '), 50)
      response.on('close', () => clearInterval(drip))
    },
    'TRANSFER_TOO_SLOW',
  ],
  ['sends the head and nothing more', (response) => response.flushHeaders(), 'TRANSFER_TOO_SLOW'],
  ['never answers', () => {}, 'SERVER_UNREACHABLE'],
  [
    'keeps just above the least speed for ever',
    (response) => {
      const drip = setInterval(() => response.write(' '.repeat(60)), 50)
      response.on('close', () => clearInterval(drip))
    },
    'TRANSFER_TOO_SLOW',
  ],
]

for (const [what, answer, code] of SLOW) {
  test(`gives up on a server that ${what}`, async () => {
    const repository = new RepositorySimulator()
    const device = new TufDevice(repository)
    await device.refresh()
    const trusted = device.versions()
    await using server = await serveSlowly(repository, answer)
    await assert.rejects(
      device.refresh({ source: webSource(server.url, LIMITS) }),
      refusal(code as 'TRANSFER_TOO_SLOW'),
    )
    assert.deepEqual(device.versions(), trusted)
    await device.refresh()
  })
}

test('is patient with a server that is slow but fast enough', async () => {
  const repository = new RepositorySimulator()
  const device = new TufDevice(repository)
  // White space around it is allowed, so a short file can take its time.
  const padded = Buffer.concat([repository.newest('timestamp'), Buffer.alloc(2500, ' ')])
  repository.replaceNewest('timestamp', padded)
  await using server = await serveSlowly(repository, (response) => {
    let sent = 0
    const trickle = setInterval(() => {
      response.write(padded.subarray(sent, sent + 20))
      sent += 20
      if (sent < padded.length) return
      clearInterval(trickle)
      response.end()
    }, 10)
  })
  // Two windows and more pass meanwhile, each with several times the bytes it asks for.
  const limits = {
    ...LIMITS,
    totalTimeoutMs: 20_000,
    idleTimeoutMs: 700,
    minimumSpeedWindowMs: 600,
  }
  await device.refresh({ source: webSource(server.url, limits) })
  assert.equal(device.versions().timestamp, 1)
})

/** Everything at once but the timestamp. */
async function serveSlowly(
  repository: RepositorySimulator,
  answer: (response: ServerResponse) => void,
) {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').slice(1)
    if (path === 'timestamp.json') return answer(response)
    const bytes = repository.fetchMetadata(path)
    if (bytes === undefined) response.writeHead(404).end()
    else response.end(bytes)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
