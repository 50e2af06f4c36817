/** The server is lost; what is left is its backup and its sealing key. */
import assert from 'node:assert/strict'
import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { parseSettings } from '@fleetward/server'
import { pino } from 'pino'
import { backup } from '../../../packages/server/src/commands/backup.ts'
import type { ServerCommand } from '../../../packages/server/src/commands/command.ts'
import { restore } from '../../../packages/server/src/commands/restore.ts'
import { Fleet } from '../support/fleet.ts'
import { ServerInside } from '../support/server-under-fleet.ts'

const fleet = await Fleet.inside()
after(() => fleet.end())

async function run(
  command: ServerCommand,
  dataFolder: string,
  values: Record<string, string | boolean>,
) {
  await command.run({
    ...{ words: [], values, write: () => {}, note: () => {}, log: pino({ level: 'silent' }) },
    settings: parseSettings({ dataFolder, host: ['localhost', '127.0.0.1'] }),
  })
}

// CRA P-079, P-h0
test('devices go on with a server that was restored elsewhere, where the one before left off', async () => {
  const device = await fleet.device('G1-0001', { cohort: 'homes' })
  device.start()
  await fleet.untilSeen(device, { online: true, state: 'idle' })
  await fleet.publish({ version: '1.4.3' })
  const rollout = await fleet.rollOut('1.4.3', 'homes')
  await fleet.untilSeen(device, { version: '1.4.3', state: 'idle' })

  const lost = join(fleet.folder, 'server')
  const file = join(fleet.folder, 'backup.tar')
  await run(backup, lost, { to: file, 'with-artifacts': true })
  // The server works on; devices see numbers that the backup does not have.
  await fleet.move(rollout, 'retry')
  await fleet.move(rollout, 'retry')
  await fleet.call('POST', `/devices/${device.id}/commands`, {
    command: 'check-now',
    arguments: {},
  })
  const { reports } = await fleet.untilSeen(device, { online: true, state: 'idle' })

  const { ports } = fleet.server
  await fleet.server.stop()
  const found = join(fleet.folder, 'restored')
  await mkdir(found, { mode: 0o700 })
  await cp(join(lost, 'seal-key'), join(found, 'seal-key'))
  await run(restore, found, { from: file })
  const server = new ServerInside(found)
  server.ports = ports
  const before = device.events.length
  await fleet.moveTo(server, found)

  await device.untilEvent({ event: 'online' }, before)
  await fleet.untilSeen(device, { online: true, version: '1.4.3', state: 'idle' })
  await fleet.publish({ version: '1.4.4' })
  await fleet.rollOut('1.4.4', 'homes')
  const after = await fleet.untilSeen(device, { version: '1.4.4', state: 'idle' })
  assert.equal(after.reports.refused, 0)
  assert.ok(after.reports.last > reports.last)
  // Nothing of the restored server was refused as a replay by the device.
  const refused = device.events.filter(({ event }) => event === 'refused')
  assert.deepEqual(refused, [])

  // And one that nobody had seen before the loss joins.
  const late = await fleet.device('G1-0002', { cohort: 'homes' })
  late.start()
  await fleet.untilSeen(late, { version: '1.4.4', state: 'idle' })
})
