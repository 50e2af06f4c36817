/** A broker, a download place and a director that turned hostile, seen from a real device. */
import assert from 'node:assert/strict'
import { readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { cohortManifestTopic } from '@fleetward/shared'
import type { DeskRelease } from '../../../packages/server/test/support/desk.ts'
import { sha256 } from '../../support/slot-artifact.ts'
import { FACTORY_VERSION, Fleet, PRODUCT } from '../support/fleet.ts'
import { TcpRelay } from '../support/tcp-relay.ts'
import { until } from '../support/until.ts'

const fleet = await Fleet.inside()
after(() => fleet.end())

/** Where the server keeps the artifact. */
function stored({ artifact }: DeskRelease): string {
  const digest = sha256(artifact)
  const folder = join(fleet.folder, 'server', 'artifacts')
  return join(folder, digest.slice(0, 2), digest.slice(2))
}

test('a manifest for another cohort that a hostile broker delivers is refused, and the own one still counts', async () => {
  const device = await fleet.device('G1-0001', { cohort: 'homes' })
  await fleet.publish({ version: '1.4.3' })
  await fleet.rollOut('1.4.3', 'offices')
  device.start()
  await fleet.untilSeen(device, { online: true, state: 'idle' })

  // What the offices get, as the server signed it, on the topic of the homes.
  const office = await fleet.device('G1-0002', { cohort: 'offices' })
  office.start()
  await fleet.untilSeen(office, { state: 'idle', version: '1.4.3' })
  const { publisher } = fleet.server
  assert.ok(publisher !== undefined)
  const token = fleet.server.published.get(cohortManifestTopic(PRODUCT, 'offices'))
  assert.ok(token !== undefined)
  await publisher.publishRetained(cohortManifestTopic(PRODUCT, 'homes'), token)
  await fleet.untilReported(device, { refused: 'manifest', code: 'TOKEN_AUDIENCE_WRONG' })
  assert.deepEqual(device.states(), [])

  await publisher.publishRetained(cohortManifestTopic(PRODUCT, 'homes'), 'no token at all')
  await fleet.untilReported(device, { refused: 'manifest', code: 'TOKEN_INVALID' })

  await fleet.rollOut('1.4.3', 'homes')
  await fleet.untilSeen(device, { state: 'idle', version: '1.4.3' })
})

test('an artifact whose bytes were changed is refused, the product runs on, and the next release comes through', async () => {
  const release = await fleet.publish({ version: '1.4.4', ballastBytes: 200_000 })
  const path = stored(release)
  const bytes = await readFile(path)
  bytes[150_000] = (bytes[150_000] ?? 0) ^ 1
  await writeFile(path, bytes)

  const device = await fleet.device('G1-0003', { cohort: 'shops' })
  await fleet.rollOut('1.4.4', 'shops')
  device.start()
  await fleet.untilReported(device, { state: 'failed', code: 'DIGEST_MISMATCH' })
  await fleet.untilSeen(device, { state: 'idle', version: FACTORY_VERSION })
  device.assertProductRunsOnce()

  await fleet.publish({ version: '1.4.5' })
  await fleet.rollOut('1.4.5', 'shops')
  await fleet.untilSeen(device, { state: 'idle', version: '1.4.5' })
})

test('an artifact that was cut short on the server is refused, and taken on request once it is whole', async () => {
  const release = await fleet.publish({ version: '1.4.6', ballastBytes: 200_000 })
  await truncate(stored(release), 100_000)
  const device = await fleet.device('G1-0004', { cohort: 'farms' })
  const rollout = await fleet.rollOut('1.4.6', 'farms')
  device.start()
  await fleet.untilReported(device, { state: 'failed', code: 'LENGTH_MISMATCH' })
  await fleet.untilSeen(device, { state: 'idle', version: FACTORY_VERSION })

  await writeFile(stored(release), release.artifact)
  await fleet.move(rollout, 'retry')
  await fleet.untilSeen(device, { state: 'idle', version: '1.4.6' })
})

test('a download whose connection is cut again and again goes on from where it stopped', async () => {
  const relay = await TcpRelay.to(fleet.server.ports.device)
  try {
    relay.bytesLetThrough = 150_000
    const urls = { device: `https://localhost:${relay.port}` }
    const device = await fleet.device('G1-0007', { cohort: 'labs', urls })
    await fleet.publish({ version: '1.4.11', ballastBytes: 600_000 })
    await fleet.rollOut('1.4.11', 'labs')
    device.start()
    await fleet.untilSeen(device, { state: 'idle', version: '1.4.11' })
    const cuts = device.events.filter(({ code }) => code === 'TRANSFER_CUT_OFF')
    assert.ok(cuts.length >= 3, device.account())
  } finally {
    await relay.end()
  }
})

test('a release below the committed security counter is refused, whoever signed and offered it', async () => {
  const device = await fleet.device('G1-0005', { cohort: 'schools' })
  await fleet.publish({ version: '1.4.7', securityCounter: 5 })
  await fleet.rollOut('1.4.7', 'schools')
  device.start()
  await fleet.untilSeen(device, { state: 'idle', version: '1.4.7', securityCounter: 5 })

  await fleet.publish({ version: '1.4.8', securityCounter: 4 })
  // Where the server knows that it was offered more, it refuses by itself; a cohort that it knows nothing of is one it does not.
  await fleet.rollOut('1.4.8', 'colleges')
  const assign = { command: 'assign', arguments: { cohort: 'colleges' } }
  await fleet.call('POST', '/devices/G1-0005/commands', assign)
  await fleet.untilReported(device, { refused: 'metadata', code: 'SECURITY_COUNTER_DECREASED' })
  await fleet.untilSeen(device, { state: 'idle', version: '1.4.7', securityCounter: 5 })

  await fleet.publish({ version: '1.4.9', securityCounter: 5 })
  await fleet.rollOut('1.4.9', 'colleges')
  await fleet.untilSeen(device, { state: 'idle', version: '1.4.9' })
})

test('a release for other hardware is refused, and one for this is taken', async () => {
  const device = await fleet.device('G1-0006', { cohort: 'hotels' })
  await fleet.publish({ version: '1.4.10', compatible: ['lumen-lamp-l2'] })
  await fleet.rollOut('1.4.10', 'hotels')
  const begunAt = Math.floor(Date.now() / 1000)
  device.start()
  await fleet.untilReported(device, { refused: 'metadata', code: 'RELEASE_INCOMPATIBLE' })
  assert.deepEqual((await fleet.view(device))?.version, FACTORY_VERSION)
  // Of two that begin within one second the higher version goes first.
  await until(
    () => Date.now() / 1000 >= begunAt + 1,
    () => 'another second has begun',
  )
  await fleet.rollOut('1.4.3', 'hotels')
  // The higher version of the two is offered first and refused again; it must not be in the way.
  await fleet.untilSeen(device, { state: 'idle', version: '1.4.3' })
})
