import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { webcrypto, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { after, before, beforeEach, describe, test } from 'node:test'
import { ECDSA_SHA256, generateP256, x509 } from '../../src/tls/x509.ts'
import { EdgeUnderTest, endings, OTHER_PRODUCT, PRODUCT } from '../support/edge-under-test.ts'
import {
  certificateIn,
  certificateRequest,
  enrol,
  https,
  TestDevice,
} from '../support/test-device.ts'

/** A key and a certificate for each device: CRA P-048. */
describe('enrolment by EST', () => {
  let edge: EdgeUnderTest
  const context = endings()
  before(async () => {
    edge = await EdgeUnderTest.start(context)
  })
  after(() => context.endAll())
  // The failures of one test are forgiven before the next.
  beforeEach(() => {
    edge.clock.at = new Date(edge.clock.at.getTime() + 100_000)
  })

  const request = async (device: string) => certificateRequest(`CN=${device}`, await generateP256())

  test('cacerts is the fleet CA, and openssl reads the answer', async () => {
    const answer = await https(edge, 'public', '/.well-known/est/cacerts')
    assert.equal(answer.status, 200)
    assert.equal(answer.headers['content-type'], 'application/pkcs7-mime')
    assert.equal(answer.headers['content-transfer-encoding'], 'base64')
    const printed = execFileSync('openssl', ['pkcs7', '-inform', 'DER', '-print_certs'], {
      input: Buffer.from(answer.text, 'base64'),
    })
    const pem = /-----BEGIN[\s\S]+-----END CERTIFICATE-----/.exec(printed.toString())?.[0] ?? ''
    assert.deepEqual(
      new X509Certificate(pem).raw,
      new X509Certificate(await edge.edge.anchors.fleetCaPem()).raw,
    )
  })

  test('a device gets a certificate that names it, its product, and nothing but client use', async () => {
    const token = await edge.token({ cohort: 'pilot' })
    const answer = await enrol(edge, 'Lumen_0001', token, await request('Lumen_0001'))
    assert.equal(answer.status, 200)
    assert.equal(answer.headers['content-type'], 'application/pkcs7-mime; smime-type=certs-only')
    assert.equal(answer.headers['content-transfer-encoding'], 'base64')
    const certificate = new X509Certificate(certificateIn(answer))
    assert.equal(certificate.subject, 'CN=Lumen_0001')
    assert.equal(certificate.subjectAltName, `URI:urn:fleetward:${PRODUCT}:Lumen_0001`)
    assert.deepEqual(certificate.keyUsage, ['1.3.6.1.5.5.7.3.2'])
    assert.equal(certificate.ca, false)
    assert.ok(
      certificate.verify(new X509Certificate(await edge.edge.anchors.fleetCaPem()).publicKey),
    )
    const days = (certificate.validToDate.getTime() - edge.clock.now().getTime()) / 86_400_000
    assert.equal(Math.round(days), 365)
    const { body } = await edge.operator('GET', '/devices/Lumen_0001')
    assert.equal(body.cohort, 'pilot')
    assert.equal(body.certificate.serial, certificate.serialNumber.toLowerCase())
  })

  test('the answer lost on the way is given again, and the token is used up for everybody else', async () => {
    const token = await edge.token()
    const csr = await request('repeat-1')
    // Many at once, so that some have read the token before it is used and come to the device afterwards.
    const twins = await Promise.all(
      Array.from({ length: 12 }, () => enrol(edge, 'repeat-1', token, csr)),
    )
    const again = await enrol(edge, 'repeat-1', token, csr)
    for (const answer of [...twins, again]) {
      assert.equal(answer.status, 200, JSON.stringify(answer.json))
      assert.equal(certificateIn(answer), certificateIn(again))
    }

    const otherKey = await enrol(edge, 'repeat-1', token, await request('repeat-1'))
    const otherDevice = await enrol(edge, 'repeat-2', token, await request('repeat-2'))
    for (const refused of [otherKey, otherDevice]) {
      assert.deepEqual([refused.status, refused.json.code], [403, 'ENROLMENT_TOKEN_USED'])
    }
    assert.equal((await edge.operator('GET', '/devices/repeat-2')).status, 404)
  })

  test('two devices with one token at once: one of them is enrolled', async () => {
    const token = await edge.token()
    const ids = ['race-1', 'race-2', 'race-3', 'race-4']
    const answers = await Promise.all(
      ids.map(async (id) => enrol(edge, id, token, await request(id))),
    )
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 403, 403, 403])
  })

  test('several tokens for one new device at once: one of them is used, the others are not', async () => {
    const tokens = await Promise.all(Array.from({ length: 4 }, () => edge.token()))
    const csrs = await Promise.all(tokens.map(() => request('contested')))
    const answers = await Promise.all(
      tokens.map((token, index) => enrol(edge, 'contested', token, csrs[index] ?? '')),
    )
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409, 409])
    for (const [index, { status }] of answers.entries()) {
      if (status === 200) continue
      const id = `contested-${index}`
      assert.equal((await enrol(edge, id, tokens[index] ?? '', await request(id))).status, 200)
    }
  })

  test('an expired token enrols nobody, but repeats what it answered in time', async () => {
    const token = await edge.token({ validSeconds: 60 })
    const used = await edge.token({ validSeconds: 60 })
    const csr = await request('in-time')
    assert.equal((await enrol(edge, 'in-time', used, csr)).status, 200)
    const then = edge.clock.at
    edge.clock.at = new Date(then.getTime() + 60_000)
    try {
      const refused = await enrol(edge, 'too-late', token, await request('too-late'))
      assert.deepEqual([refused.status, refused.json.code], [403, 'ENROLMENT_TOKEN_EXPIRED'])
      assert.equal((await enrol(edge, 'in-time', used, csr)).status, 200)
    } finally {
      edge.clock.at = then
    }
  })

  test('a token for one device is for no other', async () => {
    const token = await edge.token({ device: 'named-1' })
    const refused = await enrol(edge, 'named-2', token, await request('named-2'))
    assert.deepEqual([refused.status, refused.json.code], [403, 'ENROLMENT_TOKEN_FOR_OTHER_DEVICE'])
    assert.equal((await enrol(edge, 'named-1', token, await request('named-1'))).status, 200)
  })

  test('a token that was never made is refused with a challenge', async () => {
    const made = await edge.token()
    const forged = `${made.slice(0, 17)}${'A'.repeat(43)}`
    for (const token of [forged, `${'0'.repeat(16)}.${'A'.repeat(43)}`, 'admin', '']) {
      const refused = await enrol(edge, 'guess-1', token, await request('guess-1'))
      assert.deepEqual([refused.status, refused.json.code], [401, 'ENROLMENT_TOKEN_INVALID'])
      assert.match(String(refused.headers['www-authenticate']), /^Basic /)
    }
    assert.equal((await enrol(edge, 'guess-1', made, await request('guess-1'))).status, 200)
  })

  test('an enrolled device cannot be taken over with a fresh token', async () => {
    await TestDevice.enrolled(context, edge, 'taken-1')
    for (const product of [PRODUCT, OTHER_PRODUCT]) {
      for (const wanted of [{}, { device: 'taken-1' }]) {
        const token = await edge.token(wanted, product)
        const refused = await enrol(edge, 'taken-1', token, await request('taken-1'))
        assert.deepEqual([refused.status, refused.json.code], [409, 'DEVICE_ALREADY_ENROLLED'])
      }
    }
  })

  test('a revoked device comes back only with a token that names it', async () => {
    await TestDevice.enrolled(context, edge, 'lost-1')
    assert.equal((await edge.operator('POST', '/devices/lost-1/revoke')).status, 200)
    const general = await enrol(edge, 'lost-1', await edge.token(), await request('lost-1'))
    assert.equal(general.json.code, 'DEVICE_ALREADY_ENROLLED')
    const back = await TestDevice.enrolled(context, edge, 'lost-1')
    assert.equal((await back.https('/devices/self')).status, 200)
    assert.equal((await edge.operator('GET', '/devices/lost-1')).body.revokedAt, undefined)
  })

  test('a used token brings back no certificate after the device was revoked', async () => {
    const token = await edge.token()
    const csr = await request('lost-2')
    assert.equal((await enrol(edge, 'lost-2', token, csr)).status, 200)
    await edge.operator('POST', '/devices/lost-2/revoke')
    assert.equal((await enrol(edge, 'lost-2', token, csr)).json.code, 'ENROLMENT_TOKEN_USED')
  })

  describe('a certificate request is refused', () => {
    const cases: [what: string, code: string, body: () => Promise<string>][] = [
      ['for another name', 'CERTIFICATE_REQUEST_SUBJECT_WRONG', () => request('csr-2')],
      [
        'with more than the name',
        'CERTIFICATE_REQUEST_SUBJECT_WRONG',
        async () => certificateRequest('CN=csr-1,O=Fleetward', await generateP256()),
      ],
      [
        'with two names',
        'CERTIFICATE_REQUEST_SUBJECT_WRONG',
        async () => certificateRequest('CN=csr-1,CN=csr-2', await generateP256()),
      ],
      [
        'with a key on P-384',
        'CERTIFICATE_REQUEST_KEY_WRONG',
        async () =>
          certificateRequest(
            'CN=csr-1',
            await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-384' }, true, [
              'sign',
              'verify',
            ]),
          ),
      ],
      ['with an Ed25519 key', 'CERTIFICATE_REQUEST_KEY_WRONG', ed25519Request],
      ['signed by another key', 'CERTIFICATE_REQUEST_SIGNATURE_INVALID', requestWithoutItsKey],
      [
        'with a bit of its signature turned',
        'CERTIFICATE_REQUEST_SIGNATURE_INVALID',
        async () => {
          const der = Buffer.from(await request('csr-1'), 'base64')
          der.writeUInt8(der.readUInt8(der.length - 1) ^ 1, der.length - 1)
          return der.toString('base64')
        },
      ],
      [
        'with bytes behind it',
        'CERTIFICATE_REQUEST_INVALID',
        async () =>
          Buffer.concat([Buffer.from(await request('csr-1'), 'base64'), Buffer.of(0)]).toString(
            'base64',
          ),
      ],
      ['that is not base64', 'CERTIFICATE_REQUEST_INVALID', async () => 'no request at all'],
      ['that is empty', 'CERTIFICATE_REQUEST_INVALID', async () => ''],
      ['that is a certificate', 'CERTIFICATE_REQUEST_INVALID', async () => await fleetCaInBase64()],
    ]
    for (const [what, code, body] of cases) {
      test(what, async () => {
        const answer = await enrol(edge, 'csr-1', await edge.token(), await body())
        assert.deepEqual([answer.status, answer.json.code], [400, code])
      })
    }

    test('sent as another type, encoded, or too long', async () => {
      const token = await edge.token()
      const csr = await request('csr-1')
      const asText = await enrol(edge, 'csr-1', token, csr, { 'content-type': 'text/plain' })
      assert.deepEqual([asText.status, asText.json.code], [415, 'BODY_TYPE_UNSUPPORTED'])
      const zipped = await enrol(edge, 'csr-1', token, csr, { 'content-encoding': 'br' })
      assert.deepEqual([zipped.status, zipped.json.code], [415, 'BODY_ENCODING_UNSUPPORTED'])
      const long = await enrol(edge, 'csr-1', token, 'A'.repeat(8193))
      assert.deepEqual([long.status, long.json.code], [413, 'BODY_TOO_LARGE'])
      assert.equal((await enrol(edge, 'csr-1', token, csr)).status, 200)
    })

    async function fleetCaInBase64(): Promise<string> {
      return new X509Certificate(await edge.edge.anchors.fleetCaPem()).raw.toString('base64')
    }
  })

  test('ids that are none, and the server’s own, are refused', async () => {
    for (const device of ['a.b', '../x', 'x'.repeat(65), 'fleetward-server']) {
      const answer = await enrol(edge, device, await edge.token(), await request('ok-1'))
      assert.deepEqual([answer.status, answer.json.code], [400, 'DEVICE_ID_INVALID'])
    }
  })
})

test('no device gets the name that the server has at a broker of the operator’s: it would be the server there', async (t) => {
  const broker = { url: 'mqtts://127.0.0.1:1', kind: 'mosquitto', username: 'fleet-desk' }
  const edge = await EdgeUnderTest.start(t, { broker })
  const named = async (device: string) => {
    const csr = await certificateRequest(`CN=${device}`, await generateP256())
    return enrol(edge, device, await edge.token(), csr)
  }
  const answer = await named('fleet-desk')
  assert.deepEqual([answer.status, answer.json.code], [400, 'DEVICE_ID_INVALID'])
  assert.equal((await named('fleet-desk-1')).status, 200)

  const other = { ...broker, username: 'fleet-desk-1' }
  await edge.stop()
  await assert.rejects(edge.start({ broker: other }), /fleet-desk-1 .*device/)
})

test('failed attempts are slowed down', async (t) => {
  const edge = await EdgeUnderTest.start(t)
  const codes: string[] = []
  for (let attempt = 0; attempt < 22; attempt += 1) {
    const answer = await enrol(edge, 'x', 'no token', '')
    codes.push(answer.json.code)
  }
  assert.deepEqual(
    [codes.filter((code) => code === 'ENROLMENT_TOKEN_INVALID').length, codes.at(-1)],
    [20, 'TOO_MANY_ATTEMPTS'],
  )
})

test('a device that renews over and over leaves no more certificates behind than revocation lists need', async (t) => {
  const edge = await EdgeUnderTest.start(t)
  const device = await TestDevice.enrolled(t, edge, 'lumen-1')
  let shown: { key: string; cert: string } = { key: device.key, cert: device.certificate }
  for (let round = 0; round < 10; round += 1) {
    for (const isShown of [false, true]) {
      const keys = await generateP256()
      const answer = await device.https('/.well-known/est/simplereenroll', {
        ...{ ...shown, method: 'POST', headers: { 'content-type': 'application/pkcs10' } },
        body: await certificateRequest('CN=lumen-1', keys),
      })
      if (!isShown) continue
      const der = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
      shown = { key: x509.PemConverter.encode(der, 'PRIVATE KEY'), cert: certificateIn(answer) }
      assert.equal((await device.https('/devices/self', shown)).status, 200)
    }
  }
  const kept = await edge.db.selectFrom('device_certificates').select('state').execute()
  assert.deepEqual(kept.map(({ state }) => state).sort(), ['current', ...Array(8).fill('replaced')])
})

test('a renewal takes a new key, and the old certificate counts until the new one is used', async (t) => {
  const edge = await EdgeUnderTest.start(t)
  const device = await TestDevice.enrolled(t, edge, 'lumen-1')
  const other = await TestDevice.enrolled(t, edge, 'lumen-2')
  const keys = await generateP256()
  const csr = await certificateRequest('CN=lumen-1', keys)
  const renew = (who: TestDevice, body: string) =>
    who.https('/.well-known/est/simplereenroll', {
      method: 'POST',
      headers: { 'content-type': 'application/pkcs10' },
      body,
    })

  const foreign = await renew(other, csr)
  assert.deepEqual([foreign.status, foreign.json.code], [400, 'CERTIFICATE_REQUEST_SUBJECT_WRONG'])

  const lost = await renew(device, csr)
  const answer = await renew(device, csr)
  assert.equal(answer.status, 200)
  assert.equal(certificateIn(answer), certificateIn(lost))
  assert.equal((await device.https('/devices/self')).status, 200)

  const old = { key: device.key, cert: device.certificate }
  const der = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  const renewed = { key: x509.PemConverter.encode(der, 'PRIVATE KEY'), cert: certificateIn(answer) }
  assert.equal((await device.https('/devices/self', renewed)).status, 200)
  const refused = await device.https('/devices/self', old)
  assert.deepEqual([refused.status, refused.json.code], [403, 'DEVICE_NOT_ADMITTED'])
  assert.equal((await device.https('/devices/self', renewed)).status, 200)

  // Reports that waited on the device while it renewed are still signed with the key before.
  const waited = await device.report()
  const posted = await device.https('/devices/self/reports', {
    ...{ ...renewed, method: 'POST', headers: { 'content-type': 'text/plain' }, body: waited },
  })
  assert.deepEqual([posted.status, posted.json.result], [200, 'taken'])
})

for (const revived of [false, true]) {
  const when = revived ? 'revoked and let in anew' : 'revoked'
  test(`a renewal that was begun before the device was ${when} brings no certificate`, async (t) => {
    const edge = await EdgeUnderTest.start(t)
    const stolen = await TestDevice.enrolled(t, edge, 'lumen-1')
    const begun = httpsRequest({
      ...{ host: '127.0.0.1', port: edge.edge.ports.device, method: 'POST', agent: false },
      path: '/.well-known/est/simplereenroll',
      ...{ ca: edge.edge.anchors.serverCaPem, key: stolen.key, cert: stolen.certificate },
      headers: { 'content-type': 'application/pkcs10', expect: '100-continue' },
    })
    begun.flushHeaders()
    await once(begun, 'continue')
    // Whoever holds the stolen key was let in, and keeps the body back until now.
    assert.equal((await stolen.https('/devices/self')).status, 200)
    assert.equal((await edge.operator('POST', '/devices/lumen-1/revoke')).status, 200)
    if (revived) await TestDevice.enrolled(t, edge, 'lumen-1')
    begun.end(await certificateRequest('CN=lumen-1', await generateP256()))
    const [answer] = (await once(begun, 'response')) as [IncomingMessage]
    const { code } = JSON.parse(Buffer.concat(await answer.toArray()).toString()) as {
      code: string
    }
    assert.deepEqual([answer.statusCode, code], [403, 'DEVICE_NOT_ADMITTED'])
    const kept = await edge.db.selectFrom('device_certificates').select('state').execute()
    const states = kept.map(({ state }) => state).sort()
    assert.deepEqual(states, revived ? ['current', 'revoked'] : ['revoked'])
  })
}

async function ed25519Request(): Promise<string> {
  const keys = (await webcrypto.subtle.generateKey('Ed25519', true, [
    'sign',
    'verify',
  ])) as webcrypto.CryptoKeyPair
  const made = await x509.Pkcs10CertificateRequestGenerator.create({
    name: 'CN=csr-1',
    keys,
    signingAlgorithm: { name: 'Ed25519' },
  })
  return Buffer.from(made.rawData).toString('base64')
}

/** The public key of one pair, the signature of another. */
async function requestWithoutItsKey(): Promise<string> {
  const victim = await generateP256()
  const thief = await generateP256()
  const made = await x509.Pkcs10CertificateRequestGenerator.create({
    name: 'CN=csr-1',
    keys: { publicKey: victim.publicKey, privateKey: thief.privateKey },
    signingAlgorithm: ECDSA_SHA256,
  })
  return Buffer.from(made.rawData).toString('base64')
}
