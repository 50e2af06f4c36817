/** A clock that is wrong, by accident or because somebody on the path answers its questions. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inDays, RepositorySimulator } from '../support/repository-simulator.ts'
import { refusal, sourceOf, TufDevice } from '../support/tuf-device.ts'

test('a clock far ahead refuses everything and loses nothing', async () => {
  const repository = new RepositorySimulator()
  const device = new TufDevice(repository)
  await device.refresh()
  const trusted = new Map(device.store.files)
  repository.publish('targets', 'snapshot', 'timestamp')
  const now = () => Date.parse('2040-01-01T00:00:00Z')
  await assert.rejects(device.refresh({ now }), refusal('METADATA_EXPIRED', { role: 'root' }))
  assert.deepEqual(device.store.files, trusted)
  await device.refresh()
  assert.equal(device.versions().timestamp, 2)
})

test('a clock at 1970 hides a freeze, but opens no way back', async () => {
  const repository = new RepositorySimulator()
  const device = new TufDevice(repository, { now: () => 0 })
  repository.timestamp.expires = inDays(-1000)
  repository.publish('timestamp', 'timestamp')
  await device.refresh()
  repository.forget('timestamp')
  repository.publish('timestamp')
  await assert.rejects(device.refresh(), refusal('VERSION_DECREASED', { role: 'timestamp' }))
})

test('a refresh judges by the time at which it began, whatever the clock does meanwhile', async () => {
  const repository = new RepositorySimulator()
  const device = new TufDevice(repository)
  repository.publish('targets', 'snapshot', 'timestamp')
  let clock = Date.parse(repository.root.expires) - 1
  const honest = sourceOf(repository)
  let readings = 0
  await device.refresh({
    now: () => {
      readings += 1
      return clock
    },
    source: {
      fetch: (path, maxBytes) => {
        clock += 86_400_000
        return honest.fetch(path, maxBytes)
      },
    },
  })
  assert.equal(readings, 1)
})

test('a date that is none never counts as "does not expire"', async () => {
  for (const expires of [
    '',
    'garbage',
    '2030-13-45T99:99:99Z',
    '2030-02-31T00:00:00Z',
    '2030-01-01T00:00:00+01:00',
    '2030-01-01',
    '99999-01-01T00:00:00Z',
    '2030-01-01T00:00:00.000Z',
    ' 2030-01-01T00:00:00Z',
  ]) {
    const repository = new RepositorySimulator()
    const device = new TufDevice(repository)
    repository.timestamp.expires = expires
    repository.publish('timestamp')
    await assert.rejects(device.refresh(), refusal('METADATA_INVALID', { field: 'expires' }))
  }
})
