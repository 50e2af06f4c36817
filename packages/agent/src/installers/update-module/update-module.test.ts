/**
 * Update modules v3: modules as they are published (Debian's mender-client brings them), and modules of this
 * test that say what they were asked. Every step may be cut off by a power loss.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { withCode } from '../../../../../test/support/signed-messages.ts'
import { SlotBootloader } from '../../adapters/slot-bootloader.ts'
import type { Product } from '../../ports.ts'
import { ModuleProduct } from './module-product.ts'
import { UpdateModuleBootloader } from './update-module-bootloader.ts'

const PUBLISHED = '/usr/share/mender/modules/v3'
const withoutPublished = existsSync(join(PUBLISHED, 'single-file'))
  ? false
  : 'Debian’s mender-client is not installed'

let folder: string
let slotB: string
let calls: string
let reboots: number

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetward-module-'))
  slotB = join(folder, 'slots', 'B')
  calls = join(folder, 'calls')
  reboots = 0
  for (const name of ['slots/A', 'slots/B', 'modules', 'system', 'work']) {
    await mkdir(join(folder, name), { recursive: true })
  }
})
afterEach(() => rm(folder, { recursive: true }))

async function payload(type: string, files: Readonly<Record<string, string>>): Promise<void> {
  const all = { 'header/type-info': JSON.stringify({ type }), ...files }
  for (const [path, words] of Object.entries(all)) {
    await mkdir(dirname(join(slotB, path)), { recursive: true })
    await writeFile(join(slotB, path), words)
  }
  listed = Object.keys(all)
}
let listed: string[] = []

/** A module that writes down each call, and does what the test says for one state. */
async function module(name: string, cases = ''): Promise<void> {
  const path = join(folder, 'modules', name)
  const say = (state: string, word: string) => `${state}) echo ${word};;`
  await writeFile(
    path,
    `#!/bin/sh
set -e
[ -n "$2" ] && echo "$1" >> ${calls}
case "$1" in
  ${cases.includes('SupportsRollback)') ? '' : say('SupportsRollback', 'Yes')}
  ${cases}
esac
exit 0
`,
  )
  await chmod(path, 0o755)
}

/** As after a start of the agent. */
function bootloader({
  modules = join(folder, 'modules'),
  timeLimitMs = 20_000,
} = {}): UpdateModuleBootloader {
  const contents = { version: '1.4.2', securityCounter: 1, start: ['x'], selfTest: ['x'] }
  return new UpdateModuleBootloader({
    modulesFolder: modules,
    timeLimitMs,
    log: { write: () => {} },
    slots: new SlotBootloader({ slotsFolder: join(folder, 'slots') }),
    installer: {
      contents: async (slot) => ({ ...contents, folder: join(folder, 'slots', slot) }),
    },
    workFolder: join(folder, 'work'),
    deviceType: 'lumen-g1',
    listedFiles: async () => listed,
    reboot: async () => {
      reboots += 1
      throw new Reboot()
    },
  })
}
/** As the settings have it. */
const TRIAL_BOOTS = 3
class Reboot extends Error {}

const entered = async () => (await readFile(calls, 'utf8').catch(() => '')).split('\n').slice(0, -1)
const inSystem = (name: string) => join(folder, 'system', name)

async function install(by = bootloader()): Promise<void> {
  await by.boot()
  await by.tryBoot('B')
  assert.equal(await by.boot(), 'B')
}

const passing: Product = {
  start: async () => {},
  stop: async () => {},
  selfTest: async () => ({ passed: true }),
}
const selfTest = (by: UpdateModuleBootloader) =>
  new ModuleProduct(passing, by).selfTest(
    { version: '1.4.3', securityCounter: 1, folder: slotB, start: ['x'], selfTest: ['x'] },
    { signal: new AbortController().signal },
  )

test('the published single-file module installs, commits, and goes back', {
  skip: withoutPublished,
}, async () => {
  const files = {
    'files/dest_dir': join(folder, 'system'),
    'files/filename': 'motd',
    'files/motd': 'new',
    'files/permissions': '644',
  }
  await writeFile(inSystem('motd'), 'old')
  await payload('single-file', files)
  const first = bootloader({ modules: PUBLISHED })
  await install(first)
  assert.equal(await readFile(inSystem('motd'), 'utf8'), 'new')
  await first.abandonTrial()
  assert.equal(await first.boot(), 'A')
  assert.equal(await readFile(inSystem('motd'), 'utf8'), 'old')

  const second = bootloader({ modules: PUBLISHED })
  await install(second)
  assert.deepEqual(await selfTest(second), { passed: true })
  await second.commit('B')
  assert.equal(await readFile(inSystem('motd'), 'utf8'), 'new')
  assert.equal(existsSync(join(folder, 'work', 'tree')), false)
})

test('the published directory module brings the whole directory back', {
  skip: withoutPublished,
}, async () => {
  const tar = join(folder, 'update.tar')
  await mkdir(join(folder, 'next'))
  await writeFile(join(folder, 'next', 'b'), 'new')
  execFileSync('tar', ['-cf', tar, '-C', join(folder, 'next'), '.'])
  await writeFile(inSystem('a'), 'old')
  await payload('directory', { 'files/dest_dir': join(folder, 'system') })
  await writeFile(join(slotB, 'files', 'update.tar'), await readFile(tar))
  listed.push('files/update.tar')
  const by = bootloader({ modules: PUBLISHED })
  await install(by)
  assert.deepEqual([existsSync(inSystem('a')), existsSync(inSystem('b'))], [false, true])
  await by.abandonTrial()
  assert.deepEqual([existsSync(inSystem('a')), existsSync(inSystem('b'))], [true, false])
})

test('a module is entered in the order of the protocol, and finds its directory', async () => {
  await module(
    'probe',
    `ArtifactInstall) cat version current_artifact_name current_device_type header/type-info files/a files/b > ${inSystem('seen')};
       [ "$(pwd)" = "$2" ] && [ -d tmp ];;`,
  )
  await payload('probe', { 'files/a': 'first ', 'files/b': 'second' })
  const by = bootloader()
  await install(by)
  await selfTest(by)
  await by.commit('B')
  assert.deepEqual(await entered(), ['Download', 'ArtifactInstall', 'ArtifactCommit', 'Cleanup'])
  const seen = await readFile(inSystem('seen'), 'utf8')
  assert.equal(seen, '3\n1.4.2\nlumen-g1\n{"type":"probe"}first second')
})

test('a module that reads streams gets each file once, in order, and no copies', async () => {
  await module(
    'streaming',
    `Download) while f="$(cat stream-next)"; [ -n "$f" ]; do echo "$f" >> ${inSystem('order')}; cat "$f" > ${folder}/system/$(basename "$f"); done;;
     ArtifactInstall) [ ! -e files ];;`,
  )
  const long = 'x'.repeat(300_000)
  await payload('streaming', { 'files/a': long, 'files/b': 'second', 'files/c': '' })
  await install()
  const order = await readFile(inSystem('order'), 'utf8')
  assert.equal(order, 'streams/a\nstreams/b\nstreams/c\n')
  assert.equal(await readFile(inSystem('a'), 'utf8'), long)
})

for (const [state, more] of [
  ['Download', ['Download', 'Cleanup']],
  [
    'ArtifactInstall',
    ['Download', 'ArtifactInstall', 'ArtifactRollback', 'ArtifactFailure', 'Cleanup'],
  ],
] as const) {
  test(`a module that fails in ${state} is brought back, and the old slot stays`, async () => {
    await module('bad', `${state}) exit 7;;`)
    await payload('bad', { 'files/a': 'x' })
    const by = bootloader()
    await by.boot()
    await assert.rejects(by.tryBoot('B'), withCode('MODULE_FAILED'))
    await by.abandonTrial()
    assert.equal(await by.boot(), 'A')
    assert.deepEqual(await entered(), [...more])
  })
}

test('a module that fails to commit fails the trial', async () => {
  await module('bad', 'ArtifactCommit) exit 1;;')
  await payload('bad', { 'files/a': 'x' })
  const by = bootloader()
  await install(by)
  const outcome = await selfTest(by)
  assert.equal(outcome.passed, false)
  await by.abandonTrial()
  assert.equal(await by.boot(), 'A')
  assert.deepEqual((await entered()).slice(3), ['ArtifactRollback', 'ArtifactFailure', 'Cleanup'])
})

test('a module without rollback is told of the failure alone', async () => {
  await module('oneway', 'SupportsRollback) ;; ArtifactInstall) exit 1;;')
  await payload('oneway', { 'files/a': 'x' })
  const by = bootloader()
  await by.boot()
  await assert.rejects(by.tryBoot('B'), withCode('MODULE_FAILED'))
  await by.abandonTrial()
  assert.deepEqual((await entered()).slice(1), ['ArtifactInstall', 'ArtifactFailure', 'Cleanup'])
})

test('a power cut inside ArtifactInstall counts as its failure', async () => {
  await module('slow', 'ArtifactInstall) exit 0;;')
  await payload('slow', { 'files/a': 'x' })
  await bootloader().boot()
  const progress = { slot: 'B', module: 'slow', reboot: 'No', rollsBack: true, isBooted: false }
  await mkdir(join(folder, 'work', 'tree'))
  await writeFile(
    join(folder, 'work', 'progress.json'),
    JSON.stringify({
      ...progress,
      entered: ['Download', 'ArtifactInstall'],
      done: ['Download'],
    }),
  )
  const by = bootloader()
  assert.equal(await by.boot(), 'A')
  await assert.rejects(by.tryBoot('B'), withCode('MODULE_FAILED'))
  await by.abandonTrial()
  assert.deepEqual(await entered(), ['ArtifactRollback', 'ArtifactFailure', 'Cleanup'])
})

test('a power cut after ArtifactInstall repeats nothing', async () => {
  await module('probe')
  await payload('probe', { 'files/a': 'x' })
  const before = bootloader()
  await before.boot()
  await before.tryBoot('B')
  const by = bootloader()
  await by.boot()
  await by.tryBoot('B').catch(() => undefined)
  assert.deepEqual(await entered(), ['Download', 'ArtifactInstall'])
})

test('a restart of the machine is made once, verified, and made again on the way back', async () => {
  await module('os', 'NeedsArtifactReboot) echo Automatic;; ArtifactVerifyReboot) exit 1;;')
  await payload('os', { 'files/a': 'x' })
  const before = bootloader()
  await before.boot()
  await before.tryBoot('B')
  await assert.rejects(before.boot(), Reboot)

  // Its own verification says that it did not work.
  await assert.rejects(bootloader().boot(), Reboot)

  const back = bootloader()
  assert.equal(await back.boot(), 'A')
  assert.equal(reboots, 2)
  assert.deepEqual(await entered(), [
    ...['Download', 'ArtifactInstall', 'ArtifactVerifyReboot', 'ArtifactRollback'],
    ...['ArtifactVerifyRollbackReboot', 'ArtifactFailure', 'Cleanup'],
  ])
})

test('a module whose slot was given up, boot after boot, is brought back', async () => {
  await module('crashing')
  await payload('crashing', { 'files/a': 'x' })
  await install()
  for (let boots = 1; boots < TRIAL_BOOTS; boots += 1) {
    assert.equal(await bootloader().boot(), 'B', `boot ${boots} of its trial`)
  }
  assert.equal(await bootloader().boot(), 'A')
  assert.deepEqual(await entered(), [
    ...['Download', 'ArtifactInstall', 'ArtifactRollback', 'ArtifactFailure', 'Cleanup'],
  ])
  assert.equal(existsSync(join(folder, 'work', 'progress.json')), false)
})

test('a module that others may write, or that is not there, is not run', async () => {
  await module('open')
  await chmod(join(folder, 'modules', 'open'), 0o777)
  await payload('open', { 'files/a': 'x' })
  await assert.rejects(bootloader().tryBoot('B'), withCode('MODULE_FAILED'))
  for (const type of ['absent', '../open', '']) {
    await payload(type, { 'files/a': 'x' })
    await assert.rejects(bootloader().tryBoot('B'), withCode('MODULE_FAILED'))
  }
  assert.deepEqual(await entered(), [])
})

test('a module that hangs is ended, with what it started', async () => {
  const record = join(folder, 'child')
  await module('hanging', `ArtifactInstall) sleep 600 & echo $! > ${record}; wait;;`)
  await payload('hanging', { 'files/a': 'x' })
  // Within it the module has begun, also on a busy machine.
  const by = bootloader({ timeLimitMs: 3_000 })
  await by.boot()
  await assert.rejects(by.tryBoot('B'), withCode('MODULE_FAILED'))
  const pid = Number(await readFile(record, 'utf8'))
  assert.equal(isRunning(pid), false)
})

function isRunning(pid: number): boolean {
  try {
    // A process that is gone but not yet waited for is one, too.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
