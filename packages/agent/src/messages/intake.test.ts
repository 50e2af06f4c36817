import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DeviceError, TransferError, TrustError } from '@fleetward/shared'
import { Intake } from './intake.ts'

const timer = { wait: async () => undefined }
const chance = { share: () => 0.5, nonce: () => '' }
const backoff = { firstDelayMs: 1000, maxDelayMs: 300_000 }

const intakeThat = (answer: (kind: string, token: string) => Promise<void>) => {
  const seen: string[] = []
  const refused: string[] = []
  const intake = new Intake(
    {
      read: async (kind, token) => {
        seen.push(`${kind} ${token}`)
        await answer(kind, token)
      },
      refused: async (kind) => {
        refused.push(kind)
      },
    },
    timer,
    chance,
    backoff,
  )
  return { intake, seen, refused }
}

test('messages are read one after the other, of each kind only the newest', async () => {
  const gate = Promise.withResolvers<void>()
  const { intake, seen } = intakeThat(() => gate.promise)
  const work = intake.take('cohort', '1')
  for (let number = 2; number <= 100; number += 1) void intake.take('cohort', String(number))
  void intake.take('device', 'own')
  assert.deepEqual(seen, ['cohort 1'])
  gate.resolve()
  await work
  assert.deepEqual(seen, ['cohort 1', 'cohort 100', 'device own'])
})

test('a message that cannot be verified because the server is away is read again', async () => {
  let away = 3
  const { intake, seen, refused } = intakeThat(async () => {
    away -= 1
    if (away >= 0) throw new TransferError('SERVER_UNREACHABLE')
  })
  await intake.take('cohort', '1')
  assert.equal(seen.length, 4)
  assert.deepEqual(refused, [])
})

for (const code of ['DISK_FULL', 'DISK_FAILED'] as const) {
  test(`a message that the disk stands in the way of is read again, not refused: ${code}`, async () => {
    let times = 3
    const { intake, seen, refused } = intakeThat(async () => {
      times -= 1
      if (times >= 0) throw new DeviceError(code)
    })
    await intake.take('cohort', '1')
    assert.equal(seen.length, 4)
    assert.deepEqual(refused, [])
  })
}

test('what this device cannot do is refused, and not asked again', async () => {
  const { intake, seen, refused } = intakeThat(async () => {
    throw new DeviceError('COMMAND_NOT_SUPPORTED')
  })
  await intake.take('command', '1')
  assert.deepEqual([seen.length, refused], [1, ['command']])
})

test('a refused message is told once and holds up nobody', async () => {
  const { intake, seen, refused } = intakeThat(async (kind) => {
    if (kind === 'cohort') throw new TrustError('TOKEN_SIGNATURE_INVALID')
  })
  void intake.take('cohort', '1')
  await intake.take('device', '2')
  assert.deepEqual(seen, ['cohort 1', 'device 2'])
  assert.deepEqual(refused, ['cohort'])
})

test('what nobody foresaw is passed on', async () => {
  const { intake } = intakeThat(() => Promise.reject(new Error('a bug')))
  await assert.rejects(intake.take('cohort', '1'), { message: 'a bug' })
})
