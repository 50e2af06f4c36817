/** Real slots and real processes; only the pauses are the test's own. */
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { recordProcess } from '@fleetward/platform'
import { slotArtifact, text } from '../../../../test/support/slot-artifact.ts'
import { SlotBootloader } from '../adapters/slot-bootloader.ts'
import { DataFolderInUseError } from '../data-folder/claim-data-folder.ts'
import type { SlotName } from '../ports.ts'
import { SlotDirectoryInstaller } from '../slot/slot-directory-installer.ts'
import { artifactPath } from '../transfer/partial-artifact.ts'
import { runStarter } from './starter.ts'

/** Longer than anything here takes; a test that waits this long has failed. */
const PATIENCE_MS = 10_000
const TRIAL_LIMIT_MS = 5_000
const PROGRAM = 'agent/agent.cjs'

/** Behind a line that says which agent it is and where it was booted. */
const LIVES = 'setInterval(() => {}, 1000)'
const CRASHES = 'process.exit(70)'
const ASKS = 'process.exit(76)'
const HANGS = `process.on('SIGTERM', () => {}); ${LIVES}`

let folder: string
let slots: SlotBootloader
let installer: SlotDirectoryInstaller
let end: AbortController
/** Between boots. */
let pausesMs: number[]
/** One for each trial whose time runs. */
let trials: (() => void)[]
let starting: Promise<void>

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetward-starter-'))
  await mkdir(join(folder, 'download'))
  slots = new SlotBootloader({ slotsFolder: join(folder, 'slots'), trialBoots: 2 })
  installer = new SlotDirectoryInstaller({
    slotsFolder: join(folder, 'slots'),
    downloadFolder: join(folder, 'download'),
  })
  end = new AbortController()
  pausesMs = []
  trials = []
  starting = Promise.resolve()
})
afterEach(async () => {
  end.abort()
  await starting.catch(() => undefined)
  await rm(folder, { recursive: true })
})

const says = (name: string, then: string) =>
  text(`require('node:fs').appendFileSync(process.argv[2] + '/said',
    '${name} ' + process.env.FLEETWARD_BOOTED_SLOT + '\\n'); ${then}`)

async function fill(slot: SlotName, agent: string | undefined): Promise<void> {
  const files = [
    ...(agent === undefined ? [] : [{ path: PROGRAM, bytes: says(slot, agent) }]),
    { path: 'main.js', bytes: text('') },
    { path: 'self-test.js', bytes: text('') },
  ]
  const { bytes, release } = slotArtifact({ files, version: slot === 'A' ? '1.0.0' : '1.1.0' })
  await writeFile(artifactPath(join(folder, 'download'), release.sha256), bytes)
  await installer.write(release, slot, end)
}

/** Nothing in memory outlives a starter: its bootloader reads what the test's wrote. */
function start(): void {
  starting = runStarter({
    dataFolder: folder,
    program: PROGRAM,
    ownAgent: ['node', join(folder, 'own.cjs')],
    words: [folder],
    environment: { PATH: process.env.PATH, FLEETWARD_BOOTED_SLOT: 'forged' },
    trialTimeLimitMs: TRIAL_LIMIT_MS,
    bootloader: new SlotBootloader({ slotsFolder: join(folder, 'slots') }),
    installer,
    log: { write: () => {} },
    timer: {
      wait: async (ms, signal) => {
        if (ms <= 60_000) return void pausesMs.push(ms)
        const { promise, resolve } = Promise.withResolvers<void>()
        trials.push(resolve)
        signal.addEventListener('abort', () => resolve(), { once: true })
        await promise
      },
    },
    chance: { share: () => 0, nonce: () => '' },
    signal: end.signal,
    graceMs: 200,
  })
}

async function said(count: number): Promise<string[]> {
  for (const limit = Date.now() + PATIENCE_MS; ; ) {
    const all = await readFile(join(folder, 'said'), 'utf8').catch(() => '')
    const lines = all.split('\n').filter(Boolean)
    if (lines.length >= count) return lines
    if (Date.now() > limit) throw new Error(`only ${lines.length} agents have said something`)
    await pause(5)
  }
}

test('an agent that crashes on trial is started once a try, then the one before it', async () => {
  await fill('A', LIVES)
  await fill('B', CRASHES)
  await slots.tryBoot('B')
  start()
  assert.deepEqual(await said(3), ['B B', 'B B', 'A A'])
  assert.deepEqual(pausesMs, [500, 1000])
})

test('an agent that asks for it is followed at once by that of the other slot', async () => {
  await fill('A', ASKS)
  await fill('B', LIVES)
  await slots.tryBoot('B')
  await slots.commit('B')
  await slots.tryBoot('A')
  start()
  assert.deepEqual(await said(3), ['A A', 'A A', 'B B'])
  assert.deepEqual(pausesMs, [])
})

test('an agent that asks for it again and again has to wait in between', async () => {
  await fill('A', ASKS)
  start()
  await said(6)
  assert.deepEqual(pausesMs.slice(0, 2), [500, 1000])
})

test('an agent that hangs on trial is ended when its time is up, and gets no second try', async () => {
  await fill('A', LIVES)
  await fill('B', HANGS)
  await slots.tryBoot('B')
  start()
  await said(1)
  assert.equal(trials.length, 1)
  trials[0]?.()
  assert.deepEqual(await said(2), ['B B', 'A A'])
  assert.equal(trials.length, 1, 'nobody keeps time for the permanent slot')
  assert.equal(await slots.nextSlot(), 'A')
})

test('an agent that committed in time is left alone', async () => {
  await fill('A', LIVES)
  await fill('B', LIVES)
  await slots.tryBoot('B')
  start()
  await said(1)
  await slots.commit('B')
  trials[0]?.()
  await pause(100) // What must not happen has no event.
  assert.deepEqual(await said(1), ['B B'])
})

test('a committed agent that crashes is started again and again, with growing pauses', async () => {
  await fill('A', CRASHES)
  start()
  assert.deepEqual(new Set(await said(5)), new Set(['A A']))
  assert.deepEqual(pausesMs.slice(0, 4), [500, 1000, 2000, 4000])
})

test('no agent runs from a slot that is not whole', async () => {
  await writeFile(join(folder, 'own.cjs'), says('own', LIVES))
  await fill('A', LIVES)
  await fill('B', LIVES)
  await slots.tryBoot('B')
  await rm(join(folder, 'slots', 'B.json'))
  start()
  assert.deepEqual(await said(1), ['A A'])
  assert.equal(await slots.nextSlot(), 'A')
})

test('nor does a program that somebody put into a slot without its listing', async () => {
  await writeFile(join(folder, 'own.cjs'), says('own', LIVES))
  await fill('A', LIVES)
  await writeFile(join(folder, 'slots', 'A', PROGRAM), says('intruder', LIVES))
  await rm(join(folder, 'slots', 'A', 'fleetward-slot.json'))
  start()
  assert.deepEqual(await said(1), ['own A'])
})

test('a slot without an agent is run by the starter’s own', async () => {
  await writeFile(join(folder, 'own.cjs'), says('own', LIVES))
  await fill('A', undefined)
  start()
  assert.deepEqual(await said(1), ['own A'])
})

test('asked to end, it ends an agent that does not listen, and starts none', async () => {
  await fill('A', HANGS)
  start()
  await said(1)
  end.abort()
  await starting
  assert.deepEqual(await said(1), ['A A'])
})

test('it starts nothing beside an agent that works in the folder already', async () => {
  await fill('A', LIVES)
  await recordProcess(join(folder, 'agent.pid'), process.ppid)
  start()
  await assert.rejects(starting, DataFolderInUseError)
  await assert.rejects(readFile(join(folder, 'said')), { code: 'ENOENT' })
})
