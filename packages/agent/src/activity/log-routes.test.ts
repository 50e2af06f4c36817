/** The log as the local API shows and exports it. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { LocalAnswer } from '../local-api/route.ts'
import { ChainReader } from './chain.ts'
import { FileActivityLog } from './file-activity-log.ts'
import { logRoutes } from './log-routes.ts'

let folder: string
let log: FileActivityLog
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleetward-log-routes-'))
  log = await FileActivityLog.open({
    ...{ folder, retentionDays: 365, log: { write: () => {} } },
    systemClock: { systemMs: () => 1_800_000_000_000 },
    uptimeMs: () => 1000,
  })
  for (const at of [1, 2, 3]) {
    await log.record({ class: 'configuration', event: 'opted-in', by: 'cli', facts: { at } })
  }
})
after(async () => {
  await log.close()
  await rm(folder, { recursive: true })
})

async function ask(path: string): Promise<LocalAnswer> {
  const { pathname, searchParams } = new URL(path, 'http://agent')
  const route = logRoutes({ activity: log, device: 'LG1-00017' }).find(
    (each) => each.path === pathname,
  )
  assert.ok(route)
  const signal = new AbortController().signal
  return route.answer({ body: {}, query: searchParams, by: 'cli', signal, headers: {} })
}

async function json(path: string) {
  const answer = await ask(path)
  assert.ok('json' in answer)
  // biome-ignore lint/suspicious/noExplicitAny: answers are compared, not computed with
  return answer.json as any
}

async function text(path: string): Promise<string> {
  const answer = await ask(path)
  assert.ok('stream' in answer)
  return Buffer.concat(await Array.fromAsync(answer.stream)).toString('utf8')
}

test('CRA P-097: entries are read in pages', async () => {
  const { entries, head } = await json('/1/log?after=2&limit=1')
  assert.deepEqual([entries.length, entries[0].seq, entries[0].facts], [1, 3, { at: 2 }])
  assert.deepEqual(head, log.head())
  const newest = await json('/1/log?limit=2')
  assert.deepEqual([newest.entries[0].seq, newest.entries[1].seq], [3, 4])
})

test('an export as JSON lines is the chain itself, and verifies against a head that was kept', async () => {
  const chain = new ChainReader(log.head())
  for (const line of (await text('/1/log/export')).trimEnd().split('\n')) chain.take(line)
  assert.deepEqual(chain.end(), { entries: 4, firstSeq: 1, head: log.head() })
})

test('an export as syslog has a message for each entry', async () => {
  const lines = (await text('/1/log/export?format=rfc5424')).trimEnd().split('\n')
  assert.equal(lines.length, 4)
  for (const line of lines)
    assert.match(line, /^<1\d\d>1 2027-\S+ LG1-00017 fleetward-agent - \S+ \[/)
})

test('the log verifies, also against a head from elsewhere, and says what is amiss', async () => {
  assert.equal((await json('/1/log/verify')).whole, true)
  const { seq } = log.head()
  const other = await json(`/1/log/verify?seq=${seq}&hash=${'f'.repeat(64)}`)
  assert.deepEqual([other.whole, other.broken], [false, { seq, flaw: 'known head differs' }])
})

for (const path of [
  '/1/log?after=-1',
  '/1/log?limit=0',
  '/1/log?limit=1001',
  '/1/log?after=1e3',
  '/1/log/export?format=csv',
  '/1/log/verify?seq=1',
  '/1/log/verify?seq=1&hash=x',
]) {
  test(`${path} is refused`, async () => {
    await assert.rejects(ask(path), { code: 'REQUEST_INVALID' })
  })
}
