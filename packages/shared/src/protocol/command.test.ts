import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  aCommand,
  commandHeader,
  DEVICE,
  ed25519Signer,
  forge,
  keySetOf,
  NOW,
  PRODUCT,
  withCode,
} from '../../../../test/support/signed-messages.ts'
import type { Json } from '../json/json.ts'
import { instructionOf, requireNextCommand, signCommand, verifyCommand } from './command.ts'

const signer = await ed25519Signer()
const keys = await keySetOf(signer)
const expected = { keys, product: PRODUCT, device: DEVICE, now: NOW }

const refuses = async (claims: unknown, code: string) => {
  const token = await forge(commandHeader(signer), claims as Json, signer.key)
  await assert.rejects(verifyCommand(token, expected), withCode(code))
}

test('a command reaches its device as it was given', async () => {
  const command = aCommand({ command: 'assign', arguments: { cohort: 'late' }, nonce: 'n-1' })
  const read = await verifyCommand(await signCommand(command, signer), expected)
  assert.deepEqual({ ...read, arguments: { ...read.arguments } }, command)
})

for (const [claim, wrong, code] of [
  ['iss', `fleetward:${PRODUCT}:director`, 'TOKEN_ISSUER_WRONG'],
  ['iss', undefined, 'COMMAND_INVALID'],
  ['aud', `${PRODUCT}/devices/G1-0002`, 'TOKEN_AUDIENCE_WRONG'],
  ['aud', [`${PRODUCT}/devices/${DEVICE}`], 'COMMAND_INVALID'],
  ['aud', undefined, 'COMMAND_INVALID'],
  ['seq', 0, 'COMMAND_INVALID'],
  ['seq', undefined, 'COMMAND_INVALID'],
  ['iat', NOW + 301, 'TOKEN_NOT_YET_VALID'],
  ['iat', undefined, 'COMMAND_INVALID'],
  ['exp', NOW + 601, 'COMMAND_INVALID'],
  ['exp', NOW, 'COMMAND_INVALID'],
  ['exp', undefined, 'COMMAND_INVALID'],
  ['command', 'Erase', 'COMMAND_INVALID'],
  ['command', '', 'COMMAND_INVALID'],
  ['command', undefined, 'COMMAND_INVALID'],
  ['arguments', undefined, 'COMMAND_INVALID'],
  ['arguments', [], 'COMMAND_INVALID'],
  ['nonce', 5, 'COMMAND_INVALID'],
] as const) {
  test(`a command with ${JSON.stringify(wrong) ?? 'nothing'} as ${claim} is refused`, () =>
    refuses({ ...aCommand(), exp: NOW + 600, [claim]: wrong }, code))
}

test('a command is over the second it expires', async () => {
  const token = await signCommand(aCommand(), signer)
  const { exp } = aCommand()
  await verifyCommand(token, { ...expected, now: exp - 1 })
  await assert.rejects(verifyCommand(token, { ...expected, now: exp }), withCode('TOKEN_EXPIRED'))
})

test('a dangerous command works only with the nonce of the last report', async () => {
  for (const command of ['factory-reset', 'erase']) {
    const token = await signCommand(aCommand({ command, nonce: 'n-2' }), signer)
    await verifyCommand(token, { ...expected, nonce: 'n-2' })
    const refused = withCode('COMMAND_NONCE_WRONG')
    await assert.rejects(verifyCommand(token, { ...expected, nonce: 'n-3' }), refused)
    await assert.rejects(verifyCommand(token, expected), refused)
    const without = await signCommand(aCommand({ command }), signer)
    await assert.rejects(verifyCommand(without, { ...expected, nonce: 'n-2' }), refused)
    await assert.rejects(verifyCommand(without, { ...expected, nonce: undefined }), refused)
  }
})

test('a command is used once, and none comes back', () => {
  requireNextCommand(undefined, aCommand({ seq: 1 }))
  requireNextCommand(3, aCommand({ seq: 4 }))
  requireNextCommand(3, aCommand({ seq: 9 }))
  const refused = withCode('SEQUENCE_REPLAYED')
  assert.throws(() => requireNextCommand(3, aCommand({ seq: 3 })), refused)
  assert.throws(() => requireNextCommand(3, aCommand({ seq: 2 })), refused)
})

test('the commands of today are understood, with no argument too many', () => {
  assert.deepEqual(instructionOf(aCommand()), { name: 'check-now' })
  assert.deepEqual(instructionOf(aCommand({ command: 'assign', arguments: { cohort: 'late' } })), {
    name: 'assign',
    cohort: 'late',
  })
  const invalid = withCode('COMMAND_INVALID')
  assert.throws(() => instructionOf(aCommand({ arguments: { now: true } })), invalid)
  assert.throws(() => instructionOf(aCommand({ command: 'assign' })), invalid)
  const path = { cohort: '../late' }
  assert.throws(() => instructionOf(aCommand({ command: 'assign', arguments: path })), invalid)
})

test('a command of a newer server is answered, not half obeyed', () => {
  const command = aCommand({ command: 'send-log', arguments: { lines: 10 } })
  assert.deepEqual(instructionOf(command), { name: 'unsupported', command: 'send-log' })
})
