/** The activity log over real files: kept, chained, bounded, switched off, repaired. */
import assert from 'node:assert/strict'
import { appendFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { DeviceError } from '@fleetward/shared'
import type { ActivityClass, ActivityEvent } from '../ports.ts'
import { entryOf } from './chain.ts'
import { hashOf } from './entry.ts'
import { FileActivityLog, type FileActivityLogOptions } from './file-activity-log.ts'
import { SegmentFiles } from './segment-files.ts'

const NOW_MS = Date.UTC(2027, 0, 15, 8)
const DAY_MS = 86_400_000
let folder: string
let clockMs: number
let uptimeMs: number
let logs: FileActivityLog[]

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'fleetward-activity-')), 'activity')
  clockMs = NOW_MS
  uptimeMs = 5000
  logs = []
})
afterEach(async () => {
  for (const log of logs) await log.close()
  await rm(join(folder, '..'), { recursive: true })
})

async function opened(options: Partial<FileActivityLogOptions> = {}): Promise<FileActivityLog> {
  const log = await FileActivityLog.open({
    folder,
    systemClock: { systemMs: () => clockMs },
    uptimeMs: () => uptimeMs,
    log: { write: () => {} },
    retentionDays: 365,
    ...options,
  })
  logs.push(log)
  return log
}

const note = (
  log: FileActivityLog,
  event: ActivityEvent,
  facts = {},
  of: ActivityClass = 'security',
) => log.record({ class: of, event, by: 'agent', facts })

async function eventsOf(log: FileActivityLog): Promise<string[]> {
  return (await log.entries(0, 1000)).map(({ event }) => event)
}

async function files(): Promise<string[]> {
  return (await readdir(folder)).toSorted().map((name) => join(folder, name))
}

test('CRA P-l0: access, a changed setting and a changed function each leave an entry with time and way', async () => {
  const log = await opened()
  await log.record({ class: 'access', event: 'paired', by: 'page', facts: { browser: 1 } })
  await log.record({ class: 'configuration', event: 'settings-changed', by: 'cli' })
  await log.record({ class: 'update', event: 'update-committed', by: 'agent', facts: { v: '2' } })
  const [, ...entries] = await log.entries(0, 10)
  assert.deepEqual(
    entries.map(({ class: of, event, by, time, uptimeMs: up }) => [of, event, by, time, up]),
    [
      ['access', 'paired', 'page', '2027-01-15T08:00:00.000Z', 5000],
      ['configuration', 'settings-changed', 'cli', '2027-01-15T08:00:00.000Z', 5000],
      ['update', 'update-committed', 'agent', '2027-01-15T08:00:00.000Z', 5000],
    ],
  )
})

test('every entry carries the hash of the line before it, and the chain goes on after a restart', async () => {
  const first = await opened()
  await note(first, 'agent-started')
  await first.close()
  const second = await opened({ told: first.head() })
  await note(second, 'agent-started')
  const lines = await Array.fromAsync(second.lines())
  const links = lines.slice(1).map((line, index) => {
    return entryOf(line)?.prev === hashOf(lines[index] ?? '')
  })
  assert.deepEqual(links, [true, true])
  assert.deepEqual(second.head(), { seq: 3, hash: hashOf(lines.at(-1) ?? '') })
  assert.deepEqual(second.claim(first.head()), { ...second.head(), since: first.head() })
  assert.deepEqual(await second.verify(first.head()), {
    ...{ entries: 3, firstSeq: 1, head: second.head() },
  })
})

test('CRA P-074: a changed, a removed and an exchanged line show, and so does the end that was cut off', async () => {
  const log = await opened()
  for (const at of [1, 2, 3, 4]) await note(log, 'command-refused', { at })
  const head = log.head()
  await log.close()
  const [path = ''] = await files()
  const text = await readFile(path, 'utf8')
  const lines = text.split('\n').slice(0, -1)
  const broken = async (kept: readonly string[]) => {
    await writeFile(path, kept.map((line) => `${line}\n`).join(''))
    const again = await opened()
    const { broken: flaw } = await again.verify(head)
    await again.close()
    return flaw
  }
  const changed = lines.with(2, (lines[2] ?? '').replace('"at":2', '"at":7'))
  assert.deepEqual(await broken(changed), { seq: 4, flaw: 'not chained' })
  assert.deepEqual(await broken(lines.toSpliced(2, 1)), { seq: 4, flaw: 'out of order' })
  assert.deepEqual(await broken(lines.slice(0, -2)), { seq: 5, flaw: 'known head missing' })
  const forged = (lines.at(-1) ?? '').replace('"at":4', '"at":9')
  assert.deepEqual(await broken(lines.with(-1, forged)), { seq: 5, flaw: 'known head differs' })
})

test('the agent notices at its start that its log was rewritten, and its reports no longer vouch for the old head', async () => {
  const log = await opened()
  await note(log, 'paired')
  const told = log.head()
  await log.close()
  const [path = ''] = await files()
  await writeFile(path, (await readFile(path, 'utf8')).replace('"paired"', '"page-left"'))
  const again = await opened({ told })
  assert.equal(again.claim(told)?.since, undefined)
  const altered = (await again.entries(0, 10)).at(-1)
  assert.deepEqual([altered?.event, altered?.facts.flaw], ['log-altered', 'known head differs'])
})

test('cut at every byte of its last line, the log is whole again without it and says so (CRA P-095, power cut)', async () => {
  const log = await opened()
  await note(log, 'agent-started')
  const before = log.head()
  await note(log, 'command-refused', { code: 'COMMAND_NONCE_WRONG' })
  await log.close()
  const [path = ''] = await files()
  const whole = await readFile(path)
  const lastLine = whole.lastIndexOf('\n', whole.length - 2) + 1
  for (let bytes = lastLine; bytes <= whole.length; bytes += 1) {
    await writeFile(path, whole)
    await truncate(path, bytes)
    // What some file systems leave after a power cut: the length, without the bytes.
    if (bytes % 3 === 0) await appendFile(path, Buffer.alloc(16))
    const again = await opened({ told: before })
    const { broken, entries } = await again.verify(before)
    await again.close()
    const isWhole = bytes === whole.length
    const isTorn = (bytes > lastLine && !isWhole) || bytes % 3 === 0
    assert.deepEqual(
      [broken, entries],
      [undefined, (isWhole ? 3 : 2) + (isTorn ? 1 : 0)],
      `${bytes}`,
    )
  }
})

test('a segment that is full is followed by another, and the oldest goes; what is left verifies from a kept head', async () => {
  const bounds = { segmentBytes: 2000, segmentsMaxCount: 3 }
  const log = await opened({ bounds })
  const heads = []
  for (let at = 0; at < 45; at += 1) {
    await note(log, 'settings-changed', { at }, 'configuration')
    heads.push(log.head())
  }
  const names = await files()
  assert.equal(names.length, 3)
  for (const name of names) assert.ok((await readFile(name)).length <= bounds.segmentBytes)
  const { broken, firstSeq } = await log.verify(heads[40])
  assert.equal(broken, undefined)
  assert.ok(firstSeq > 20)
  const [first] = await log.entries(0, 1)
  assert.deepEqual([first?.event, first?.prev.length], ['segment-started', 64])
  // Kept from long ago: it is no longer there to be compared, which is no break.
  assert.equal((await log.verify(heads[3])).broken, undefined)
})

test('CRA P-099: the switch is the last entry of its class, and the chain goes on with a mark when it is back on', async () => {
  const log = await opened()
  await note(log, 'paired', {}, 'access')
  await log.setOff(['access'], 'page')
  await note(log, 'paired', {}, 'access')
  await note(log, 'settings-changed', {}, 'configuration')
  assert.deepEqual(log.claim(undefined)?.off, ['access'])
  await log.close()

  const again = await opened({ off: ['access'] })
  await note(again, 'paired', {}, 'access')
  await again.setOff([], 'page')
  await note(again, 'paired', {}, 'access')
  const expected = ['segment-started', 'paired', 'logging-off', 'settings-changed']
  assert.deepEqual(await eventsOf(again), [...expected, 'logging-on', 'paired'])
  assert.equal((await again.verify()).broken, undefined)
})

test('CRA P-099: with everything off nothing is written any more, whatever happens', async () => {
  const all: ActivityClass[] = [
    'security',
    'access',
    'configuration',
    'data',
    'update',
    'diagnostic',
  ]
  const log = await opened()
  for (let at = 0; at < 60; at += 1) await note(log, 'command-refused', { at })
  await log.setOff(all, 'cli')
  const { seq } = log.head()
  for (const of of all) await note(log, 'agent-started', {}, of)
  uptimeMs += DAY_MS
  await log.tend()
  await log.close()
  // Not even that a power cut tore its last line.
  await appendFile((await files()).at(-1) ?? '', '{"seq":')
  const again = await opened({ off: all })
  await note(again, 'agent-started')
  assert.deepEqual(again.head().seq, seq)
  const last = (await again.entries(0, 1000)).slice(-6)
  assert.deepEqual(
    last.map(({ event, facts }) => [event, facts.class]),
    all.map((of) => ['logging-off', of]),
  )
})

test('a switch that a power cut kept out of the log is in it after the next start', async () => {
  const log = await opened()
  await note(log, 'agent-started')
  await log.close()
  const again = await opened({ off: ['security', 'update'] })
  await note(again, 'agent-started')
  assert.deepEqual((await eventsOf(again)).slice(-2), ['logging-off', 'logging-off'])
})

test('CRA P-096: a flood leaves a few entries and one that counts the others', async () => {
  const log = await opened()
  for (let at = 0; at < 3000; at += 1) await note(log, 'command-refused', { at })
  await note(log, 'settings-changed', {}, 'configuration')
  assert.ok((await eventsOf(log)).length < 60)
  uptimeMs += 3_600_000
  await log.tend()
  const summary = (await log.entries(0, 1000)).at(-1)
  assert.equal(summary?.event, 'entries-suppressed')
  assert.deepEqual(summary?.facts, { class: 'security', count: 2950 })
})

/** A disk that takes what it is told to. */
class SmallDisk extends SegmentFiles {
  isFull = false
  override async append(line: string): Promise<void> {
    if (this.isFull) throw new DeviceError('DISK_FULL', {})
    return super.append(line)
  }
}

test('CRA P-095: on a full disk entries are dropped and counted, and the count is kept when there is room', async () => {
  const disk = new SmallDisk(folder)
  const log = await opened({ files: disk })
  await note(log, 'agent-started')
  disk.isFull = true
  for (const at of [1, 2]) await note(log, 'command-refused', { at })
  await note(log, 'update-offered', {}, 'update')
  disk.isFull = false
  await note(log, 'agent-stopped')
  const entries = await log.entries(0, 10)
  assert.deepEqual(
    entries.slice(-2).map(({ event, facts }) => [event, facts]),
    [
      ['entries-dropped', { security: 2, update: 1 }],
      ['agent-stopped', {}],
    ],
  )
  assert.equal((await log.verify()).broken, undefined)
})

test('on a full disk an entry of a class that matters takes the place of the oldest segment, others do not', async () => {
  const disk = new SmallDisk(folder)
  const log = await opened({ files: disk, bounds: { segmentBytes: 1000, segmentsMaxCount: 8 } })
  for (let at = 0; at < 20; at += 1) await note(log, 'settings-changed', { at }, 'configuration')
  const before = (await files()).length
  disk.dropOldest = async function () {
    this.isFull = false
    return SegmentFiles.prototype.dropOldest.call(this)
  }
  disk.isFull = true
  await note(log, 'update-offered', {}, 'update')
  assert.equal((await files()).length, before)
  await note(log, 'command-refused')
  assert.equal((await files()).length, before - 1)
  assert.deepEqual((await eventsOf(log)).slice(-1), ['command-refused'])
})

test('a factory reset begins a new chain that names the head of the erased one', async () => {
  const log = await opened()
  await note(log, 'agent-started')
  const old = log.head()
  log.claim(undefined)
  await log.restart('button')
  await note(log, 'agent-started')
  const [first] = await log.entries(0, 10)
  assert.deepEqual([first?.seq, first?.event, first?.by], [1, 'log-restarted', 'button'])
  assert.deepEqual(first?.facts, { ...old, toldSeq: old.seq, toldHash: old.hash })
  assert.deepEqual(log.claim(old), { ...log.head(), restartedFrom: old })
  assert.equal((await files()).length, 1)
  await log.close()
  const again = await opened({ told: old })
  assert.deepEqual(again.claim(old)?.restartedFrom, old)
  assert.ok(!(await eventsOf(again)).includes('log-altered'))
})

test('entries older than the owner’s retention go, a segment a day; a clock that jumps does not empty the log', async () => {
  const log = await opened({ retentionDays: 30 })
  for (let month = 0; month < 3; month += 1) {
    await note(log, 'agent-started', { month })
    clockMs += 20 * DAY_MS
  }
  assert.equal((await files()).length, 3)
  clockMs += 3650 * DAY_MS
  await log.tend()
  await log.tend()
  assert.equal((await files()).length, 2)
  uptimeMs += DAY_MS
  await log.tend()
  uptimeMs += DAY_MS
  await log.tend()
  const left = (await log.entries(0, 10)).filter(({ event }) => event === 'agent-started')
  assert.deepEqual([left, (await log.verify()).broken], [[], undefined])
})

test('its files are the agent’s alone', async () => {
  const log = await opened()
  await note(log, 'agent-started')
  const { stat } = await import('node:fs/promises')
  const [path = ''] = await files()
  assert.deepEqual(
    [(await stat(path)).mode & 0o777, (await stat(folder)).mode & 0o777],
    [0o600, 0o700],
  )
})

test('an agent that starts over and over does not push its history out with that', async () => {
  for (let start = 0; start < 70; start += 1) {
    const log = await opened()
    await note(log, 'agent-started')
    await log.close()
  }
  const log = await opened()
  const starts = (await eventsOf(log)).filter((event) => event === 'agent-started')
  assert.equal(starts.length, 50)
})
