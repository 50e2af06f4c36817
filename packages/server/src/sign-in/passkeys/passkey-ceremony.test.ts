import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Bent, SoftAuthenticator } from '../../../test/support/soft-authenticator.ts'
import {
  creationOptions,
  parseShown,
  requestOptions,
  userHandleOf,
  verifyMade,
  verifyShown,
} from './passkey-ceremony.ts'
import type { Passkey } from './passkey-store.ts'

const PARTY = { id: 'updates.example.com', origin: 'https://updates.example.com:8080' }
const ADA = { account: 'acc-0123456789abcdef', signInName: 'ada', name: 'Ada' }
const REFUSED = { code: 'PASSKEY_REFUSED', status: 401 }

async function made(bent: Bent = {}) {
  const authenticator = new SoftAuthenticator(PARTY.origin)
  const options = await creationOptions(PARTY, ADA, [])
  const response = authenticator.make(options, bent)
  const passkey = await verifyMade(PARTY, response, options.challenge)
  const stored: Passkey = {
    ...passkey,
    ...{ account: ADA.account, name: 'laptop', createdAt: 0, lastUsedAt: undefined },
  }
  return { authenticator, stored }
}

async function shown(stored: Passkey, authenticator: SoftAuthenticator, bent: Bent = {}) {
  const options = await requestOptions(PARTY)
  const response = parseShown(authenticator.show(options, bent))
  return verifyShown(PARTY, response, { challenge: options.challenge, passkey: stored })
}

test('a passkey is made, and shown again', async () => {
  const { authenticator, stored } = await made()
  assert.equal(stored.id, authenticator.id.toString('base64url'))
  assert.deepEqual(stored.transports, ['internal'])
  authenticator.counter = 1
  assert.deepEqual(await shown(stored, authenticator), {
    ...{ counter: 1, backedUp: false, mayBeCopied: false },
  })
})

test('what the browser is asked for: no name typed, its owner verified, no attestation, none twice', async () => {
  const { stored } = await made()
  const options = await creationOptions(PARTY, ADA, [stored])
  assert.equal(options.authenticatorSelection?.userVerification, 'required')
  assert.equal(options.authenticatorSelection?.residentKey, 'required')
  assert.equal(options.attestation, 'none')
  assert.deepEqual(
    options.excludeCredentials?.map(({ id }) => id),
    [stored.id],
  )
  const request = await requestOptions(PARTY)
  assert.equal(request.userVerification, 'required')
  assert.equal(request.rpId, PARTY.id)
  assert.notEqual(request.challenge, (await requestOptions(PARTY)).challenge)
  assert.equal(Buffer.from(request.challenge, 'base64url').length, 32)
})

const bends: [what: string, bent: Bent][] = [
  ['another origin (phishing)', { origin: 'https://updates.example.com.evil.example' }],
  ['another port of the host', { origin: 'https://updates.example.com:9999' }],
  ['another relying party', { rpId: 'evil.example' }],
  ['another challenge (replay)', { challenge: Buffer.alloc(32).toString('base64url') }],
  ['the other ceremony', { type: 'payment.get' }],
  ['nobody there', { userPresent: false }],
  ['its owner not verified', { userVerified: false }],
  ['a frame of another page', { crossOrigin: true }],
]
for (const [what, bent] of bends) {
  test(`no passkey is made with ${what}, and none is accepted`, async () => {
    await assert.rejects(made(bent), REFUSED)
    const { authenticator, stored } = await made()
    await assert.rejects(shown(stored, authenticator, bent), REFUSED)
  })
}

test('a wrong signature, another account’s handle and another passkey’s key are refused', async () => {
  const { authenticator, stored } = await made()
  await assert.rejects(shown(stored, authenticator, { brokenSignature: true }), REFUSED)
  const userHandle = Buffer.from(userHandleOf('acc-fedcba9876543210')).toString('base64url')
  await assert.rejects(shown(stored, authenticator, { userHandle }), REFUSED)
  const other = await made()
  await assert.rejects(shown({ ...other.stored, id: stored.id }, authenticator, {}), REFUSED)
})

test('an attestation is refused unread, also a good one: the server fetches nothing that one names', async () => {
  await assert.rejects(made({ attested: true }), REFUSED)
})

const counters: [stored: number, seen: number, mayBeCopied: boolean][] = [
  [0, 0, false],
  [0, 1, false],
  [7, 8, false],
  [7, 7, true],
  [7, 3, true],
  [7, 0, true],
]
for (const [before, counter, mayBeCopied] of counters) {
  test(`a counter that goes from ${before} to ${counter} is ${mayBeCopied ? '' : 'not '}noticed`, async () => {
    const { authenticator, stored } = await made()
    const seen = await shown({ ...stored, counter: before }, authenticator, { counter })
    assert.deepEqual([seen.mayBeCopied, seen.counter], [mayBeCopied, counter])
    await assert.rejects(
      shown({ ...stored, counter: before }, authenticator, { counter, brokenSignature: true }),
      REFUSED,
    )
  })
}

test('what is no answer of an authenticator is refused with a code, whatever it is', async () => {
  const { authenticator } = await made()
  const options = await creationOptions(PARTY, ADA, [])
  const good = authenticator.make(options) as Record<string, object>
  const strange: unknown[] = [
    ...[undefined, null, 'x', 7, [], {}],
    { ...good, id: 'x'.repeat(2000) },
    { ...good, rawId: 'AAAA' },
    { ...good, type: 'password' },
    { ...good, response: { ...good.response, attestationObject: 'AAAA' } },
    { ...good, response: { ...good.response, attestationObject: 'A'.repeat(20_000) } },
    { ...good, response: { ...good.response, clientDataJSON: 'AAAA' } },
    { ...good, response: { ...good.response, clientDataJSON: '../..' } },
    { ...good, response: { ...good.response, transports: 'usb' } },
  ]
  for (const response of strange) {
    await assert.rejects(verifyMade(PARTY, response, options.challenge), REFUSED)
    assert.throws(() => parseShown(response), REFUSED)
  }
})
