import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { connect } from 'node:tls'
import { promisify } from 'node:util'
import { generateP256 } from '../../src/tls/x509.ts'
import { EdgeUnderTest, endings, OTHER_PRODUCT, PRODUCT } from '../support/edge-under-test.ts'
import { strangeFleetAuthority } from '../support/test-authorities.ts'
import { https, keyPem, sha256, TestDevice } from '../support/test-device.ts'

describe('the listeners', () => {
  const context = endings()
  let edge: EdgeUnderTest
  let device: TestDevice
  const artifact = randomBytes(3_000_003)
  let digest = ''
  before(async () => {
    edge = await EdgeUnderTest.start(context)
    device = await TestDevice.enrolled(context, edge, 'lumen-1')
    digest = await edge.publish('security/1.4.3/lumen.tar.gz', artifact, 'artifact')
  })
  after(() => context.endAll())

  describe('for devices', () => {
    // CRA P-d0, P-058
    test('nobody without a certificate, or with another authority’s, gets as far as a request', async () => {
      await assert.rejects(
        https(edge, 'device', '/devices/self'),
        /certificate required|ECONNRESET|hang up/i,
      )
      const stranger = await strangeFleetAuthority()
      const keys = await generateP256()
      const spki = Buffer.from(await crypto.subtle.exportKey('spki', keys.publicKey))
      const { pem } = await stranger.issue(PRODUCT, 'lumen-1', spki, new Date())
      const forged = { key: await keyPem(keys), cert: pem }
      await assert.rejects(
        https(edge, 'device', '/devices/self', forged),
        /unknown ca|ECONNRESET|hang up/i,
      )
    })

    test('a certificate that the fleet CA signed but nobody recorded opens nothing', async () => {
      const ours = await edge.fleetAuthority()
      const keys = await generateP256()
      const spki = Buffer.from(await crypto.subtle.exportKey('spki', keys.publicKey))
      const { pem } = await ours.issue(PRODUCT, 'lumen-1', spki, new Date())
      const unrecorded = { key: await keyPem(keys), cert: pem }
      const answer = await https(edge, 'device', '/devices/self', unrecorded)
      assert.deepEqual([answer.status, answer.json.code], [403, 'DEVICE_NOT_ADMITTED'])
    })

    test('a device learns who it is and what its manifests say', async () => {
      edge.manifests.set(`${PRODUCT}/cohorts/everyone`, 'for-the-cohort')
      const self = await device.https('/devices/self')
      assert.deepEqual(self.json, { product: PRODUCT, device: 'lumen-1', cohort: 'everyone' })
      const manifest = await device.https('/devices/self/manifest')
      assert.deepEqual(manifest.json, { cohort: 'for-the-cohort' })
      edge.manifests.set(`${PRODUCT}/devices/lumen-1`, 'for-the-device')
      const both = await device.https('/devices/self/manifest')
      assert.deepEqual(both.json, { cohort: 'for-the-cohort', device: 'for-the-device' })
    })

    test('an artifact arrives whole, immutable, with a validator', async () => {
      const answer = await device.https(`/artifacts/${digest}`)
      assert.equal(answer.status, 200)
      assert.equal(sha256(answer.bytes), digest)
      assert.equal(answer.headers.etag, `"${digest}"`)
      assert.equal(answer.headers['accept-ranges'], 'bytes')
      assert.match(String(answer.headers['cache-control']), /immutable/)
      assert.equal(answer.headers['content-encoding'], undefined)
    })

    const length = 3_000_003
    const ranges: [range: string, status: number, first: number, end: number][] = [
      ['bytes=0-0', 206, 0, 1],
      ['bytes=262143-262145', 206, 262_143, 262_146],
      ['bytes=2999990-', 206, 2_999_990, length],
      ['bytes=2999990-9999999', 206, 2_999_990, length],
      ['bytes=-3', 206, length - 3, length],
      ['bytes=0-1,5-6', 200, 0, length],
      ['bytes=5-2', 200, 0, length],
      ['chunks=1-2', 200, 0, length],
    ]
    for (const [range, status, first, end] of ranges) {
      test(`range ${range}: ${status}`, async () => {
        const answer = await device.https(`/artifacts/${digest}`, { headers: { range } })
        assert.equal(answer.status, status)
        assert.deepEqual(answer.bytes, artifact.subarray(first, end))
        const expected = status === 206 ? `bytes ${first}-${end - 1}/${length}` : undefined
        assert.equal(answer.headers['content-range'], expected)
      })
    }

    test('a range behind the end is refused with the length', async () => {
      const answer = await device.https(`/artifacts/${digest}`, {
        headers: { range: `bytes=${length}-` },
      })
      assert.deepEqual([answer.status, answer.headers['content-range']], [416, `bytes */${length}`])
    })

    test('validators: what the device has is not sent again, what changed is sent whole', async () => {
      const etag = `"${digest}"`
      const unchanged = await device.https(`/artifacts/${digest}`, {
        headers: { 'if-none-match': etag },
      })
      assert.deepEqual([unchanged.status, unchanged.bytes.length], [304, 0])
      const ifRange = async (value: string) =>
        (
          await device.https(`/artifacts/${digest}`, {
            headers: { range: 'bytes=1-2', 'if-range': value },
          })
        ).status
      assert.deepEqual([await ifRange(etag), await ifRange('"other"')], [206, 200])
      const head = await device.https(`/artifacts/${digest}`, { method: 'HEAD' })
      assert.deepEqual(
        [head.status, head.headers['content-length'], head.bytes.length],
        [200, '3000003', 0],
      )
    })

    test('curl with the certificate resumes a download', async () => {
      const at = (name: string) => join(edge.folder, name)
      writeFileSync(at('device.pem'), device.certificate)
      writeFileSync(at('device.key'), device.key)
      writeFileSync(at('server-ca.pem'), edge.edge.anchors.serverCaPem)
      writeFileSync(at('artifact'), artifact.subarray(0, 1_000_001))
      // Not the synchronous one: the server is in this process.
      await promisify(execFile)('curl', [
        ...['--silent', '--show-error', '--fail', '--continue-at', '-', '--output', at('artifact')],
        ...['--cacert', at('server-ca.pem'), '--cert', at('device.pem'), '--key', at('device.key')],
        `https://127.0.0.1:${edge.edge.ports.device}/artifacts/${digest}`,
      ])
      const sum = execFileSync('sha256sum', [at('artifact')]).toString()
      assert.equal(sum.slice(0, 64), digest)
    })

    test('what metadata does not list for this product is not there', async () => {
      const foreign = await TestDevice.enrolled(context, edge, 'lamp-1', { product: OTHER_PRODUCT })
      const paths = [
        [foreign, `/artifacts/${digest}`],
        [device, `/artifacts/${'0'.repeat(64)}`],
        [device, `/artifacts/${digest.toUpperCase()}`],
        [device, `/artifacts/..%2f${digest}`],
        [device, '/artifacts/..%2f..%2ffleetward.db'],
        [device, '/artifacts/../../etc/passwd'],
        [device, '/artifacts/%00'],
        [device, '/artifacts/%E0%A4%A'],
        [device, '//artifacts/x'],
        [device, '/devices/lumen-2'],
        [device, '/healthz'],
      ] as const
      for (const [who, path] of paths) {
        const answer = await who.https(path)
        assert.deepEqual([path, answer.status, answer.json.code], [path, 404, 'NOT_FOUND'])
        assert.equal(answer.headers['content-type'], 'application/problem+json')
      }
      const posted = await device.https('/devices/self', { method: 'DELETE' })
      assert.deepEqual([posted.status, posted.headers.allow], [405, 'GET'])
    })

    test('a download cut off in the middle leaves nothing open', async () => {
      for (let round = 0; round < 5; round += 1) {
        await new Promise<void>((resolve) => {
          const cut = request(
            {
              ...{ host: '127.0.0.1', port: edge.edge.ports.device, agent: false },
              ...{ path: `/artifacts/${digest}`, ca: edge.edge.anchors.serverCaPem },
              ...{ key: device.key, cert: device.certificate },
            },
            (response) => response.once('data', () => response.destroy()),
          )
          cut.on('error', () => {})
          cut.once('close', resolve)
          cut.end()
        })
      }
      assert.equal((await device.https(`/artifacts/${digest}`)).status, 200)
      assert.ok(!edge.logged.some((line) => line.msg === 'request failed'))
    })
  })

  describe('for everybody', () => {
    test('metadata by TUF’s names: the timestamp is asked for anew, the rest is kept for ever', async () => {
      const bytes = Buffer.from('{"signed":{},"signatures":[]}')
      for (const file of ['timestamp.json', '1.root.json', '7.security.json']) {
        edge.metadata.set(`${PRODUCT}/${file}`, bytes)
      }
      const cacheOf = async (file: string) => {
        const answer = await https(edge, 'public', `/tuf/${PRODUCT}/metadata/${file}`)
        assert.deepEqual(
          [answer.status, answer.headers['content-type'], answer.text],
          [200, 'application/json', bytes.toString()],
        )
        return answer.headers['cache-control']
      }
      assert.equal(await cacheOf('timestamp.json'), 'no-cache')
      assert.match(String(await cacheOf('1.root.json')), /immutable/)
      assert.match(String(await cacheOf('7.security.json')), /immutable/)
    })

    test('metadata that is not there, or not named so, is not found', async () => {
      for (const path of [
        `/tuf/${PRODUCT}/metadata/2.root.json`,
        `/tuf/${PRODUCT}/metadata/root.json`,
        `/tuf/${PRODUCT}/metadata/0.root.json`,
        `/tuf/${PRODUCT}/metadata/..%2f1.root.json`,
        `/tuf/${PRODUCT}/metadata/1.%2e%2e%2froot.json`,
        `/tuf/${OTHER_PRODUCT}/metadata/1.root.json`,
        '/tuf/../metadata/1.root.json',
        '/tuf/NO/metadata/1.root.json',
      ]) {
        assert.deepEqual([path, (await https(edge, 'public', path)).status], [path, 404])
      }
    })

    test('target files by consistent names; artifacts are for devices', async () => {
      const keys = Buffer.from('{"keys":[]}')
      const listed = await edge.publish('trust/director.jwks', keys, 'trust')
      const at = (path: string) => https(edge, 'public', `/tuf/${PRODUCT}/targets/${path}`)
      const answer = await at(`trust/${listed}.director.jwks`)
      assert.deepEqual([answer.status, answer.text], [200, '{"keys":[]}'])
      assert.match(String(answer.headers['cache-control']), /immutable/)

      const refused = await at(`security/1.4.3/${digest}.lumen.tar.gz`)
      assert.deepEqual([refused.status, refused.json.code], [403, 'ARTIFACT_NOT_PUBLIC'])
      for (const path of [
        'trust/director.jwks',
        `trust/${listed}.other.jwks`,
        `${listed}.director.jwks`,
        `trust/%2e%2e/trust/${listed}.director.jwks`,
        `trust/../trust/${listed}.director.jwks`,
      ]) {
        assert.deepEqual([path, (await at(path)).status], [path, 404])
      }
    })

    // CRA P-087
    test('the device listener’s addresses are not here', async () => {
      assert.deepEqual((await https(edge, 'public', '/healthz')).json, { status: 'ok' })
      for (const path of ['/devices/self', `/artifacts/${digest}`]) {
        assert.equal((await https(edge, 'public', path)).status, 404)
      }
    })
  })
})

test('artifacts are public where the settings say so', async (t) => {
  const edge = await EdgeUnderTest.start(t, { publicDownload: true })
  const bytes = randomBytes(1000)
  const digest = await edge.publish('security/1.4.3/lumen.tar.gz', bytes, 'artifact')
  const path = `/tuf/${PRODUCT}/targets/security/1.4.3/${digest}.lumen.tar.gz`
  assert.deepEqual((await https(edge, 'public', path)).bytes, bytes)
})

describe('downloads that nobody reads', () => {
  const context = endings()
  let edge: EdgeUnderTest
  let greedy: TestDevice
  let modest: TestDevice
  // More than the buffers of a connection take, or a download would end without a reader.
  const bytes = randomBytes(16_000_000)
  let artifact = ''
  let sbom = ''
  before(async () => {
    edge = await EdgeUnderTest.start(context)
    greedy = await TestDevice.enrolled(context, edge, 'lumen-1')
    modest = await TestDevice.enrolled(context, edge, 'lumen-2')
    artifact = await edge.publish('security/1.4.3/lumen.tar.gz', bytes, 'artifact')
    sbom = await edge.publish('security/1.4.3/sbom.cdx.json', bytes, 'sbom')
  })
  after(() => context.endAll())

  /** Resolves with the statuses once every one of them is answered. */
  async function hold(listener: 'public' | 'device', path: string, times: number) {
    const { key, certificate: cert } = greedy
    const answers = Array.from({ length: times }, () => {
      const answered = Promise.withResolvers<number>()
      const sent = request({
        ...{ host: '127.0.0.1', port: edge.edge.ports[listener], path, agent: false },
        ...{ ca: edge.edge.anchors.serverCaPem, key, cert },
      })
      sent.on('response', (response) => answered.resolve(response.statusCode ?? 0))
      sent.on('error', answered.reject)
      sent.end()
      context.after(() => sent.on('error', () => {}).destroy())
      return answered.promise
    })
    return (await Promise.all(answers)).sort()
  }

  const arrives = async () =>
    assert.equal((await modest.https(`/artifacts/${artifact}`, { method: 'GET' })).status, 200)

  test('one device holds a few, and the others get theirs', async () => {
    const [ok, refused] = [Array(4).fill(200), Array(2).fill(503)]
    assert.deepEqual(await hold('device', `/artifacts/${artifact}`, 6), [...ok, ...refused])
    await arrives()
  })

  test('nor does anybody on the public listener take anything from devices', async () => {
    const path = `/tuf/${PRODUCT}/targets/security/1.4.3/${sbom}.sbom.cdx.json`
    const [ok, refused] = [Array(32).fill(200), Array(2).fill(503)]
    assert.deepEqual(await hold('public', path, 34), [...ok, ...refused])
    await arrives()
  })
})

test('one device’s certificate holds so many connections and no more: the oldest make room', async (t) => {
  const edge = await EdgeUnderTest.start(t)
  const [greedy, modest] = [
    await TestDevice.enrolled(t, edge, 'lumen-1'),
    await TestDevice.enrolled(t, edge, 'lumen-2'),
  ]
  const open = async ({ key, certificate: cert }: TestDevice) => {
    const place = { host: '127.0.0.1', port: edge.edge.ports.device }
    const socket = connect({ ...place, ca: edge.edge.anchors.serverCaPem, key, cert })
    t.after(() => socket.destroy())
    socket.on('error', () => {})
    await once(socket, 'secureConnect')
    return { closed: once(socket, 'close'), socket }
  }
  const waiting = await open(modest)
  const first = await open(greedy)
  for (let more = 0; more < 32; more += 1) await open(greedy)
  await first.closed
  assert.equal((await greedy.https('/devices/self')).status, 200)
  assert.equal(waiting.socket.closed, false)
  assert.equal((await modest.https('/devices/self')).status, 200)
})

test('a port in use is a sentence, and what was open before is closed again', async (t) => {
  const edge = await EdgeUnderTest.start(t)
  const { public: port } = edge.edge.ports
  const second = EdgeUnderTest.start(t, { listen: { public: port, device: 0, mqtt: 0 } })
  await assert.rejects(second, /in use/)
})
