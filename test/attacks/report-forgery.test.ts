/**
 * Report forgery: reports that a device did not make, made for somebody else, changed, left out or sent
 * again. The server under attack is its real intake over a real database.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, test } from 'node:test'
import { type Report, signReport, tokenDigest } from '@fleetward/shared'
import { base64url, type CryptoKey } from 'jose'
import { openDatabase } from '../../packages/server/src/adapters/sql/database.ts'
import { SqlDeviceStore } from '../../packages/server/src/adapters/sql/devices/device-store.ts'
import { SqlEnrolmentStore } from '../../packages/server/src/adapters/sql/devices/enrolment-store.ts'
import { SqlProductStore } from '../../packages/server/src/adapters/sql/releases/product-store.ts'
import { ReportIngestion } from '../../packages/server/src/devices/reports/report-ingestion.ts'
import { ReportKeys } from '../../packages/server/src/devices/reports/report-keys.ts'
import {
  aReport,
  COHORT,
  DEVICE,
  forge,
  NOW,
  PRODUCT,
  p256Pair,
  reportHeader,
  SHA256_B,
  withCode,
  withHeader,
} from '../support/signed-messages.ts'

const OTHER = 'G1-0002'
const database = await openDatabase({ file: ':memory:' })
after(() => database.destroy())
await new SqlProductStore(database).add({ id: PRODUCT, createdAt: NOW })
const enrolment = new SqlEnrolmentStore(database)
const store = new SqlDeviceStore(database)
const ingestion = new ReportIngestion({
  store,
  keys: new ReportKeys(enrolment),
  clock: { now: () => new Date(NOW * 1000) },
  windowMs: 0,
})

async function enrolled(device: string): Promise<CryptoKey> {
  const { privateKey, publicKey } = await p256Pair()
  const spki = Buffer.from(await crypto.subtle.exportKey('spki', publicKey))
  const publicKeySha256 = createHash('sha256').update(spki).digest('hex')
  const use = { device, publicKeySha256 }
  const token = {
    id: `token-${device}`,
    secretSha256: SHA256_B,
    product: PRODUCT,
    cohort: COHORT,
    device,
    expiresAt: NOW + 1,
    use: undefined,
  }
  await enrolment.addToken(token, NOW)
  const issued = {
    serial: device.toLowerCase(),
    pem: '',
    notAfter: NOW + 1,
    issuer: '',
    publicKey: spki,
  }
  const made = { tokenId: token.id, use, product: PRODUCT, cohort: COHORT, certificate: issued }
  assert.ok(await enrolment.enrol(made, NOW))
  return privateKey
}

const key = await enrolled(DEVICE)
const otherKey = await enrolled(OTHER)

const take = (token: string, device = DEVICE) =>
  ingestion.take({ product: PRODUCT, device, serial: undefined }, token)
const refuses = (token: string, code: string, device?: string) =>
  assert.rejects(take(token, device), withCode(code))
const chain = async () => (await store.find(PRODUCT, DEVICE))?.reports

const first = await signReport(aReport({ seq: 1, prev: '' }), key)
const next = (changes: Partial<Report> = {}) =>
  signReport(aReport({ seq: 2, prev: tokenDigest(first), ...changes }), key)

test('the first report of a device begins its chain', async () => {
  assert.equal(await take(first), 'taken')
  assert.deepEqual(await chain(), { last: 1, missing: 0, unchained: 0, refused: 0 })
})

test('a report signed by another device, or by nobody, is refused', async () => {
  const report = aReport({ seq: 2, prev: tokenDigest(first) })
  await refuses(await signReport(report, otherKey), 'TOKEN_SIGNATURE_INVALID')
  const { privateKey } = await p256Pair()
  await refuses(await signReport(report, privateKey), 'TOKEN_SIGNATURE_INVALID')
  const none = withHeader(await next(), { ...reportHeader, alg: 'none' })
  await refuses(none, 'TOKEN_ALGORITHM_FORBIDDEN')
})

test('a report that a device signed for another one’s name is refused', async () => {
  const iss = `urn:fleetward:${PRODUCT}:${OTHER}`
  await refuses(await next({ iss }), 'TOKEN_ISSUER_WRONG')
  // The other way round: the honest report, sent over the other device's connection.
  await refuses(await next(), 'TOKEN_SIGNATURE_INVALID', OTHER)
})

test('a device nobody enrolled says nothing', async () => {
  await refuses(await next(), 'TOKEN_KEY_UNKNOWN', 'G1-9999')
})

test('a key in the report’s own header is no key', async () => {
  const { privateKey } = await p256Pair()
  const claims = { ...aReport({ seq: 2 }) } as never
  await refuses(await forge({ ...reportHeader, jwk: {} }, claims, privateKey), 'TOKEN_INVALID')
  await refuses(await forge({ ...reportHeader, kid: DEVICE }, claims, key), 'TOKEN_INVALID')
})

test('a changed report is refused', async () => {
  const [header, payload = '', signature] = (await next()).split('.')
  const text = new TextDecoder().decode(base64url.decode(payload))
  const better = base64url.encode(text.replace('"1.4.2"', '"1.4.3"'))
  await refuses(`${header}.${better}.${signature}`, 'TOKEN_SIGNATURE_INVALID')
})

test('none of these left a trace in the chain', async () => {
  assert.deepEqual(await chain(), { last: 1, missing: 0, unchained: 0, refused: 0 })
  assert.equal((await store.find(PRODUCT, OTHER))?.reports.last, 0)
})

test('a report counts once, also under a second signature that anybody can make of the first', async () => {
  const token = await next()
  assert.equal(await take(token), 'taken')
  assert.equal(await take(token), 'redelivered')
  assert.equal(await take(otherSignature(token)), 'redelivered')
  assert.equal((await store.reports(DEVICE, { limit: 10 })).length, 2)
})

test('an older report does not bring back an older state', async () => {
  assert.equal(await take(first), 'redelivered')
  assert.equal((await store.find(PRODUCT, DEVICE))?.reports.last, 2)
})

test('two reports of one number: the second is a conflict and not taken', async () => {
  assert.equal(await take(await next({ state: 'idle' })), 'conflicting')
  assert.equal((await store.find(PRODUCT, DEVICE))?.state, 'downloading')
})

test('a report that was left out on the way shows', async () => {
  const later = await signReport(aReport({ seq: 5, prev: SHA256_B }), key)
  assert.equal(await take(later), 'taken')
  assert.deepEqual(await chain(), { last: 5, missing: 2, unchained: 1, refused: 0 })
})

test('a report that does not continue the one before it shows', async () => {
  const made = await signReport(aReport({ seq: 6, prev: SHA256_B }), key)
  assert.equal(await take(made), 'taken')
  const [newest] = await store.reports(DEVICE, { limit: 1 })
  assert.equal(newest?.prevFits, false)
  assert.equal(newest?.missingBefore, 0)
})

/** ECDSA: with (r, s) also (r, n − s) verifies, and making it takes no key (SEC 1 §4.1.4). */
function otherSignature(token: string): string {
  const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
  const [header, payload, signature = ''] = token.split('.')
  const bytes = Buffer.from(signature, 'base64url')
  const s = BigInt(`0x${bytes.subarray(32).toString('hex')}`)
  const other = Buffer.from((n - s).toString(16).padStart(64, '0'), 'hex')
  return `${header}.${payload}.${Buffer.concat([bytes.subarray(0, 32), other]).toString('base64url')}`
}
