import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type SealBreach, sealedUnder, sealUnder } from './seal.ts'
import { newSealingKeyBytes, onlyKey, sealingKey } from './sealing-key.ts'

const key = sealingKey(newSealingKeyBytes())
const seal = sealUnder(onlyKey(key))
const secret = new TextEncoder().encode('JBSWY3DPEHPK3PXP')

const breach = (code: SealBreach) => ({ name: 'SealBrokenError', code })

test('a sealed secret opens for its purpose, shows nothing of itself and names its key', async () => {
  const sealed = await seal.seal('totp/a1', secret)
  assert.deepEqual(await seal.open('totp/a1', sealed), secret)
  assert.equal(sealedUnder(sealed), key.id)
  const raw = Buffer.from(sealed.split('.')[2] ?? '', 'base64url')
  assert.ok(!raw.includes(Buffer.from(secret)))
  assert.notEqual(await seal.seal('totp/a1', secret), sealed)
})

test('an empty secret and one of 64 KiB are sealed too', async () => {
  for (const plain of [new Uint8Array(), new Uint8Array(65_536).fill(7)]) {
    assert.deepEqual(await seal.open('p', await seal.seal('p', plain)), plain)
  }
})

test('a sealed secret opens in no other place than its own', async () => {
  const sealed = await seal.seal('totp/a1', secret)
  await assert.rejects(seal.open('totp/a2', sealed), breach('SEAL_BROKEN'))
  await assert.rejects(seal.open('webhook/a1', sealed), breach('SEAL_BROKEN'))
})

test('every changed byte of a sealed text is noticed', async () => {
  const sealed = await seal.seal('p', secret)
  const [version, keyId, text] = sealed.split('.')
  const body = Buffer.from(text ?? '', 'base64url')
  for (let at = 0; at < body.length; at++) {
    const changed = Buffer.from(body)
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at)
    const forged = `${version}.${keyId}.${changed.toString('base64url')}`
    await assert.rejects(seal.open('p', forged), breach('SEAL_BROKEN'), `byte ${at}`)
  }
  await assert.rejects(
    seal.open('p', `${version}.${keyId}.${body.subarray(0, -1).toString('base64url')}`),
    breach('SEAL_BROKEN'),
  )
})

test('what another key sealed, and what is no sealed text, is refused', async () => {
  const other = sealUnder(onlyKey(sealingKey(newSealingKeyBytes())))
  await assert.rejects(seal.open('p', await other.seal('p', secret)), breach('SEAL_KEY_UNKNOWN'))
  const sealed = await seal.seal('p', secret)
  for (const form of ['', 'plain', sealed.replace('fws1', 'fws2'), `${sealed}=`, ` ${sealed}`]) {
    await assert.rejects(seal.open('p', form), breach('SEAL_FORM_UNKNOWN'), form)
  }
  await assert.rejects(seal.open('p', `fws1.${key.id}.AAAA`), breach('SEAL_FORM_UNKNOWN'))
})

test('a sealing key has one length, and the same key the same name', () => {
  const bytes = newSealingKeyBytes()
  assert.equal(sealingKey(bytes).id, sealingKey(bytes).id)
  assert.throws(() => sealingKey(bytes.subarray(1)))
})
