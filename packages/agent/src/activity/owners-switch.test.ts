/** What the owner decides and what the run does, in a real log; and what the server hears once it is off. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { TrustError } from '@fleetward/shared'
import { aManifest, verifiedRelease } from '../../../../test/support/signed-messages.ts'
import { SimulatedDevice } from '../../../../test/support/simulated-device.ts'
import { ACTIVITY_CLASSES } from '../core/activity-classes.ts'
import { FileActivityLog } from './file-activity-log.ts'

let folder: string
let log: FileActivityLog
let device: SimulatedDevice

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetward-owner-'))
  device = new SimulatedDevice()
  log = await FileActivityLog.open({
    ...{ folder, retentionDays: 365, log: { write: () => {} } },
    systemClock: { systemMs: () => device.systemMs },
    uptimeMs: () => 0,
  })
  device.activity = log
})
afterEach(async () => {
  await log.close()
  await rm(folder, { recursive: true })
})

const eventsFrom = async (seq: number) =>
  (await log.entries(seq, 1000)).map(({ event, by }) => `${event} ${by}`)

/** The device in memory takes a write to the real log for silence: it is given time until it is done. */
async function lives(version: string): Promise<void> {
  do {
    await device.live()
    await log.tend()
  } while (device.run?.version !== version || device.run.record.state.name !== 'idle')
  await device.live()
}

test('CRA P-l0: an update, a refused command and a changed setting are in the log, with who did it', async () => {
  device.offer(verifiedRelease(), aManifest())
  await lives('1.4.3')
  await device.run?.reportRefusal('command', new TrustError('COMMAND_NONCE_WRONG', {}))
  await device.run?.decideAsOwner({ what: 'opt-out' }, 'page')
  assert.deepEqual(
    (await eventsFrom(1)).filter((event) => !event.startsWith('slot-booted')),
    [
      ...['update-offered agent', 'update-downloading agent', 'update-installed agent'],
      ...['update-on-trial agent', 'update-committed agent'],
      ...['command-refused server', 'opted-out page'],
    ],
  )
})

test('CRA P-099, P-l0: once the owner switched all off nothing is recorded, and reports say no more than that', async () => {
  await lives('1.4.2')
  await device.run?.decideAsOwner(
    { what: 'change-settings', settings: { logClassesOff: ACTIVITY_CLASSES } },
    'cli',
  )
  const { seq } = log.head()
  const last = await eventsFrom(seq - ACTIVITY_CLASSES.length - 1)
  assert.deepEqual(last, ['settings-changed cli', ...ACTIVITY_CLASSES.map(() => 'logging-off cli')])

  device.offer(verifiedRelease(), aManifest())
  await lives('1.4.3')
  await device.run?.reportRefusal('command', new TrustError('COMMAND_NONCE_WRONG', {}))
  await lives('1.4.3')
  assert.equal(log.head().seq, seq)
  const told = device.received.at(-1)?.log
  assert.deepEqual([told?.seq, told?.off], [seq, [...ACTIVITY_CLASSES]])

  await device.run?.decideAsOwner(
    { what: 'change-settings', settings: { logClassesOff: [] } },
    'cli',
  )
  assert.deepEqual(
    await eventsFrom(seq),
    ACTIVITY_CLASSES.map(() => 'logging-on cli'),
  )
  assert.equal((await log.verify()).broken, undefined)
  await lives('1.4.3')
  assert.equal(device.received.at(-1)?.log?.off, undefined)
})

test('each report tells the head, and how it leads on from the one told before', async () => {
  await log.record({ class: 'security', event: 'agent-started', by: 'agent' })
  device.offer(verifiedRelease(), aManifest())
  await lives('1.4.3')
  // An entry counts once no power cut can take it; the update in memory is faster than any disk.
  await log.tend()
  await device.run?.reportRefusal('command', new TrustError('COMMAND_NONCE_WRONG', {}))
  await lives('1.4.3')
  const told = device.received.map((report) => report.log)
  for (const [index, claim] of told.entries()) {
    const before = told[index - 1]
    const since = before === undefined ? undefined : { seq: before.seq, hash: before.hash }
    assert.deepEqual(claim?.since, since)
  }
  assert.ok((told.at(-1)?.seq ?? 0) > (told[0]?.seq ?? 0))
})
