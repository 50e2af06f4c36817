/**
 * Token confusion: tokens made to be read as what they are not. The list is that of past holes in JOSE
 * libraries; the device under attack is the agent's real reader and run.
 */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  cohortManifestTopic,
  commandTopic,
  deviceManifestTopic,
  signCommand,
  signManifest,
} from '@fleetward/shared'
import { base64url, CompactSign, importJWK } from 'jose'
import { ListeningDevice, someParties } from '../support/listening-device.ts'
import {
  aCommand,
  aManifest,
  COHORT,
  commandHeader,
  DEVICE,
  forge,
  manifestHeader,
  PRODUCT,
  withHeader,
} from '../support/signed-messages.ts'

const parties = await someParties()
const { director, commands, stranger } = parties
const topic = cohortManifestTopic(PRODUCT, COHORT)
const claims = { ...aManifest() }
const good = await signManifest(aManifest(), director)
const [header = '', payload = '', signature = ''] = good.split('.')
const goodHeader = manifestHeader(director)

const device = await ListeningDevice.start({ parties })
after(() => device.stop())

/** Each one alone must leave the device as it was. */
async function refuses(token: string, code: string, on = topic) {
  const what = on.endsWith('/command') ? 'command' : 'manifest'
  assert.deepEqual(await device.receive(on, token), [{ what, code }])
  assert.equal(device.record.state.name, 'idle')
  assert.deepEqual(device.record.audiences, [])
  assert.equal(device.record.commandSeq, 0)
}

test('no algorithm, with and without the signature', async () => {
  const none = base64url.encode(JSON.stringify({ ...goodHeader, alg: 'none' }))
  await refuses(`${none}.${payload}.${signature}`, 'TOKEN_ALGORITHM_FORBIDDEN')
  await refuses(`${none}.${payload}.`, 'TOKEN_INVALID')
})

test('an HMAC with the public key as its secret', async () => {
  for (const k of [
    director.publicKey,
    new TextEncoder().encode(base64url.encode(director.publicKey)),
  ]) {
    const secret = await importJWK({ kty: 'oct', k: base64url.encode(k) }, 'HS256')
    const mac = await new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
      .setProtectedHeader({ ...goodHeader, alg: 'HS256' })
      .sign(secret)
    await refuses(mac, 'TOKEN_ALGORITHM_FORBIDDEN')
  }
})

test('another algorithm, and another name of the right one', async () => {
  for (const alg of ['ES256', 'RS256', 'ML-DSA-65', 'EdDSA', 'ed25519', ' Ed25519', '']) {
    await refuses(withHeader(good, { ...goodHeader, alg }), 'TOKEN_ALGORITHM_FORBIDDEN')
  }
})

test('a stranger’s key, named, pointed at, or brought along', async () => {
  const byStranger = (more: object) =>
    forge({ ...goodHeader, ...more }, claims as never, stranger.key)
  await refuses(await byStranger({}), 'TOKEN_SIGNATURE_INVALID')
  await refuses(await byStranger({ kid: stranger.kid }), 'TOKEN_KEY_UNKNOWN')
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: base64url.encode(stranger.publicKey) }
  await refuses(await byStranger({ jwk }), 'TOKEN_INVALID')
  await refuses(await byStranger({ jku: 'https://example.org/jwks' }), 'TOKEN_INVALID')
  await refuses(await byStranger({ x5u: 'https://example.org/cert' }), 'TOKEN_INVALID')
  await refuses(await byStranger({ x5c: ['MIIB'] }), 'TOKEN_INVALID')
})

test('a key id that is a path, a query, or an inherited property', async () => {
  for (const kid of ['../../etc/passwd', "' OR 1=1 --", '__proto__', 'constructor', 'get', '']) {
    await refuses(withHeader(good, { ...goodHeader, kid }), 'TOKEN_KEY_UNKNOWN')
  }
})

test('the right signature under an extended header', async () => {
  for (const more of [{ crit: ['exp'], exp: 1 }, { b64: true }, { zip: 'DEF' }, { cty: 'JWT' }]) {
    await refuses(withHeader(good, { ...goodHeader, ...more }), 'TOKEN_INVALID')
  }
  const signed = await forge({ ...goodHeader, cty: 'JWT' }, claims as never, director.key)
  await refuses(signed, 'TOKEN_INVALID')
})

test('the same parameter or claim twice', async () => {
  const twice = JSON.stringify(goodHeader).replace('{', '{"alg":"none",')
  await refuses(withHeader(good, twice), 'JSON_DUPLICATE_KEY')
  const audTwice = JSON.stringify(claims).replace('{', '{"aud":"lumen-hub/cohorts/early",')
  await refuses(await forge(goodHeader, audTwice, director.key), 'JSON_DUPLICATE_KEY')
  // The same key in another spelling.
  const escaped = JSON.stringify(claims).replace('{', '{"\\u0061ud":"lumen-hub/cohorts/early",')
  await refuses(await forge(goodHeader, escaped, director.key), 'JSON_DUPLICATE_KEY')
})

test('claims that other parsers read differently', async () => {
  const replaced = (from: string, to: string) =>
    forge(goodHeader, JSON.stringify(claims).replace(from, to), director.key)
  await refuses(await replaced('"seq":7', '"seq":7.0'), 'JSON_INVALID')
  await refuses(await replaced('"seq":7', '"seq":7e0'), 'JSON_INVALID')
  await refuses(await replaced('"seq":7', '"seq":9007199254740993'), 'JSON_INVALID')
  await refuses(await replaced('"seq":7', '"seq":7,"__proto__":{"offers":[]}'), 'JSON_INVALID')
  await refuses(await replaced('{', '\ufeff{'), 'JSON_INVALID')
  await refuses(
    await forge(goodHeader, `${JSON.stringify(claims)} {}`, director.key),
    'JSON_INVALID',
  )
})

test('another text of the same signature', async () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const last = alphabet.indexOf(signature.at(-1) ?? '')
  for (const bits of [1, 2, 3, 15]) {
    const other = `${signature.slice(0, -1)}${alphabet[last ^ bits]}`
    await refuses(`${header}.${payload}.${other}`, 'TOKEN_INVALID')
  }
  await refuses(`${header}.${payload}.${signature}=`, 'TOKEN_INVALID')
})

test('a signature that is longer, shorter, empty or all zero', async () => {
  const bytes = base64url.decode(signature)
  const withSignature = (other: Uint8Array) => `${header}.${payload}.${base64url.encode(other)}`
  const longer = Uint8Array.of(...bytes, 0)
  for (const other of [longer, bytes.subarray(0, 63), new Uint8Array(64), Uint8Array.of(0)]) {
    await refuses(withSignature(other), 'TOKEN_SIGNATURE_INVALID')
  }
})

test('the other JWS forms', async () => {
  const flattened = JSON.stringify({ protected: header, payload, signature })
  await refuses(flattened, 'TOKEN_INVALID')
  await refuses(`${good}.${good}`, 'TOKEN_INVALID')
  // An empty message clears a retained one; unsigned, it is not even read.
  assert.deepEqual(await device.receive(topic, ''), [])
})

test('a command in place of a manifest and a manifest in place of a command', async () => {
  const command = await signCommand(aCommand(), commands)
  await refuses(command, 'TOKEN_TYPE_WRONG')
  await refuses(command, 'TOKEN_TYPE_WRONG', deviceManifestTopic(PRODUCT, DEVICE))
  await refuses(good, 'TOKEN_TYPE_WRONG', commandTopic(PRODUCT, DEVICE))
})

test('each online key signs its own kind only', async () => {
  const byCommandsKey = await forge(manifestHeader(commands), claims as never, commands.key)
  await refuses(byCommandsKey, 'TOKEN_KEY_UNKNOWN')
  const order = { ...aCommand() } as never
  const byDirector = await forge(commandHeader(director), order, director.key)
  await refuses(byDirector, 'TOKEN_KEY_UNKNOWN', commandTopic(PRODUCT, DEVICE))
})

test('after all of these the device still takes what is right', async () => {
  assert.deepEqual(await device.receive(topic, good), [])
  await device.until(() => device.fetched.length > 0)
})
