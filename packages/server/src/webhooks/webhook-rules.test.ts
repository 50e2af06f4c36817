import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { matchesType, TYPE_PATTERN } from '../events/who-hears.ts'
import { isNetwork, isReachable, networksOf } from './reachable-address.ts'
import { delaySeconds, GIVES_UP_AFTER_SECONDS, givesUp } from './retry-plan.ts'
import { newWebhookSecret, signatureHeaders } from './signature.ts'
import { flawOf } from './webhook-url.ts'

const NONE = networksOf([])

for (const [address, isOk] of [
  ['8.8.8.8', true],
  ['172.15.255.255', true],
  ['172.32.0.1', true],
  ['2600::1', true],
  ['0.0.0.0', false],
  ['10.1.2.3', false],
  ['100.64.0.1', false],
  ['127.0.0.1', false],
  ['169.254.169.254', false],
  ['172.16.0.1', false],
  ['172.31.255.255', false],
  ['192.168.1.1', false],
  ['198.19.0.1', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['::', false],
  ['::1', false],
  ['::ffff:127.0.0.1', false],
  ['::ffff:7f00:1', false],
  ['0:0:0:0:0:ffff:0a00:0001', false],
  ['::ffff:8.8.8.8', true],
  ['64:ff9b::7f00:1', false],
  ['fe80::1', false],
  ['fc00::1', false],
  ['fd12:3456::1', false],
  ['ff02::1', false],
  ['2001:db8::1', false],
  ['2002:7f00:1::', false],
  ['2001::1', false],
  ['fe80::1%eth0', false],
  ['not-an-address', false],
  ['', false],
] as const) {
  test(`${address || 'nothing'} is ${isOk ? 'an address' : 'no address'} for a webhook`, () => {
    assert.equal(isReachable(address, NONE), isOk)
  })
}

test('the settings may open a network, and only that one', () => {
  const allowed = networksOf(['10.20.0.0/16', 'fd00:1::/32'])
  assert.ok(isReachable('10.20.3.4', allowed))
  assert.ok(isReachable('::ffff:10.20.3.4', allowed))
  assert.ok(isReachable('fd00:1::5', allowed))
  assert.ok(!isReachable('10.21.0.1', allowed))
  assert.ok(!isReachable('fd00:2::5', allowed))
  for (const wrong of [
    '10.0.0.0',
    '10.0.0.0/33',
    '10.0.0/8',
    '::/129',
    'x/8',
    '10.0.0.0/8/8',
    '/8',
  ]) {
    assert.ok(!isNetwork(wrong), wrong)
  }
})

for (const [url, flaw] of [
  ['https://example.com/hook', undefined],
  ['https://example.com:8443/hook?a=b', undefined],
  ['https://[2600::1]/hook', undefined],
  ['http://example.com/hook', 'not https'],
  ['file:///etc/passwd', 'no address'],
  ['ftp://example.com/', 'not https'],
  ['javascript:alert(1)', 'no address'],
  ['example.com', 'no address'],
  ['https://', 'no address'],
  ['https://ada:secret@example.com/', 'user or password in it'],
  ['https://example.com/#x', 'fragment in it'],
  ['https://127.0.0.1/', 'address not reachable'],
  ['https://2130706433/', 'address not reachable'],
  ['https://0x7f.1/', 'address not reachable'],
  ['https://0177.0.0.1/', 'address not reachable'],
  ['https://[::1]/', 'address not reachable'],
  ['https://[::ffff:169.254.169.254]/', 'address not reachable'],
  [`https://example.com/${'x'.repeat(2_000)}`, 'no address'],
] as const) {
  test(`${url.slice(0, 50)} is ${flaw === undefined ? 'taken' : `refused: ${flaw}`}`, () => {
    assert.equal(flawOf(url, { allowHttp: false, allowed: NONE }), flaw)
  })
}

test('plain http is taken where the settings say so, and private addresses still are not', () => {
  const rules = { allowHttp: true, allowed: NONE }
  assert.equal(flawOf('http://example.com/', rules), undefined)
  assert.equal(flawOf('http://127.0.0.1/', rules), 'address not reachable')
})

test('tries grow from ten seconds to twelve hours, about fifteen of them in three days, then it is over', () => {
  let at = 0
  let tries = 1
  while (!givesUp(0, at)) {
    at += delaySeconds(tries, 0.5)
    tries += 1
  }
  assert.ok(tries >= 12 && tries <= 20, String(tries))
  assert.ok(!givesUp(undefined, 10 * GIVES_UP_AFTER_SECONDS))
  for (let attempt = 1; attempt < 60; attempt += 1) {
    assert.ok(delaySeconds(attempt, 0) >= 5)
    assert.ok(delaySeconds(attempt, 0.999) <= 12 * 3600)
    assert.ok(delaySeconds(attempt + 1, 0.5) >= delaySeconds(attempt, 0.5))
  }
  // What the receiver asks for counts, within a day.
  assert.equal(delaySeconds(1, 0, 600), 600)
  assert.equal(delaySeconds(1, 0, 10 ** 9), 86_400)
})

test('a secret has 256 bits, and each valid one signs id, time and body', () => {
  const secrets = [newWebhookSecret(), newWebhookSecret()]
  const [first = '', second = ''] = secrets
  assert.match(first, /^whsec_[A-Za-z0-9+/]{43}=$/)
  const headers = signatureHeaders({ id: 'e1', timestamp: 1_790_000_000, body: '{"a":1}' }, secrets)
  const expected = [first, second].map((secret) => {
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
    return `v1,${createHmac('sha256', key).update('e1.1790000000.{"a":1}').digest('base64')}`
  })
  assert.deepEqual(headers, {
    ...{ 'webhook-id': 'e1', 'webhook-timestamp': '1790000000' },
    'webhook-signature': expected.join(' '),
  })
})

test('the signature is that of the specification’s libraries', () => {
  // standard-webhooks, libraries/javascript, webhook.test.ts: "sign function works".
  const headers = signatureHeaders(
    { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1_614_265_330, body: '{"test": 2432232314}' },
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  )
  assert.equal(headers['webhook-signature'], 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
})

test('a subscription names types, families or everything', () => {
  assert.ok(matchesType(['*'], 'device.lost'))
  assert.ok(matchesType(['rollout.*', 'device.lost'], 'device.lost'))
  assert.ok(matchesType(['rollout.*'], 'rollout.stopped'))
  assert.ok(!matchesType(['rollout.*'], 'rollouts.stopped'))
  assert.ok(!matchesType(['rollout.stop'], 'rollout.stopped'))
  for (const wrong of [
    '',
    'rollout',
    'rollout.',
    '*.stopped',
    'rollout.**',
    'Rollout.*',
    'a.b.c',
  ]) {
    assert.doesNotMatch(wrong, TYPE_PATTERN)
  }
})
