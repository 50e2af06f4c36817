/** Guessing is slowed down; whom it is aimed at is not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PASSWORD, SigningIn } from '../support/signing-in.ts'
import type { WebVisitor } from '../support/web-visitor.ts'

const guess = (visitor: WebVisitor, code = '000000') =>
  visitor.post('/sign-in', { login: 'ada', password: PASSWORD, code, next: '' })

async function guessed(signing: SigningIn, times: number): Promise<void> {
  for (let turn = 0; turn < times; turn++) await guess(signing.visitor())
}

test('a stranger who guesses waits longer and longer, also with the right code', async (t) => {
  const signing = await SigningIn.start(t)
  const { seed } = await signing.withPassword()
  await guessed(signing, 4)
  const slowed = await guess(signing.visitor(), signing.code(seed))
  assert.deepEqual([slowed.status, slowed.code], [429, 'SIGN_IN_SLOWED'])
  assert.equal(slowed.headers.get('retry-after'), '1')
  signing.pass(1)
  assert.equal((await guess(signing.visitor())).code, 'SIGN_IN_REFUSED')
  const longer = await guess(signing.visitor())
  assert.equal(longer.headers.get('retry-after'), '2')
})

test('the owner at a browser that signed in before is not slowed, nor anybody with a passkey', async (t) => {
  const signing = await SigningIn.start(t)
  const { visitor, seed } = await signing.withPassword()
  const passkey = await visitor.makePasskey('/account/passkeys')
  await visitor.post('/sign-out')
  await guessed(signing, 30)
  assert.equal((await guess(signing.visitor(), signing.code(seed))).code, 'SIGN_IN_SLOWED')

  const withPasskey = await signing.visitor().showPasskey(passkey)
  assert.equal(withPasskey.status, 200, withPasskey.text)
  const owner = await guess(visitor, signing.code(seed))
  assert.equal(owner.status, 303)
})

test('the pace of a known browser is that of its own tries', async (t) => {
  const signing = await SigningIn.start(t)
  const { visitor } = await signing.withPassword()
  await visitor.post('/sign-out')
  for (let turn = 0; turn < 6; turn++) {
    assert.equal((await guess(visitor)).code, 'SIGN_IN_REFUSED')
  }
  assert.equal((await guess(visitor)).code, 'SIGN_IN_SLOWED')
  // None of it counts for the name.
  assert.equal((await guess(signing.visitor())).code, 'SIGN_IN_REFUSED')
})

test('guesses made at once are counted one by one', async (t) => {
  const signing = await SigningIn.start(t)
  await signing.withPassword()
  const answers = await Promise.all(Array.from({ length: 12 }, () => guess(signing.visitor())))
  const looked = answers.filter(({ code }) => code === 'SIGN_IN_REFUSED').length
  assert.equal(looked, 4)
})

test('a proof within a session is slowed by that session, whatever the browser calls itself', async (t) => {
  const signing = await SigningIn.start(t)
  const { visitor } = await signing.withPassword()
  const prove = async () => {
    visitor.cookies.delete('fleetward-browser')
    const fields = { password: PASSWORD, code: '000000', next: '' }
    return (await visitor.post('/step-up', fields)).code
  }
  const codes = []
  for (let turn = 0; turn < 7; turn++) codes.push(await prove())
  assert.deepEqual(codes, [...Array(6).fill('SIGN_IN_REFUSED'), 'SIGN_IN_SLOWED'])
})

test('whoever is right is never slowed, however often', async (t) => {
  const signing = await SigningIn.start(t)
  const { seed } = await signing.withPassword()
  for (let turn = 0; turn < 13; turn++) {
    assert.equal((await guess(signing.visitor(), signing.code(seed))).status, 303)
    signing.pass(30)
  }
})

test('names that nobody has are slowed like others', async (t) => {
  const signing = await SigningIn.start(t)
  const codes = []
  for (let turn = 0; turn < 5; turn++) {
    const fields = { login: 'nobody', password: PASSWORD, code: '000000', next: '' }
    codes.push((await signing.visitor().post('/sign-in', fields)).code)
  }
  assert.deepEqual(codes, [...Array(4).fill('SIGN_IN_REFUSED'), 'SIGN_IN_SLOWED'])
})
