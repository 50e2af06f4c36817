import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  aReport,
  DEVICE,
  forge,
  NOW,
  PRODUCT,
  p256Pair,
  reportHeader,
  SHA256_A,
  withCode,
} from '../../../../test/support/signed-messages.ts'
import type { Json } from '../json/json.ts'
import { REPORT_LENGTH_MAX_BYTES } from '../limits.ts'
import { type Report, signReport, verifyReport } from './report.ts'

const { privateKey, publicKey } = await p256Pair()
const expected = { key: publicKey, product: PRODUCT, device: DEVICE, now: NOW }

const refuses = async (claims: unknown, code: string) => {
  const token = await forge(reportHeader, claims as Json, privateKey)
  await assert.rejects(verifyReport(token, expected), withCode(code))
}

const FULL: Report = aReport({
  waitingFor: 'approval',
  rollout: 'fix-1-4-3',
  attempt: 2,
  release: { path: 'security/1.4.3/gateway.tar.gz', version: '1.4.3', sha256: SHA256_A },
  code: 'DIGEST_MISMATCH',
  facts: { expected: 'a', chunk: 7, last: false },
  refused: 'artifact',
  progress: 100,
  owner: {
    automaticSecurity: false,
    automaticFunctionality: false,
    postponedUntil: NOW + 60,
    optedOut: true,
    window: { weekdays: [1, 7], from: '22:00', to: '05:30', timeZone: 'Europe/Berlin' },
  },
  inventory: { 'os.version': 'Linux 6.1', serial: '0001' },
  clockUnsure: true,
})

test('a report reaches the server as the device meant it, short or full', async () => {
  for (const report of [aReport(), FULL, aReport({ seq: 1, prev: '' })]) {
    assert.deepEqual(await verifyReport(await signReport(report, privateKey), expected), report)
  }
})

test('an owner’s window may be none, and in a zone that the server does not know yet', async () => {
  const { owner } = aReport()
  const night = { weekdays: [1], from: '22:00', to: '05:30', timeZone: 'Mars/Olympus' }
  for (const window of ['none', night] as const) {
    const report = aReport({ owner: { ...owner, window } })
    assert.deepEqual(await verifyReport(await signReport(report, privateKey), expected), report)
  }
  for (const wrong of ['always', { ...night, to: '25:00' }, { ...night, timeZone: '../etc' }]) {
    await refuses({ ...aReport(), owner: { ...owner, window: wrong } }, 'REPORT_INVALID')
  }
})

test('a release that is put off beyond all calendars is put off until the end of the last year of four digits', async () => {
  const { owner } = aReport()
  const report = aReport({ owner: { ...owner, postponedUntil: Number.MAX_SAFE_INTEGER } })
  const heard = await verifyReport(await signReport(report, privateKey), expected)
  const { postponedUntil = 0 } = heard.owner
  assert.equal(new Date(postponedUntil * 1000).toISOString(), '9999-12-31T23:59:59.000Z')
})

test('claims of a newer device are ignored', async () => {
  const token = await forge(reportHeader, { ...aReport(), later: 1 } as unknown as Json, privateKey)
  assert.deepEqual(await verifyReport(token, expected), aReport())
})

for (const [claim, wrong, code] of [
  ['iss', `urn:fleetward:${PRODUCT}:G1-0002`, 'TOKEN_ISSUER_WRONG'],
  ['iss', `urn:fleetward:other:${DEVICE}`, 'TOKEN_ISSUER_WRONG'],
  ['iss', undefined, 'REPORT_INVALID'],
  ['aud', 'fleetward:other:server', 'TOKEN_AUDIENCE_WRONG'],
  ['aud', [`fleetward:${PRODUCT}:server`], 'REPORT_INVALID'],
  ['aud', undefined, 'REPORT_INVALID'],
  ['iat', NOW + 86_401, 'TOKEN_NOT_YET_VALID'],
  ['iat', undefined, 'REPORT_INVALID'],
  ['seq', 0, 'REPORT_INVALID'],
  ['seq', undefined, 'REPORT_INVALID'],
  ['seq', 1, 'REPORT_INVALID'],
  ['prev', '', 'REPORT_INVALID'],
  ['prev', 'A'.repeat(64), 'REPORT_INVALID'],
  ['prev', undefined, 'REPORT_INVALID'],
  ['state', 'hacked', 'REPORT_INVALID'],
  ['state', undefined, 'REPORT_INVALID'],
  ['waitingFor', 'godot', 'REPORT_INVALID'],
  ['version', '1.4', 'REPORT_INVALID'],
  ['version', undefined, 'REPORT_INVALID'],
  ['securityCounter', -1, 'REPORT_INVALID'],
  ['securityCounter', undefined, 'REPORT_INVALID'],
  ['rollout', 'a b', 'REPORT_INVALID'],
  ['attempt', 0, 'REPORT_INVALID'],
  ['release', { path: 'p', version: '1.4.3' }, 'REPORT_INVALID'],
  ['code', '<script>', 'REPORT_INVALID'],
  ['facts', { deep: {} }, 'REPORT_INVALID'],
  ['facts', { nothing: null }, 'REPORT_INVALID'],
  ['refused', 'everything', 'REPORT_INVALID'],
  ['progress', 101, 'REPORT_INVALID'],
  ['owner', undefined, 'REPORT_INVALID'],
  ['owner', { automaticSecurity: true, automaticFunctionality: true }, 'REPORT_INVALID'],
  ['metadata', { root: 1, timestamp: 1, snapshot: 1 }, 'REPORT_INVALID'],
  ['metadata', undefined, 'REPORT_INVALID'],
  ['inventory', { cpu: 4 }, 'REPORT_INVALID'],
  ['nonce', '', 'REPORT_INVALID'],
  ['nonce', 'a\u0000b', 'REPORT_INVALID'],
  ['nonce', 'ä'.repeat(33), 'REPORT_INVALID'],
  ['nonce', undefined, 'REPORT_INVALID'],
  ['clockUnsure', false, 'REPORT_INVALID'],
] as const) {
  test(`a report with ${JSON.stringify(wrong) ?? 'nothing'} as ${claim} is refused`, () =>
    refuses({ ...aReport(), [claim]: wrong }, code))
}

test('a device that was away for a year is heard, and one in the wrong time zone too', async () => {
  for (const iat of [NOW - 365 * 86_400, NOW + 14 * 3600]) {
    await verifyReport(await signReport(aReport({ iat }), privateKey), expected)
  }
})

test('whatever a device has seen, its report fits', async () => {
  const rampant = Object.fromEntries(
    Array.from({ length: 500 }, (_, i) => [`fact ${i}`, '\u0000"\\\ud800€😀'.repeat(500)]),
  )
  const longest: Report = {
    ...FULL,
    iss: `urn:fleetward:${'p'.repeat(64)}:${'D'.repeat(64)}`,
    aud: `fleetward:${'p'.repeat(64)}:server`,
    iat: Number.MAX_SAFE_INTEGER,
    seq: Number.MAX_SAFE_INTEGER,
    version: '999999999.999999999.999999999',
    rollout: 'r'.repeat(64),
    attempt: Number.MAX_SAFE_INTEGER,
    release: { path: '"'.repeat(200), version: '999999999.999999999.999999999', sha256: SHA256_A },
    code: 'A'.repeat(50),
    nonce: 'n'.repeat(64),
    facts: rampant,
    inventory: rampant,
  }
  const token = await signReport(longest, privateKey)
  assert.ok(token.length <= REPORT_LENGTH_MAX_BYTES, `${token.length} bytes`)
})

test('facts and inventory lose their ends, not their sense', async () => {
  const report = aReport({
    facts: {
      ratio: 0.5,
      infinite: Number.POSITIVE_INFINITY,
      long: '😀'.repeat(80),
      bad: 'a\ud800',
    },
    inventory: { constructor: 'a key that parsers refuse', note: 'x'.repeat(300) },
  })
  const token = await signReport(report, privateKey)
  const { facts, inventory } = await verifyReport(token, expected)
  assert.deepEqual(facts, {
    ratio: '0.5',
    infinite: 'Infinity',
    long: '😀'.repeat(50),
    bad: 'a\ufffd',
  })
  assert.deepEqual(inventory, { note: 'x'.repeat(200) })
})
