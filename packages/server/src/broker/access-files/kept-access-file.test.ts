import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { pino } from 'pino'
import type { DeviceAtBroker } from '../access-rules.ts'
import { KeptAccessFile } from './kept-access-file.ts'
import { mosquittoAcl } from './mosquitto-acl.ts'

const SERVER = 'fleetward-server'
const device = (id: string, change: Partial<DeviceAtBroker> = {}): DeviceAtBroker => ({
  ...{ product: 'lumen-g1', device: id, cohort: 'everyone', isQuarantined: false },
  ...change,
})

async function site(t: TestContext, { crl = false } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-rules-'))
  const aclFile = join(folder, 'acl')
  const fleet = {
    devices: [device('lumen-1')],
    shutOut: [] as string[],
    spent: [] as { serial: string }[],
  }
  const clock = { at: new Date(), now: () => clock.at }
  const told: (readonly string[])[] = []
  const widened: string[] = []
  const failures: Error[] = []
  let isOurs = true
  let asked = 0
  const open = () =>
    new KeptAccessFile({
      ...{ aclFile, serverUser: SERVER, deviceQos: 1, clock, log: pino({ level: 'silent' }) },
      ...(crl ? { crlFile: join(folder, 'crl.pem') } : {}),
      isOurs: () => {
        asked += 1
        return isOurs
      },
      format: ({ serverUser, devices }) => mosquittoAcl(serverUser, devices),
      store: {
        admitted: async () => fleet.devices,
        shutOut: async () => fleet.shutOut,
        spentCertificates: async () => fleet.spent,
        isOnline: async () => false,
      },
      revocationList: async (serials) => `list of ${serials.join()}`,
      onWidened: (devices) => void widened.push(...devices.map(({ device: id }) => id)),
      tellBroker: async (narrowed) => {
        const failure = failures.shift()
        if (failure !== undefined) throw failure
        told.push(narrowed)
      },
    })
  let kept = open()
  t.after(async () => {
    await kept.stop()
    await rm(folder, { recursive: true, force: true })
  })
  const changed = async () => {
    kept.touch()
    await kept.told(10_000)
  }
  await changed()
  return {
    ...{ folder, aclFile, fleet, told, widened, failures, clock, changed },
    read: () => readFile(aclFile, 'utf8'),
    kept: () => kept,
    notOurs: () => {
      isOurs = false
      asked = 0
    },
    asked: () => asked,
    startAgain: async () => {
      await kept.stop()
      kept = open()
      await changed()
    },
  }
}

test('the file follows the devices, in whole, and the broker is told of each change', async (t) => {
  const { folder, fleet, read, told, changed } = await site(t)
  assert.equal(await read(), mosquittoAcl(SERVER, fleet.devices))
  fleet.devices = [device('lumen-1'), device('lumen-2')]
  await changed()
  assert.equal(await read(), mosquittoAcl(SERVER, fleet.devices))
  assert.equal(told.length, 2)
  // Nothing half-written beside it.
  assert.deepEqual(await readdir(folder), ['acl'])
})

test('a file whose content is the same is neither written nor told of', async (t) => {
  const { aclFile, told, changed } = await site(t)
  const { ino } = await stat(aclFile)
  await changed()
  assert.equal((await stat(aclFile)).ino, ino)
  assert.equal(told.length, 1)
})

test('the broker is told once at every start: whether it was before a power cut nobody knows', async (t) => {
  const { aclFile, told, startAgain, fleet } = await site(t)
  const { ino } = await stat(aclFile)
  fleet.shutOut = ['lumen-9']
  await startAgain()
  assert.equal((await stat(aclFile)).ino, ino)
  assert.deepEqual(told.at(-1), ['lumen-9'])
})

test('a broker that could not be told is told again, though the file is the same by then', async (t) => {
  const { fleet, failures, told, changed } = await site(t)
  failures.push(new Error('it does not run'))
  fleet.devices = []
  const waiting = changed()
  while (failures.length > 0) await new Promise((resolve) => setImmediate(resolve))
  await changed()
  await waiting
  assert.deepEqual(told.at(-1), ['lumen-1'])
})

const changes: [what: string, after: DeviceAtBroker[], narrowed: string[], widened: string[]][] = [
  ['another device', [device('lumen-1'), device('lumen-2')], [], ['lumen-2']],
  ['one that is gone', [], ['lumen-1'], []],
  ['another cohort', [device('lumen-1', { cohort: 'pilot' })], ['lumen-1'], ['lumen-1']],
  ['one that is held', [device('lumen-1', { cohort: undefined })], ['lumen-1'], []],
  ['quarantine', [device('lumen-1', { cohort: undefined, isQuarantined: true })], ['lumen-1'], []],
]
for (const [what, after, narrowed, widened] of changes) {
  test(`who may do less, and who may do more: ${what}`, async (t) => {
    const at = await site(t)
    at.fleet.devices = after
    await at.changed()
    assert.deepEqual(at.told.at(-1), narrowed)
    assert.deepEqual(at.widened, widened)
  })
}

test('many changes at once are one', async (t) => {
  const { fleet, told, kept } = await site(t)
  const waiting = Array.from({ length: 50 }, (_, i) => {
    fleet.devices = [...fleet.devices, device(`lumen-${i + 10}`)]
    kept().touch()
    return kept().told(10_000)
  })
  await Promise.all(waiting)
  assert.equal(told.length, 2)
})

test('revoked certificates go into the list at once; the list is made anew every day', async (t) => {
  const { folder, fleet, told, changed, clock } = await site(t, { crl: true })
  const list = () => readFile(join(folder, 'crl.pem'), 'utf8')
  assert.equal(await list(), 'list of ')
  fleet.spent = [{ serial: '4a' }, { serial: '4b' }]
  await changed()
  assert.equal(await list(), 'list of 4a,4b')
  assert.equal(told.length, 2)
  await changed()
  assert.equal(told.length, 2)
  clock.at = new Date(clock.at.getTime() + 86_400_000)
  await changed()
  assert.equal(told.length, 3)
})

test('a server whose file it is not writes nothing and keeps nobody waiting', async (t) => {
  const { fleet, read, told, kept, notOurs, asked } = await site(t)
  const before = await read()
  notOurs()
  fleet.devices = []
  kept().touch()
  await kept().told(10_000)
  // Once by whoever waited, once when its turn had come.
  while (asked() < 2) await new Promise((resolve) => setImmediate(resolve))
  await kept().stop()
  assert.equal(await read(), before)
  assert.equal(told.length, 1)
})
