/** A release on a stick, for a device that has no server, and what becomes of it once it has one. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { findRecordedProcess } from '@fleetward/platform'
import { AgentClient } from '../../../packages/agent/src/local-api/client.ts'
import type { FleetDevice } from '../support/fleet-device.ts'
import { FACTORY_VERSION, Maker } from '../support/maker.ts'

const maker = await Maker.open('lumen')
after(() => maker.end())
const HOUR_MS = 3_600_000
const RELEASE = { installer: 'slot-directory' }

const firmware = (version: string, product = 'lumen') =>
  maker.archive(
    version,
    { 'main.sh': 'exec sleep 1000000\n', version },
    { start: 'sh main.sh', selfTest: `grep -q ${version} version`, product },
  )

const factory = await firmware(FACTORY_VERSION)
await maker.release({ ...RELEASE, version: '1.0.1', artifact: await firmware('1.0.1') })
const bundle = await maker.bundle('1.0.1')
const expired = await maker.bundle('1.0.1', { now: new Date(Date.now() - 2 * HOUR_MS) })
await maker.addProduct('other')
await maker.release({
  ...{ ...RELEASE, product: 'other', version: '1.0.1' },
  artifact: await firmware('1.0.1', 'other'),
})
const othersBundle = await maker.bundle('1.0.1', { product: 'other' })

interface Status {
  readonly version: string
  readonly state: string
  readonly line: string
  readonly securityCounter: number
}

const device = await maker.device('L-0001', { cohort: 'remote', settings: {}, artifact: factory })
/** Has had a newer fix than the bundle brings. */
const unharmed = await maker.device('L-0002', {
  ...{ cohort: 'remote', settings: {}, artifact: factory },
  securityCounter: 3,
})
await maker.server.stop()
for (const each of maker.devices) {
  each.start()
  await each.untilEvent({ event: 'enrolment-failed' })
}

async function spoiled(spoil: (bytes: Buffer) => Buffer): Promise<string> {
  const path = maker.at('spoiled.fwbundle')
  await writeFile(path, spoil(await readFile(bundle)))
  return path
}

/** Behind everything that is signed: its last bytes are padding. */
function otherArtifact(bytes: Buffer): Buffer {
  const at = bytes.length - 2 * 512 - 500
  bytes[at] = (bytes[at] ?? 0) ^ 1
  return bytes
}

for (const [what, make, code, on = unharmed] of [
  ['of another product', async () => othersBundle, 'RELEASE_FOR_OTHER_PRODUCT'],
  ['whose time is over', async () => expired, 'TOKEN_EXPIRED'],
  ['with an older counter than the device has', async () => bundle, 'SECURITY_COUNTER_DECREASED'],
  ['that is cut off', () => spoiled((bytes) => bytes.subarray(0, 2000)), 'ARTIFACT_INVALID'],
  ['that is a photo', () => spoiled(() => Buffer.alloc(5000, 0x89)), 'ARTIFACT_INVALID'],
  ['with another artifact', () => spoiled(otherArtifact), 'DIGEST_MISMATCH', device],
] as const) {
  test(`CRA P-128: a bundle ${what} is refused, and the device goes on as it was`, async () => {
    const before = await standing(on)
    const { error } = await on.refused('install', '--file', await make())
    assert.equal(error.code, code)
    assert.deepEqual(await standing(on), before)
    assert.equal(existsSync(join(on.data, 'bundle')), false)
    assert.equal(existsSync(join(on.data, 'bundle.new')), false)
  })
}

test('a device that has no server installs from a bundle, and does not install again once it has one', async () => {
  const taken = await device.cli<{ version: string }>('install', '--file', bundle)
  assert.equal(taken.version, '1.0.1')
  await device.untilEvent({ event: 'state', to: 'idle' })
  const { version, line, securityCounter } = await statusOf(device)
  assert.deepEqual([version, line, securityCounter], ['1.0.1', 'offline', 2])

  // The same release is on offer when the network is there.
  const since = device.events.length
  await maker.server.start()
  await maker.rollOut('1.0.1', 'remote')
  await maker.untilListed(device, { online: true, version: '1.0.1', state: 'idle' })
  await device.untilEvent({ event: 'verified', what: 'manifest' }, since)
  await maker.release({
    ...{ ...RELEASE, version: '1.0.2', artifact: await firmware('1.0.2') },
    securityCounter: 3,
  })
  await maker.rollOut('1.0.2', 'remote')
  await maker.untilListed(device, { version: '1.0.2', state: 'idle' })
  const installed = device.events.slice(since).filter(({ what }) => what === 'slot')
  assert.deepEqual(
    installed.map(({ version }) => version),
    ['1.0.2'],
  )
  const older = await device.refused('install', '--file', bundle)
  assert.deepEqual(
    older.error.code,
    'VERSION_DECREASED',
    'who has seen newer metadata takes no older bundle',
  )
})

async function statusOf({ data }: FleetDevice): Promise<Status> {
  const answer = await new AgentClient(join(data, 'run/agent.sock')).json('/1/status')
  return answer as unknown as Status
}

/** All that a refused bundle must not change. */
async function standing(device: FleetDevice) {
  const { version, state, securityCounter } = await statusOf(device)
  const product = await findRecordedProcess(join(device.data, 'product.pid'))
  assert.ok(product, 'the product runs')
  return { version, state, securityCounter, pid: product.pid, states: device.states() }
}
