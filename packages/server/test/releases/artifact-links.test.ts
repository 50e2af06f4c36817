import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { test } from 'node:test'
import { pino } from 'pino'
import { S3Artifacts } from '../../src/adapters/s3/s3-artifacts.ts'
import { chunks, sha256Of } from '../support/artifact-suite.ts'
import { EdgeUnderTest } from '../support/edge-under-test.ts'
import { S3Door } from '../support/s3-door.ts'
import { S3Server } from '../support/s3-server.ts'
import { https, TestDevice } from '../support/test-device.ts'

test('artifacts of a store go through the server, or past it to who can follow a link', async (t) => {
  const server = await S3Server.start(t)
  const door = await S3Door.before(t, server)
  const settings = { ...server.settings, endpoint: door.endpoint }
  const places = {
    through: await S3Artifacts.open(settings, { now: () => new Date(), log }),
    past: await S3Artifacts.open({ ...settings, presign: true }, { now: () => new Date(), log }),
  }
  t.after(() => Promise.all(Object.values(places).map((store) => store.stop())))
  const content = randomBytes(700_000)
  const sha256 = sha256Of(content)
  await places.through.receive(chunks(content), { sha256, length: content.length })

  const edge = await EdgeUnderTest.start(t, { publicDownload: true })
  edge.artifacts = places.through
  edge.files.push({ path: 'releases/1/a.bin', sha256, length: content.length, kind: 'artifact' })
  const lumen = await TestDevice.enrolled(t, edge, 'lumen-1')
  const { host } = new URL(door.endpoint)
  const path = `/artifacts/${sha256}`
  const target = `/tuf/lumen-gateway-g1/targets/releases/1/${sha256}.a.bin`
  const follows = { 'fleetward-follows': host }

  const whole = await lumen.https(path, { headers: follows })
  assert.deepEqual([whole.status, sha256Of(whole.bytes)], [200, sha256])
  const part = await lumen.https(path, { headers: { range: 'bytes=600000-' } })
  assert.deepEqual([part.status, part.bytes], [206, content.subarray(600_000)])
  assert.equal(part.headers['content-range'], 'bytes 600000-699999/700000')

  edge.artifacts = places.past
  const link = await lumen.https(path, { headers: follows })
  assert.deepEqual([link.status, link.headers['cache-control']], [307, 'no-store'])
  assert.deepEqual(await get(link.headers.location ?? ''), content)
  // Who follows nothing, or only elsewhere, gets the bytes.
  for (const headers of [{}, { 'fleetward-follows': 'elsewhere.example' }]) {
    assert.equal((await lumen.https(path, { headers })).status, 200)
  }
  assert.equal((await https(edge, 'public', target)).status, 307)
  edge.files.push({ path: 'releases/1/a.cdx', sha256, length: content.length, kind: 'sbom' })
  const sbom = `/tuf/lumen-gateway-g1/targets/releases/1/${sha256}.a.cdx`
  assert.equal((await https(edge, 'public', sbom)).status, 200)

  await server.stop()
  edge.artifacts = places.through
  const away = await lumen.https(path)
  assert.deepEqual([away.status, away.json.code], [503, 'STORE_UNREACHABLE'])
})

const log = pino({ level: 'silent' })

function get(url: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    httpRequest(url, async (response) => {
      const blocks: Buffer[] = []
      for await (const block of response as AsyncIterable<Buffer>) blocks.push(block)
      resolve(Buffer.concat(blocks))
    })
      .on('error', reject)
      .end()
  })
}
