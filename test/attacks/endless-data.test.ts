/** Endless data: a server that never stops sending fills memory or disk, or holds the update up. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { nodeDigests } from '@fleetward/platform'
import { downloadTargetFile } from '../../packages/agent/src/tuf/target-file.ts'
import { webSource } from '../../packages/agent/src/tuf/web-source.ts'
import { RepositorySimulator } from '../support/repository-simulator.ts'
import { refusal, sourceOf, TufDevice } from '../support/tuf-device.ts'

const LIMITS: [file: string, maxBytes: number][] = [
  ['2.root.json', 64 * 1024],
  ['timestamp.json', 4 * 1024],
  ['1.snapshot.json', 64 * 1024],
  ['1.targets.json', 256 * 1024],
]

// CRA P-080
test('every metadata file is asked for with its limit', async () => {
  const repository = new RepositorySimulator()
  const device = new TufDevice(repository)
  const limits: [string, number][] = []
  const honest = sourceOf(repository)
  await device.refresh({
    source: {
      fetch: (path, maxBytes) => {
        limits.push([path, maxBytes])
        return honest.fetch(path, maxBytes)
      },
    },
  })
  assert.deepEqual(limits, LIMITS)
})

test('a length that signed metadata states is the limit, unless ours is lower', async () => {
  const repository = new RepositorySimulator()
  repository.listsHashes = true
  repository.publish('targets')
  const meta = repository.snapshot.meta['targets.json']
  assert.ok(meta)
  meta.length = 2 ** 40
  repository.publish('snapshot', 'timestamp')
  const device = new TufDevice(repository)
  const honest = sourceOf(repository)
  const limits = new Map<string, number>()
  const fetch = (path: string, maxBytes: number) => {
    limits.set(path, maxBytes)
    return honest.fetch(path, maxBytes)
  }
  await assert.rejects(device.refresh({ source: { fetch } }), refusal('LENGTH_MISMATCH'))
  assert.equal(limits.get('2.snapshot.json'), repository.newest('snapshot').length)
  assert.equal(limits.get('2.targets.json'), 256 * 1024)
})

for (const [file, maxBytes] of LIMITS) {
  test(`an endless ${file} is cut off at its limit, and what was trusted stays`, async () => {
    const repository = new RepositorySimulator()
    const device = new TufDevice(repository)
    let sent = 0
    await using server = await serve((request, response) => {
      const path = (request.url ?? '').slice(1)
      if (path !== file) {
        const bytes = repository.fetchMetadata(path)
        if (bytes === undefined) response.writeHead(404).end()
        else response.end(bytes)
        return
      }
      const block = Buffer.alloc(1024, ' ')
      const more = () => {
        while (!response.destroyed) {
          sent += block.length
          if (!response.write(block)) break
        }
      }
      response.on('drain', more)
      more()
    })
    await assert.rejects(
      device.refresh({ source: webSource(server.url) }),
      refusal('LENGTH_EXCEEDED', { limit: maxBytes }),
    )
    // What lies in the buffers of two sockets may be more than the limit; for ever it is not.
    assert.ok(sent < 64 * 1024 * 1024)
    await device.refresh()
  })
}

test('a length announced above the limit is refused before the body', async () => {
  let sawBody = false
  await using server = await serve((_request, response) => {
    response.writeHead(200, { 'content-length': 10_000_000_000 })
    response.flushHeaders()
    response.on('drain', () => {
      sawBody = true
    })
  })
  await assert.rejects(
    webSource(server.url).fetch('timestamp.json', 4096),
    refusal('LENGTH_EXCEEDED', { limit: 4096 }),
  )
  assert.equal(sawBody, false)
})

test('a target file that is announced above the limit is not asked for', async () => {
  const file = {
    path: 'trust/director.jwks',
    length: 2 ** 40,
    hashes: new Map([['sha256', 'a'.repeat(64)]]),
  }
  let isAsked = false
  const source = {
    fetch: async () => {
      isAsked = true
      return new Uint8Array()
    },
  }
  await assert.rejects(
    downloadTargetFile(source, file, {
      digests: nodeDigests,
      maxBytes: 65_536,
      consistentSnapshot: true,
    }),
    refusal('LENGTH_EXCEEDED', { limit: 65_536 }),
  )
  assert.equal(isAsked, false)
})

test('a small body that would inflate to a large one is not inflated', async () => {
  await using server = await serve((_request, response) => {
    response.writeHead(200, { 'content-encoding': 'br' }).end(Buffer.alloc(64))
  })
  await assert.rejects(
    webSource(server.url).fetch('timestamp.json', 4096),
    refusal('SERVER_REFUSED', { encoding: 'br' }),
  )
})

test('metadata nested or numbered beyond reason is refused', async () => {
  for (const text of ['['.repeat(3000), `[${'0,'.repeat(1500)}0]`, `{"a":${'['.repeat(1000)}`]) {
    const repository = new RepositorySimulator()
    const device = new TufDevice(repository)
    repository.replaceNewest('timestamp', new TextEncoder().encode(text))
    await assert.rejects(device.refresh(), { name: 'TrustError' })
    assert.deepEqual(device.versions(), { root: 1 })
  }
})

async function serve(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1')
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
