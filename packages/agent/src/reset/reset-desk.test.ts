import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import { RequestError } from '@fleetward/shared'
import type { UpdateState } from '../core/update-machine.ts'
import { ResetDesk } from './reset-desk.ts'
import type { ResetIntent } from './reset-intent.ts'

const UPDATE = {} as Extract<UpdateState, { name: 'trial' }>['update']
const trial: UpdateState = { name: 'trial', update: UPDATE }

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
      timer: {
        wait: (_, signal) => new Promise((done) => signal.addEventListener('abort', () => done())),
      },
      activity: { record: async ({ event, by }) => void entries.push(`${event} ${by}`) },
      state: () => state,
      now: () => 1000,
    })
  })

  test('it is durable before anybody hears yes, and the run ends once the answer is out', async () => {
    const response = new AbortController()
    const asking = { level: 'factory', by: 'page', answered: response.signal } as const
    const answer = await desk.askConfirmed(asking, 'G1-0001')
    assert.deepEqual(kept, [{ id: 'nonce-0', level: 'factory', by: 'page', askedAt: 1000 }])
    assert.deepEqual(answer, { id: 'nonce-0', level: 'factory', state: 'begun' })
    assert.equal(desk.isDue, false)
    response.abort()
    await desk.due
    assert.deepEqual(entries, ['reset-asked page'])
  })

  test('without the device’s id nothing happens, and the try is on record', async () => {
    for (const typed of ['G1-0002', '', undefined, true]) {
      await assert.rejects(desk.askConfirmed({ level: 'erase', by: 'page' }, typed), {
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
      assert.equal((await desk.ask({ level: 'factory', by: 'cli' })).state, 'waiting')
      assert.equal(desk.isDue, false)
      desk.stateChanged({ name: 'idle' })
      assert.equal(desk.isDue, true)
    })
  }

  for (const name of ['offered', 'downloading', 'installing'] as const) {
    test(`in ${name} it does not wait: the update is dropped`, async () => {
      state = { name, update: UPDATE }
      assert.equal((await desk.ask({ level: 'settings', by: 'cli' })).state, 'begun')
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
    await desk.ask({ level: 'settings', by: 'cli' })
    await assert.rejects(
      desk.ask({ level: 'erase', by: 'cli' }),
      (error) => error instanceof RequestError,
    )
    await desk.ask({ level: 'factory', by: 'cli' })
    await desk.ask({ level: 'settings', by: 'cli' })
    assert.deepEqual(
      kept.map(({ level }) => level),
      ['settings', 'factory'],
    )
  })
})
