/** Slow retrieval: a server that drips, stalls or never answers keeps a device on its old release. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { webSource } from '../../packages/agent/src/tuf/web-source.ts'
import { RepositorySimulator } from '../support/repository-simulator.ts'
import { refusal, TufDevice } from '../support/tuf-device.ts'

/** The patience of the real client, with seconds as hundredths. */
const LIMITS = {
  connectTimeoutMs: 150,
  idleTimeoutMs: 300,
  totalTimeoutMs: 1200,
  minimumBytesPerSecond: 512,
  minimumSpeedWindowMs: 200,
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
