/** A module as Mender publishes it, from the manufacturer's signature to the changed system, and back. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { type DeskRelease, PRODUCT } from '../../../packages/server/test/support/desk.ts'
import { slotArtifact, text } from '../../support/slot-artifact.ts'
import { FACTORY_VERSION, Fleet } from '../support/fleet.ts'
import { AGENT, type FleetDevice } from '../support/fleet-device.ts'

/** Where Debian's mender-client puts them. */
const MODULES = '/usr/share/mender/modules/v3'
const skip = existsSync(join(MODULES, 'single-file'))
  ? false
  : 'Debian’s mender-client is not installed'
const fleet = await Fleet.inside()
after(() => fleet.end())

test('the published single-file module brings a file to the system, and the update is kept', {
  skip,
}, async () => {
  const device = await moduleDevice('G1-0001', 'homes')
  device.start()
  await fleet.untilSeen(device, { online: true, state: 'idle', version: FACTORY_VERSION })
  await fleet.publishRelease(motd(device, { version: '1.4.3', words: 'welcome to 1.4.3' }))
  await fleet.rollOut('1.4.3', 'homes')
  await fleet.untilSeen(device, { state: 'idle', version: '1.4.3', securityCounter: 2 })
  assert.equal(readFileSync(motdOf(device), 'utf8'), 'welcome to 1.4.3')
})

test('when the self-test fails, the module brings the file before back', { skip }, async () => {
  const device = await moduleDevice('G1-0002', 'shops')
  device.start()
  const broken = { version: '1.4.4', words: 'welcome to 1.4.4', selfTest: '/bin/false' }
  await fleet.publishRelease(motd(device, broken))
  await fleet.rollOut('1.4.4', 'shops')
  await fleet.untilReported(device, { state: 'failed', code: 'SELF_TEST_FAILED' })
  await fleet.untilSeen(device, { state: 'idle', version: FACTORY_VERSION, securityCounter: 1 })
  assert.equal(readFileSync(motdOf(device), 'utf8'), 'from the factory')
})

const motdOf = (device: FleetDevice) => join(device.folder, 'system', 'motd')

interface MotdPlan {
  readonly version: string
  readonly words: string
  readonly selfTest?: string
}

/** An artifact in the file tree of update modules v3, for their `single-file`. */
function motd(
  { folder }: Pick<FleetDevice, 'folder'>,
  { version, words, selfTest = '/bin/true' }: MotdPlan,
): DeskRelease {
  const files = [
    { path: 'files/dest_dir', bytes: text(join(folder, 'system')) },
    { path: 'files/filename', bytes: text('motd') },
    { path: 'files/motd', bytes: text(words) },
    { path: 'files/permissions', bytes: text('644') },
    { path: 'header/type-info', bytes: text('{"type":"single-file"}') },
  ]
  const { bytes, release } = slotArtifact({
    ...{ product: PRODUCT, version, format: 'tar.zst', files },
    start: ['/bin/true'],
    selfTest: [selfTest],
  })
  return {
    ...{ version, kind: 'security', securityCounter: 2, installer: 'update-module' },
    ...{ artifact: bytes, installedSize: release.installedSize },
  }
}

function moduleDevice(id: string, cohort: string): Promise<FleetDevice> {
  return fleet.device(id, {
    cohort,
    settings: { installer: { kind: 'update-module', modulesFolder: MODULES } },
    fillSlot: async (device) => {
      await mkdir(join(device.folder, 'system'))
      await writeFile(motdOf(device), 'from the factory')
      const artifact = join(device.folder, 'factory.tar.zst')
      const factory = motd(device, { version: FACTORY_VERSION, words: 'from the factory' })
      await writeFile(artifact, factory.artifact)
      await promisify(execFile)(AGENT, [
        ...['factory-install', '--settings', device.settingsFile, '--artifact', artifact],
        ...['--version', FACTORY_VERSION, '--security-counter', '1'],
      ])
    },
  })
}
