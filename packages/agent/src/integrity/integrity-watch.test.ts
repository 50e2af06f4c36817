/** What a check of the device's software finds, and what it says of it. Over real files. */
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { silentActivity } from '../activity/silent-activity.ts'
import { systemTimer } from '../adapters/system.ts'
import { agentFiles } from './agent-files.ts'
import { BaselineFile } from './baseline.ts'
import { SlowHash } from './hash-slowly.ts'
import { IntegrityWatch, type IntegrityWatchOptions } from './integrity-watch.ts'

let folder: string
let told: (readonly [string, unknown])[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetward-integrity-'))
  told = []
})
afterEach(() => rm(folder, { recursive: true }))

const inFolder = (name: string) => join(folder, name)

function watch(options: Partial<IntegrityWatchOptions> = {}): IntegrityWatch {
  return new IntegrityWatch({
    run: {
      slot: 'A',
      version: '1.4.2',
      noteIntegrity: async (state, found) => void told.push([state, found?.failure?.code]),
      reportFinding: async ({ code, facts }) => void told.push([code, facts.file]),
    },
    baseline: new BaselineFile(folder),
    slots: undefined,
    agentVersion: '0.1.0',
    agentFiles: async () => [inFolder('agent.js'), inFolder('update.js')],
    configurationFiles: [inFolder('settings.json')],
    activity: {
      ...silentActivity,
      record: async ({ event, facts }) => void told.push([event, facts?.path ?? facts?.of]),
    },
    log: { write: () => {} },
    timer: systemTimer,
    nowMs: () => 1_800_000_000_000,
    intervalMs: 1000,
    bytesPerSecond: 50_000_000,
    signal: new AbortController().signal,
    ...options,
  })
}

async function prepare(): Promise<void> {
  await writeFile(inFolder('agent.js'), 'run()\n')
  await writeFile(inFolder('update.js'), 'update()\n')
  await writeFile(inFolder('settings.json'), '{}')
  await watch().check()
  told = []
}

test('CRA P-071: the first check takes the baseline and says so; the next one finds nothing', async () => {
  await writeFile(inFolder('agent.js'), 'run()\n')
  await writeFile(inFolder('settings.json'), '{}')
  const first = watch({ agentFiles: async () => [inFolder('agent.js')] })
  assert.deepEqual(first.status(), { state: 'unknown' })
  await first.check()
  const taken = [
    ['baseline-taken', 'configuration'],
    ['baseline-taken', 'agent'],
  ]
  assert.deepEqual(told, [...taken, ['ok', undefined]])
  assert.deepEqual(first.status(), { state: 'ok', checkedAt: 1_800_000_000 })
})

test('CRA P-071: a changed, a missing and an added file of the agent are corruption, told once', async () => {
  const changes = [
    () => writeFile(inFolder('agent.js'), 'ruin()\n'),
    () => rm(inFolder('update.js')),
  ]
  for (const change of changes) {
    await prepare()
    await change()
    const again = watch()
    await again.check()
    await again.check()
    assert.equal(told[0]?.[0], 'agent-corrupt')
    assert.deepEqual(told.slice(1), [['corrupt', 'AGENT_CORRUPT']])
    assert.equal(again.status().state, 'corrupt')
    await rm(inFolder('integrity'), { recursive: true })
  }
  await prepare()
  await writeFile(inFolder('planted.js'), 'x')
  const names = ['agent.js', 'update.js', 'planted.js']
  const added = watch({ agentFiles: async () => names.map(inFolder) })
  await added.check()
  assert.deepEqual(told, [
    ['agent-corrupt', inFolder('planted.js')],
    ['corrupt', 'AGENT_CORRUPT'],
  ])
})

test('a new version of the agent brings its own files', async () => {
  await prepare()
  await writeFile(inFolder('agent.js'), 'run(2)\n')
  await watch({ agentVersion: '0.2.0' }).check()
  assert.deepEqual(told, [
    ['baseline-taken', 'agent'],
    ['ok', undefined],
  ])
})

test('CRA P-075: an edited configuration is drift, told once, and no corruption', async () => {
  await prepare()
  await writeFile(inFolder('settings.json'), '{ "production": false }')
  const again = watch()
  await again.check()
  await again.check()
  assert.deepEqual(told, [
    ['configuration-drift', undefined],
    ['CONFIGURATION_DRIFT', inFolder('settings.json')],
    ['ok', undefined],
    ['ok', undefined],
  ])
})

test('a baseline that was damaged is taken anew, and that is recorded', async () => {
  await prepare()
  await writeFile(join(folder, 'integrity', 'baseline.json'), '{"agent":')
  await watch().check()
  assert.deepEqual(told, [
    ['baseline-taken', 'configuration'],
    ['baseline-taken', 'agent'],
    ['ok', undefined],
  ])
})

test('a slot is damaged when it is no longer what was installed, until it is filled by the tool', async () => {
  let listing = 'a'.repeat(64)
  const slots = {
    describe: async () => ({ release: 'factory', version: '1.4.2', listingSha256: listing }),
    damaged: async () => [],
  }
  const baseline = new BaselineFile(folder)
  const options = { slots, baseline, agentFiles: async () => [] }
  await watch(options).check()
  told = []
  listing = 'b'.repeat(64)
  await watch(options).check()
  assert.deepEqual(told, [
    ['slot-corrupt', 'A.json'],
    ['corrupt', 'SLOT_CORRUPT'],
  ])
  told = []
  await baseline.forgetSlot('A')
  await watch(options).check()
  assert.deepEqual(told, [
    ['baseline-taken', 'slot A'],
    ['ok', undefined],
  ])
})

test('the agent knows its own files, and none of its tests', async () => {
  const files = await agentFiles()
  assert.ok(files.includes(join(import.meta.dirname, 'integrity-watch.ts')))
  assert.ok(files.some((path) => path.endsWith('shared/src/errors.ts')))
  assert.ok(!files.some((path) => path.endsWith('.test.ts')))
})

test('files are read no faster than they may be, and reading ends with the agent', async () => {
  await writeFile(inFolder('big'), Buffer.alloc(1_500_000))
  const end = new AbortController()
  const waits: number[] = []
  const timer = { wait: async (ms: number) => void waits.push(ms) }
  const digest = await new SlowHash(1_000_000, timer, end.signal).of(inFolder('big'))
  assert.equal(digest?.length, 64)
  // The schedule gives the first second for nothing, and nobody really waited here.
  assert.ok(Math.max(...waits) > 300, `${waits}`)
  end.abort()
  await assert.rejects(new SlowHash(1_000_000, timer, end.signal).of(inFolder('big')))
})
