/** The audit log by the API: found, exported, verified by whoever has it, and guarded against being cut off. */
import assert from 'node:assert/strict'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  AuditChain,
  type AuditHead,
  importKeySet,
  type Json,
  verifyAuditStatement,
} from '@fleetward/shared'
import { pino } from 'pino'
import { SERVER_ACTOR } from '../../src/accounts/actor.ts'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import type { NewAuditEntry } from '../../src/audit/audit-store.ts'
import { rotate } from '../../src/commands/rotate.ts'
import { parseSettings } from '../../src/settings.ts'
import type { Database } from '../../src/stores.ts'
import { signedIn } from '../support/people.ts'
import { databaseSettings } from '../support/server-database.ts'
import { TestServer } from '../support/test-server.ts'

const AT = Date.UTC(2026, 10, 20) / 1000

function booksOf(server: TestServer): Database {
  assert.ok(server.edge)
  return sqlStores(server.edge.database)
}

async function filled(server: TestServer, count: number): Promise<void> {
  const { audit } = booksOf(server)
  for (let at = 0; at < count; at += 1) await audit.append(entry({ at: AT + at * 3600 }))
}

function entry(more: Partial<NewAuditEntry> = {}): NewAuditEntry {
  return {
    ...{ at: AT, actor: SERVER_ACTOR, action: 'rollout.paused', subject: 'rollout/r1' },
    ...{
      product: 'lumen',
      outcome: 'done',
      before: { state: 'running' },
      after: { state: 'paused' },
    },
    ...more,
  }
}

async function exported(server: TestServer, query = ''): Promise<readonly string[]> {
  const response = await server.raw(`/audit/export${query}`)
  assert.equal(response.status, 200)
  return (await response.text()).trimEnd().split('\n')
}

/** As somebody far away does it, with nothing but the file. */
async function verifiedFile(lines: readonly string[]) {
  const [first, ...rest] = lines
  const { beginning, keys, checkpoint } = JSON.parse(first ?? '') as {
    beginning: AuditHead
    keys: Json
    checkpoint?: string
  }
  const keySet = await importKeySet(new TextEncoder().encode(JSON.stringify(keys)))
  const last = JSON.parse(rest.at(-1) ?? '') as { head: string }
  const head = await verifyAuditStatement(last.head, keySet)
  if (checkpoint !== undefined) {
    const { seq, hash } = await verifyAuditStatement(checkpoint, keySet)
    assert.deepEqual({ seq, hash }, beginning)
  }
  const chain = new AuditChain({ beginning, known: [head] })
  for (const line of rest.slice(0, -1)) chain.take(line)
  return chain.end()
}

test('an export verifies with nothing but the file, and shows what somebody took out of it', async (t) => {
  const server = await TestServer.start(t)
  await filled(server, 5)
  const lines = await exported(server)
  const { lines: count, broken } = await verifiedFile(lines)
  // The export itself is the sixth.
  assert.deepEqual({ count, broken }, { count: 6, broken: undefined })
  assert.deepEqual((await verifiedFile(lines.toSpliced(3, 1))).broken, {
    seq: 4,
    flaw: 'out of order',
  })
  assert.deepEqual((await verifiedFile(lines.toSpliced(-2, 1))).broken, {
    ...{ seq: 6, flaw: 'known head missing' },
  })
  const later = await exported(server, `?since=${AT + 2 * 3600}`)
  const part = await verifiedFile(later)
  assert.deepEqual({ first: part.firstSeq, broken: part.broken }, { first: 3, broken: undefined })
  const nothing = await exported(server, `?since=${AT + 10 * 365 * 86_400}`)
  assert.equal(nothing.length, 2)
})

test('the log goes out as RFC 5424 and as OCSF, a line an entry, with the stored line inside', async (t) => {
  const server = await TestServer.start(t)
  await filled(server, 1)
  const [stored] = await booksOf(server).audit.lines(0, 1)
  const [syslog] = await exported(server, '?format=rfc5424')
  assert.match(
    syslog ?? '',
    /^<109>1 2026-11-20T00:00:00\.000Z updates\.example\.com fleetward-server - rollout\.paused \[fleetward@32473 seq="1" actor="server" product="lumen" subject="rollout\/r1" outcome="done"\] \uFEFF\{/,
  )
  assert.ok(syslog?.endsWith(stored?.line ?? 'none'))
  const [ocsf] = await exported(server, '?format=ocsf')
  assert.equal((JSON.parse(ocsf ?? '') as { raw_data: string }).raw_data, stored?.line)
})

test('entries are listed the newest first, in pages, by what they are about', async (t) => {
  const server = await TestServer.start(t)
  await filled(server, 5)
  await booksOf(server).audit.append(entry({ product: 'other', subject: 'device/d1' }))
  const seqs = async (query: string) => {
    const { body, headers } = await server.call('GET', `/audit${query}`)
    const next = /<\/api\/1([^>]+)>/.exec(headers.get('link') ?? '')?.[1]
    return { seqs: body.map(({ seq }: { seq: number }) => seq) as number[], next }
  }
  const page = await seqs('?limit=4&action=rollout.')
  assert.deepEqual(page.seqs, [6, 5, 4, 3])
  const { body } = await server.call('GET', page.next ?? '')
  assert.deepEqual(
    body.map(({ seq }: { seq: number }) => seq),
    [2, 1],
  )
  assert.deepEqual((await seqs('?subject=device/')).seqs, [6])
  assert.deepEqual((await seqs('?product=other')).seqs, [6])
  assert.equal((await server.call('GET', '/audit?limit=0')).status, 400)
  assert.equal((await server.call('GET', '/audit?actor[$ne]=x')).status, 400)
})

test('an auditor of one product reads its entries, and nothing of another one or of none', async (t) => {
  const server = await TestServer.start(t)
  for (const id of ['lumen', 'other']) await server.call('POST', '/products', { id })
  const { audit } = booksOf(server)
  await audit.append(entry({ product: 'other' }))
  await audit.append(entry({ product: undefined, subject: 'account/a1' }))
  await audit.append(entry({ product: 'lumen' }))
  const auditor = await signedIn(server, [{ role: 'auditor', product: 'lumen' }])
  const listed = await auditor.call('GET', '/audit')
  const products = new Set(listed.body.map(({ product }: { product: string }) => product))
  assert.deepEqual([...products], ['lumen'])
  const foreign = await auditor.call('GET', '/audit?product=other')
  assert.deepEqual([foreign.status, foreign.body.code], [404, 'NO_SUCH_PRODUCT'])
  for (const path of ['/audit/export', '/audit/head', '/audit/verification']) {
    assert.equal((await auditor.call('GET', path)).status, 403)
  }
})

test('the server finds by itself which entry was changed in the database', async (t) => {
  const server = await TestServer.start(t)
  await filled(server, 6)
  const whole = await server.call('GET', '/audit/verification')
  assert.equal(whole.body.broken, undefined)
  assert.equal(whole.body.lines, 6)
  await server.edge?.database
    .updateTable('audit_entries')
    .set({ line: 'nothing happened here' })
    .where('seq', '=', 4)
    .execute()
  const { body } = await server.call('GET', '/audit/verification')
  assert.deepEqual(body.broken, { seq: 4, flaw: 'unreadable' })
})

for (const [what, cut, finding] of [
  ['was cut off in the database', cutOff, 'entries missing'],
  ['was written anew in the database', rewrite, 'entries differ'],
  ['is vouched for by a file that somebody else wrote', forgeFile, 'file altered'],
] as const) {
  test(`a log that ${what} raises an alarm at the next start`, async (t) => {
    const server = await TestServer.start(t)
    await filled(server, 5)
    await server.stop()
    await server.start()
    await cut(server)
    await server.start()
    const { audit, events } = booksOf(server)
    const [alarm] = await audit.find({ action: 'audit.broken', limit: 1 })
    assert.match(alarm?.line ?? '', new RegExp(`"finding":"${finding}"`))
    await events.order()
    assert.deepEqual(
      (await events.after(0, 10)).map(({ type }) => type),
      ['security.audit-broken'],
    )
    // The evidence is still there, and the alarm is raised once.
    assert.ok((await readdir(server.folder)).some((name) => /^audit-head\.\d+$/.test(name)))
    await server.stop()
    await server.start()
    assert.equal((await booksOf(server).audit.find({ action: 'audit.broken', limit: 9 })).length, 1)
  })
}

/** Whoever has the database can do that, the row of the head included. */
async function cutOff(server: TestServer): Promise<void> {
  const [third] = await booksOf(server).audit.lines(2, 1)
  assert.ok(third)
  const database = server.edge?.database
  await database?.deleteFrom('audit_entries').where('seq', '>', 3).execute()
  await database?.updateTable('audit_head').set({ seq: 3, hash: third.hash }).execute()
  await kill(server)
}

async function rewrite(server: TestServer): Promise<void> {
  const database = server.edge?.database
  await database?.deleteFrom('audit_entries').where('seq', '>', 3).execute()
  const [third] = await booksOf(server).audit.lines(2, 1)
  await database
    ?.updateTable('audit_head')
    .set({ seq: 3, hash: third?.hash ?? '' })
    .execute()
  for (const at of [4, 5, 6])
    await booksOf(server).audit.append(entry({ subject: `rollout/${at}` }))
  await kill(server)
}

async function forgeFile(server: TestServer): Promise<void> {
  await kill(server)
  await writeFile(join(server.folder, 'audit-head'), 'a.b.c\n')
}

/** Without the last words of a server that ends in good order. */
async function kill(server: TestServer): Promise<void> {
  const file = join(server.folder, 'audit-head')
  const before = await readFile(file)
  await server.stop()
  await writeFile(file, before)
}

test('a data folder without the file is a new one, not a broken one', async (t) => {
  const server = await TestServer.start(t)
  await filled(server, 2)
  await server.stop()
  await rm(join(server.folder, 'audit-head'))
  await server.start()
  assert.deepEqual(await booksOf(server).audit.find({ action: 'audit.broken', limit: 1 }), [])
})

test('after its key is rotated, new heads are signed by the new one and old ones still verify', async (t) => {
  const server = await TestServer.start(t)
  await filled(server, 2)
  const before = (await server.call('GET', '/audit/head')).body
  const settings = parseSettings({
    ...{ dataFolder: server.folder, host: ['updates.example.com'] },
    ...(await databaseSettings(server.folder)),
  })
  const quiet = { log: pino({ level: 'silent' }), write: () => {}, note: () => {} }
  await rotate.run({ settings, words: ['audit'], values: {}, ...quiet })
  const { body } = await server.call('GET', '/audit/head')
  assert.equal(body.keys.keys.length, 2)
  const keys = await importKeySet(new TextEncoder().encode(JSON.stringify(body.keys)))
  assert.equal((await verifyAuditStatement(before.statement, keys)).seq, 2)
  // The rotation itself is the third.
  assert.equal((await verifyAuditStatement(body.statement, keys)).seq, 3)
  const kidOf = (token: string) =>
    JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid
  assert.notEqual(kidOf(body.statement), kidOf(before.statement))
  // The head beside the database was signed by the former one.
  await server.stop()
  await server.start()
  assert.deepEqual(await booksOf(server).audit.find({ action: 'audit.broken', limit: 1 }), [])
})
