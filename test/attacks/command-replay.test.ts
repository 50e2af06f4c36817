/** Command replay: commands recorded, delayed, repeated, redirected or made up by whoever holds the broker. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type Command, commandTopic, deviceAudience, signCommand } from '@fleetward/shared'
import { ListeningDevice, someParties } from '../support/listening-device.ts'
import { aCommand, COHORT, DEVICE, NOW, PRODUCT } from '../support/signed-messages.ts'

const parties = await someParties()
const sign = (changes: Partial<Command>) => signCommand(aCommand(changes), parties.commands)
const topic = commandTopic(PRODUCT, DEVICE)
const assign = (cohort: string, seq: number) =>
  sign({ command: 'assign', arguments: { cohort }, seq })

const running: ListeningDevice[] = []
after(() => Promise.all(running.map((device) => device.stop())))

async function aDevice(): Promise<ListeningDevice> {
  const device = await ListeningDevice.start({ parties })
  running.push(device)
  return device
}

const refusedFor = (code: string) => [{ what: 'command', code }]

// CRA P-075, P-f0
test('a command works once: not again, not after a restart, not after a newer one', async () => {
  const device = await aDevice()
  const first = await assign('late', 1)
  assert.deepEqual(await device.receive(topic, first), [])
  assert.equal(device.cohort, 'late')
  assert.deepEqual(await device.receive(topic, first), refusedFor('SEQUENCE_REPLAYED'))

  assert.deepEqual(await device.receive(topic, await assign(COHORT, 2)), [])
  await device.restart()
  for (const old of [first, await assign('late', 2)]) {
    assert.deepEqual(await device.receive(topic, old), refusedFor('SEQUENCE_REPLAYED'))
  }
  assert.equal(device.cohort, COHORT)
})

for (const [what, changes, code] of [
  ['for another device', { aud: deviceAudience(PRODUCT, 'G1-0002') }, 'TOKEN_AUDIENCE_WRONG'],
  ['for another product', { aud: deviceAudience('lumen-hub', DEVICE) }, 'TOKEN_AUDIENCE_WRONG'],
  ['of another product', { iss: 'fleetward:lumen-hub:commands' }, 'TOKEN_ISSUER_WRONG'],
  ['from the director', { iss: `fleetward:${PRODUCT}:director` }, 'TOKEN_ISSUER_WRONG'],
  ['that was held back for ten minutes', { iat: NOW - 600, exp: NOW }, 'TOKEN_EXPIRED'],
  ['from the future', { iat: NOW + 301, exp: NOW + 900 }, 'TOKEN_NOT_YET_VALID'],
  ['to reset without a nonce', { command: 'factory-reset' }, 'COMMAND_NONCE_WRONG'],
  ['to erase with an old nonce', { command: 'erase', nonce: 'old' }, 'COMMAND_NONCE_WRONG'],
  [
    'to a cohort that is no name',
    { command: 'assign', arguments: { cohort: '#' } },
    'COMMAND_INVALID',
  ],
] as const) {
  test(`a command ${what} is refused, and its number is not used up`, async () => {
    const device = await aDevice()
    assert.deepEqual(await device.receive(topic, await sign(changes)), refusedFor(code))
    assert.equal(device.record.commandSeq, 0)
    assert.equal(device.cohort, COHORT)
    const last = (await device.reports()).at(-1)
    assert.equal(last?.refused, 'command')
    assert.equal(last?.code, code)
  })
}

test('a command on another device’s topic is not even read', async () => {
  const device = await aDevice()
  assert.deepEqual(
    await device.receive(commandTopic(PRODUCT, 'G1-0002'), await assign('late', 1)),
    [],
  )
  assert.equal(device.cohort, COHORT)
})

test('CRA P-050: nobody resets a device from afar whose owner has not allowed it, and the command is used up', async () => {
  const device = await aDevice()
  const nonce = device.record.reports.nonce
  const token = await sign({ command: 'factory-reset', nonce, seq: 5 })
  assert.deepEqual(await device.receive(topic, token), refusedFor('NOT_ALLOWED'))
  assert.equal(device.record.commandSeq, 5)
  assert.deepEqual(await device.receive(topic, token), refusedFor('SEQUENCE_REPLAYED'))
})
