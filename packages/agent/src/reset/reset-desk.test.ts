import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import { RequestError } from '@fleetward/shared'
import type { UpdateState } from '../core/update-machine.ts'
import type { Receipt } from './receipt.ts'
import { ResetDesk } from './reset-desk.ts'
import type { ResetIntent } from './reset-intent.ts'

const UPDATE = {} as Extract<UpdateState, { name: 'trial' }>['update']
const trial: UpdateState = { name: 'trial', update: UPDATE }
const RECEIPT = { id: 'r' } as Receipt

describe('asking a running device for a reset', () => {
  let state: UpdateState
  let kept: ResetIntent[]
  let entries: string[]
  let desk: ResetDesk

  beforeEach(() => {
    state = { name: 'idle' }
    kept = []
    entries = []
    desk = new ResetDesk({
      device: 'G1-0001',
      intents: {
        find: async () => kept.at(-1),
        keep: async (intent) => void kept.push(intent),
      },
      chance: { share: () => 0, nonce: () => `nonce-${kept.length}` },
      log: { write: () => {} },
      activity: { record: async ({ event, by }) => void entries.push(`${event} ${by}`) },
      state: () => state,
      now: () => 1000,
    })
  })

  test('it is durable before the run ends for it, and whoever asked gets the receipt', async () => {
    const answer = desk.askConfirmed('factory', 'page', 'G1-0001')
    await desk.due
    assert.deepEqual(kept, [{ id: 'nonce-0', level: 'factory', by: 'page', askedAt: 1000 }])
    await desk.settle(Promise.resolve(RECEIPT))
    assert.deepEqual(await answer, { state: 'done', receipt: RECEIPT })
    assert.deepEqual(entries, ['reset-asked page'])
  })

  test('without the device’s id nothing happens, and the try is on record', async () => {
    for (const typed of ['G1-0002', '', undefined, true]) {
      await assert.rejects(desk.askConfirmed('erase', 'page', typed), {
        name: 'RequestError',
        code: 'CONFIRMATION_WRONG',
      })
    }
    assert.deepEqual([kept.length, desk.isDue], [0, false])
    assert.equal(entries[0], 'reset-not-confirmed page')
  })

  for (const name of ['arming', 'rebooting', 'trial', 'committing'] as const) {
    test(`in ${name} it waits until the update is committed or rolled back`, async () => {
      state = { name, update: UPDATE }
      assert.deepEqual(await desk.ask('factory', 'cli'), { state: 'waiting', waitingFor: 'update' })
      assert.equal(desk.isDue, false)
      desk.stateChanged({ name: 'idle' })
      assert.equal(desk.isDue, true)
    })
  }

  for (const name of ['offered', 'downloading', 'installing'] as const) {
    test(`in ${name} it does not wait: the update is dropped`, async () => {
      state = { name, update: UPDATE }
      void desk.ask('settings', 'cli')
      await desk.due
      assert.equal(desk.isDue, true)
    })
  }

  test('one that waited goes on waiting after a restart', async () => {
    kept.push({ id: 'x', level: 'factory', by: 'cli', askedAt: 1 })
    state = trial
    await desk.resume()
    assert.equal(desk.isDue, false)
    desk.stateChanged({ name: 'failed', update: UPDATE, failure: { code: 'DISK_FULL', facts: {} } })
    assert.equal(desk.isDue, false)
    desk.stateChanged({ name: 'idle' })
    assert.equal(desk.isDue, true)
  })

  test('a factory reset takes the place of a lesser one, never the other way round', async () => {
    state = trial
    await desk.ask('settings', 'cli')
    await assert.rejects(desk.ask('erase', 'cli'), (error) => error instanceof RequestError)
    await desk.ask('factory', 'cli')
    await desk.ask('settings', 'cli')
    assert.deepEqual(
      kept.map(({ level }) => level),
      ['settings', 'factory'],
    )
  })
})
