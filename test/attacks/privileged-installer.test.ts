/**
 * A network process that was taken over speaks to the privileged one: it can ask for whatever it likes, and
 * nothing gets into a slot that the release keys did not sign, nor anything older than what was
 * committed (CRA P-084; threat model: network process taken over).
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { sha256Hex } from '@fleetward/shared'
import { HttpsClient } from '../../packages/agent/src/connection/https-client.ts'
import { RemoteInstallation } from '../../packages/agent/src/privileged/remote-installation.ts'
import { httpsMetadataSource } from '../../packages/agent/src/tuf/metadata-source.ts'
import type { ReleaseOrigin } from '../../packages/agent/src/tuf/release-origin.ts'
import { type DeskRelease, filesOf, PRODUCT } from '../../packages/server/test/support/desk.ts'
import { firmware } from '../end-to-end/support/firmware.ts'
import { FACTORY_VERSION, Fleet } from '../end-to-end/support/fleet.ts'
import type { FleetDevice } from '../end-to-end/support/fleet-device.ts'
import {
  installerSocketOf,
  ownersFolderOf,
  splitDevice,
} from '../end-to-end/support/split-device.ts'
import { until } from '../end-to-end/support/until.ts'
import { withCode } from '../support/signed-messages.ts'

const fleet = await Fleet.inside()
after(() => fleet.end())
const signal = new AbortController().signal
const [security2, security3] = [
  await fleet.publish({ version: '1.4.3', securityCounter: 2 }),
  await fleet.publish({ version: '1.5.0', securityCounter: 3 }),
]

/** What the attacker holds: the network process's user, its folder and its end of the socket. */
class TakenOver {
  readonly device: FleetDevice
  readonly #remote: RemoteInstallation
  readonly origin: ReleaseOrigin

  constructor(device: FleetDevice, origin: Partial<ReleaseOrigin> = {}) {
    this.device = device
    const ca = readFileSync(join(device.folder, 'pack', 'server-ca.pem'), 'utf8')
    const client = new HttpsClient({ ca })
    const at = (part: string) =>
      httpsMetadataSource(
        client,
        `https://localhost:${fleet.server.ports.public}/tuf/${PRODUCT}/${part}/`,
      )
    this.origin = { metadata: at('metadata'), targets: at('targets'), ...origin }
    this.#remote = new RemoteInstallation({
      socket: installerSocketOf(device),
      originOf: () => this.origin,
      onFailed: (error) => assert.fail(String(error)),
    })
    after(() => this.#remote.close())
  }

  get ports() {
    return this.#remote.ports
  }

  async download(release: DeskRelease, bytes: Uint8Array = release.artifact): Promise<void> {
    const folder = join(this.device.data, 'download')
    await mkdir(folder, { recursive: true })
    await writeFile(artifactIn(this.device, release), bytes)
  }

  write(release: DeskRelease, slot: 'A' | 'B' = 'B'): Promise<void> {
    return this.writePath(pathOf(release), slot)
  }

  writePath(path: string, slot: 'A' | 'B' = 'B'): Promise<void> {
    return this.ports.installer.write({ path } as never, slot, { signal })
  }

  tellTime(token: string): Promise<void> {
    return this.#remote.tellTime(token, `fleetward:${PRODUCT}`, this.origin)
  }
}

test('a release that its keys signed is written, tried and committed', async () => {
  const attacker = new TakenOver(await guardedDevice('G1-0001'))
  await attacker.download(security2)
  await attacker.write(security2)
  await attacker.ports.bootloader.tryBoot('B')
  assert.equal(await attacker.ports.bootloader.boot(), 'B')
  await attacker.ports.bootloader.commit('B')
  assert.equal((await attacker.ports.installer.contents('B'))?.version, '1.4.3')
})

test('what nobody signed is not written, whatever it is called', async () => {
  const attacker = new TakenOver(await guardedDevice('G1-0002'))
  const own = firmware({ version: '9.9.9', securityCounter: 9 })
  await attacker.download(own)
  for (const path of [
    'security/9.9.9/release.tar.zst',
    '../../../etc/passwd',
    'trust/director.jwks',
  ]) {
    await assert.rejects(attacker.writePath(path), isTrustError)
  }
  assert.equal(await attacker.ports.installer.contents('B'), undefined)
})

test('other bytes under the name of a signed artifact make no slot bootable', async () => {
  const device = await guardedDevice('G1-0003')
  const attacker = new TakenOver(device)
  const other = firmware({ version: '1.4.3', securityCounter: 2, selfTest: 'fails' })
  await attacker.download(security2, other.artifact)
  await assert.rejects(attacker.write(security2), isTrustError)
  assert.equal(await attacker.ports.installer.contents('B'), undefined)
  await assert.rejects(attacker.ports.bootloader.tryBoot('B'), withCode('SLOT_WRITE_FAILED'))

  await rm(artifactIn(device, security2))
  await symlink('/etc/shadow', artifactIn(device, security2))
  await assert.rejects(attacker.write(security2), withCode('SLOT_WRITE_FAILED'))
  await rm(artifactIn(device, security2))
  await promisify(execFile)('mkfifo', [artifactIn(device, security2)])
  await assert.rejects(attacker.write(security2))
})

test('nothing below the committed security counter is written, tried or committed', async () => {
  const attacker = new TakenOver(await guardedDevice('G1-0004'))
  const { installer, bootloader } = attacker.ports
  await attacker.download(security3)
  await attacker.write(security3)
  await bootloader.tryBoot('B')
  await bootloader.boot()
  await bootloader.commit('B')
  await attacker.download(security2)
  const refused = withCode('SECURITY_COUNTER_DECREASED')
  await assert.rejects(attacker.write(security2, 'A'), refused)
  // The factory's own, which still lies in the other slot.
  assert.equal((await installer.contents('A'))?.securityCounter, 1)
  const older = withCode('SECURITY_COUNTER_DECREASED')
  await assert.rejects(bootloader.tryBoot('A'), older)
  await assert.rejects(bootloader.commit('A'), older)
  assert.equal(await bootloader.bootedSlot(), 'B')
})

test('the floor outlives the privileged process', async () => {
  const device = await guardedDevice('G1-0005')
  const before = new TakenOver(device)
  await before.download(security3)
  await before.write(security3)
  await before.ports.bootloader.commit('B')
  await device.killInstaller()
  device.startInstaller()
  const attacker = new TakenOver(device)
  await attacker.download(security2)
  await assert.rejects(attacker.write(security2, 'A'), withCode('SECURITY_COUNTER_DECREASED'))
})

test('the slot that runs is never written', async () => {
  const attacker = new TakenOver(await guardedDevice('G1-0006'))
  await attacker.download(security2)
  await assert.rejects(attacker.write(security2, 'A'), withCode('SLOT_WRITE_FAILED'))
  assert.equal((await attacker.ports.installer.contents('A'))?.version, FACTORY_VERSION)
})

test('one slot stays whole whatever is tried, committed and written over', async () => {
  const device = await guardedDevice('G1-0012')
  const attacker = new TakenOver(device)
  const { installer, bootloader } = attacker.ports
  const other = firmware({ version: '1.4.3', securityCounter: 2, selfTest: 'fails' })
  await attacker.download(security2)
  await attacker.write(security2)
  await bootloader.tryBoot('B')
  assert.equal(await bootloader.boot(), 'B')
  // A is what the device falls back to, B is what runs.
  await attacker.download(security2, other.artifact)
  for (const slot of ['A', 'B'] as const) {
    await assert.rejects(attacker.write(security2, slot), withCode('SLOT_WRITE_FAILED'))
  }
  await bootloader.abandonTrial()
  assert.equal(await bootloader.boot(), 'A')
  // Never booted, and from then on what the next start boots.
  await bootloader.commit('B')
  await assert.rejects(attacker.write(security2, 'B'), withCode('SLOT_WRITE_FAILED'))
  assert.equal((await installer.contents('A'))?.version, FACTORY_VERSION)
  assert.equal((await installer.contents('B'))?.version, '1.4.3')
})

test('a floor that cannot be read any more stops no product', async () => {
  const device = await guardedDevice('G1-0013')
  const floor = join(device.installerData, 'floor.json')
  for (const damage of [
    () => writeFile(floor, ''),
    () => writeFile(floor, '{"securityCounter":1e9,"time":-1}'),
    () => rm(floor).then(() => mkdir(floor)),
    () => rm(floor).then(() => symlink('floor.json', floor)),
  ]) {
    await device.killInstaller()
    await damage()
    device.startInstaller()
    assert.equal(await new TakenOver(device).ports.bootloader.bootedSlot(), 'A')
    const saved = JSON.parse(readFileSync(floor, 'utf8'))
    assert.deepEqual(saved, { securityCounter: 1, time: 0 })
  }
})

test('what power cuts left in the folder of the privileged process goes', async () => {
  const device = await guardedDevice('G1-0014')
  await device.killInstaller()
  const half = '.floor.json.0123456789ab.new'
  await writeFile(join(device.installerData, half), 'x')
  await mkdir(join(device.installerData, 'taken-over'))
  device.startInstaller()
  await new TakenOver(device).ports.bootloader.bootedSlot()
  const left = await readdir(device.installerData)
  assert.deepEqual(
    left.filter((name) => name === half || name === 'taken-over'),
    [],
  )
})

test('the factory’s command does not fill a slot under a product that runs', async () => {
  const device = await guardedDevice('G1-0015')
  const record = join(device.installerData, 'slots', 'A.json')
  const before = readFileSync(record, 'utf8')
  const artifact = join(device.folder, 'other.tar.zst')
  await writeFile(artifact, firmware({ version: '7.7.7' }).artifact)
  const words = ['factory-install', '--settings', device.settingsFile, '--artifact', artifact]
  const version = ['--version', '7.7.7', '--security-counter', '1']
  await assert.rejects(promisify(execFile)(device.program, [...words, ...version]))
  assert.equal(readFileSync(record, 'utf8'), before)
})

test('settings in a folder that others may write are not used', async () => {
  const device = await guardedDevice('G1-0016', { start: false })
  await chmod(device.folder, 0o777)
  device.startInstaller()
  await until(
    () => /NOT_ALLOWED/.test(device.said),
    () => `it refuses\n${device.account()}`,
  )
  assert.equal(existsSync(installerSocketOf(device)), false)
})

test('metadata of an attacker’s own making convinces nobody', async () => {
  const device = await guardedDevice('G1-0007')
  const honest = new TakenOver(device)
  const forged = async (path: string, maxBytes: number) => {
    const bytes = await honest.origin.metadata.fetch(path, maxBytes)
    const text = Buffer.from(bytes)
      .toString('latin1')
      .replace(/"version": ?\d+/, '"version":99')
    return Buffer.from(text, 'latin1')
  }
  const attacker = new TakenOver(device, { metadata: { fetch: forged } })
  await attacker.download(security2)
  await assert.rejects(attacker.write(security2), isTrustError)
  const endless = { fetch: async (_: string, max: number) => Buffer.alloc(max + 1) }
  await assert.rejects(new TakenOver(device, { metadata: endless }).write(security2))
  assert.equal(await honest.ports.installer.contents('B'), undefined)
})

test('a time that no director signed moves no clock', async () => {
  const device = await guardedDevice('G1-0008')
  const attacker = new TakenOver(device)
  await assert.rejects(attacker.tellTime('eyJhbGciOiJub25lIn0.e30.'), isTrustError)
  assert.equal(existsSync(join(device.folder, 'clock')), false)
})

test('whoever does not speak as agreed is cut off, and the next is heard', async () => {
  const device = await guardedDevice('G1-0009')
  const nonsense = [
    '{}\n',
    '[]\n',
    'not json\n',
    `{"ask":1,"what":"${'x'.repeat(700_000)}`,
    '{"ask":1,"what":"__proto__","with":{}}\n',
    '{"ask":1,"ask":2,"what":"boot","with":{}}\n',
    '{"ask":-1,"what":"boot","with":{}}\n',
    '{"answer":7,"ok":true}\n{"end":12}\n{"ask":1,"what":"contents","with":{"slot":"C"}}\n',
    Array.from({ length: 60 }, (_, i) => `{"ask":${i},"what":"stopProduct","with":{}}\n`).join(''),
  ]
  for (const words of nonsense) {
    const said = await say(device, words)
    assert.doesNotMatch(said, /"ok"|at .*\.ts/, words.slice(0, 60))
  }
  const attacker = new TakenOver(device)
  assert.equal(await attacker.ports.bootloader.bootedSlot(), 'A')
  assert.equal(device.find({ event: 'installer-bug' }), undefined)
})

test('what to start is never the network process’s to say', async () => {
  const device = await guardedDevice('G1-0010')
  const own = '{"start":["/bin/touch","owned"],"folder":"/tmp","user":0}'
  await say(device, `{"ask":1,"what":"startProduct","with":${own}}\n`, 1)
  const main = join(ownersFolderOf(device), 'pid')
  await until(
    () => existsSync(main),
    () => `the slot's own product runs\n${device.account()}`,
  )
  assert.deepEqual(
    (await readdir(device.installerData)).filter((name) => name === 'owned'),
    [],
  )
})

test('settings or a factory pack that others may change are not used', async () => {
  const device = await guardedDevice('G1-0011', { start: false })
  await chmod(join(device.folder, 'pack', 'root.json'), 0o666)
  device.startInstaller()
  await until(
    () => /NOT_ALLOWED/.test(device.said),
    () => `it refuses\n${device.account()}`,
  )
  assert.equal(existsSync(installerSocketOf(device)), false)
})

// ---- the device

const pathOf = (release: DeskRelease): string => filesOf(release)[0]?.path ?? ''
const artifactIn = (device: FleetDevice, { artifact }: DeskRelease) =>
  join(device.data, 'download', `${sha256Hex(artifact)}.artifact`)
const isTrustError = (error: unknown) => {
  assert.equal((error as Error).name, 'TrustError', String(error))
  return true
}

/** Everything that comes back until the other side hangs up, or `lines` of it. */
async function say(device: FleetDevice, words: string, lines = Number.POSITIVE_INFINITY) {
  const socket = connect(installerSocketOf(device))
  socket.on('error', () => {
    // Cut off in the middle of what was said.
  })
  let said = ''
  socket.end(words)
  const closed = once(socket, 'close').catch(() => undefined)
  socket.on('data', (block) => {
    said += String(block)
    if (said.split('\n').length > lines) socket.destroy()
  })
  await closed
  return said
}

async function guardedDevice(id: string, { start = true } = {}): Promise<FleetDevice> {
  const clock = join(fleet.folder, 'devices', id, 'clock')
  const setClockCommand = ['/usr/bin/touch', clock]
  const device = await splitDevice(fleet, id, { cohort: 'attacked', setClockCommand })
  if (start) {
    device.startInstaller()
    await device.untilEvent({ event: 'installer-ready' })
  }
  return device
}
