/** A backup is made beside a server at work, and brought back elsewhere. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, renameSync } from 'node:fs'
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { parseMetadata } from '@fleetward/shared'
import { pino } from 'pino'
import { until } from '../../../../test/end-to-end/support/until.ts'
import { connectDatabase, type DatabasePlace } from '../../src/adapters/sql/database.ts'
import { tablesInOrder } from '../../src/adapters/sql/table-facts.ts'
import { type Row, rowsOf } from '../../src/adapters/sql/table-rows.ts'
import { artifactPath } from '../../src/backup/archive-manifest.ts'
import { bytesOf, entriesIn } from '../../src/backup/archive-reader.ts'
import { ArchiveWriter } from '../../src/backup/archive-writer.ts'
import { encodeRow } from '../../src/backup/segment.ts'
import { backup } from '../../src/commands/backup.ts'
import type { CommandContext, ServerCommand } from '../../src/commands/command.ts'
import { restore } from '../../src/commands/restore.ts'
import { databasePlaceOf } from '../../src/database-place.ts'
import { parseSettings, type Settings } from '../../src/settings.ts'
import { type DeskRelease, PRODUCT } from '../support/desk.ts'
import { testPostgres } from '../support/engines.ts'
import { signedIn } from '../support/people.ts'
import { databaseSettings } from '../support/server-database.ts'
import { TestServer } from '../support/test-server.ts'

const release: DeskRelease = {
  ...{ version: '1.4.3', kind: 'security' },
  artifact: Buffer.alloc(300_000, 'firmware'),
}

async function folderFor(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-backup-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

async function settingsOf(dataFolder: string, database?: object): Promise<Settings> {
  return parseSettings({
    ...{ dataFolder, host: ['updates.example.com'] },
    ...(database === undefined ? await databaseSettings(dataFolder) : { database }),
  })
}

/** In this process, as main.ts calls it. */
async function run(
  command: ServerCommand,
  settings: Settings,
  values: CommandContext['values'],
  note: (line: string) => void = () => {},
): Promise<string> {
  let out = ''
  await command.run({
    ...{ words: [], values, settings, note, log: pino({ level: 'silent' }) },
    write: (text) => {
      out += text
    },
  })
  return out
}

/** A product with a release, a running rollout and somebody who may enrol. */
async function atWork(t: TestContext) {
  const server = await TestServer.start(t)
  const { desk } = await server.product()
  await server.publish(desk, 1, [release])
  const { body } = await server.of('POST', '/rollouts', { release: '1.4.3', cohort: 'homes' })
  await server.edgeSettled()
  const folder = await folderFor(t)
  const file = join(folder, 'backup.tar')
  return { server, desk, rollout: body.id, settings: await settingsOf(server.folder), folder, file }
}

/** An empty data folder that has the sealing key of the other server. */
async function target(t: TestContext, from: TestServer): Promise<string> {
  const folder = await folderFor(t)
  await cp(join(from.folder, 'seal-key'), join(folder, 'seal-key'))
  return folder
}

async function contents(place: DatabasePlace): Promise<Map<string, string[]>> {
  const connection = connectDatabase(place)
  try {
    const all = new Map<string, string[]>()
    for (const table of await tablesInOrder(connection)) {
      const rows: Row[] = []
      for await (const page of rowsOf(connection, table)) rows.push(...page)
      // Columns come in another order where they were added later.
      const order = table.columns
        .map((_, i) => i)
        .toSorted((a, b) => ((table.columns[a] ?? '') < (table.columns[b] ?? '') ? -1 : 1))
      all.set(
        table.name,
        rows.map((row) => encodeRow(order.map((i) => row[i] ?? null))),
      )
    }
    return all
  } finally {
    await connection.destroy()
  }
}

/** What a restore changes on purpose. */
const CHANGED = new Set([
  ...['manifests', 'metadata', 'rollouts', 'sessions', 'challenges', 'access_tokens'],
  'one_time_links',
  ...['audit_entries', 'audit_head', 'events', 'event_head'],
])

async function postgresSettings(folder: string): Promise<object> {
  const { url, password } = await (await testPostgres()).database()
  const passwordFile = join(folder, 'database-password')
  await writeFile(passwordFile, password, { mode: 0o600 })
  return { url, passwordFile }
}

for (const [what, toPostgres] of [
  ['into a data folder', false],
  ['into PostgreSQL, whatever it came from', true],
] as const) {
  test(`every row comes back ${what}`, async (t) => {
    const { server, settings, file } = await atWork(t)
    await server.stop()
    const out = await run(backup, settings, { to: file })
    assert.match(out, /tables, \d+ rows/)
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    const folder = await target(t, server)
    const there = await settingsOf(folder, toPostgres ? await postgresSettings(folder) : undefined)
    await run(restore, there, { from: file })

    const before = await contents(await databasePlaceOf(settings))
    const after = await contents(await databasePlaceOf(there))
    assert.deepEqual([...after.keys()].toSorted(), [...before.keys()].toSorted())
    for (const [table, rows] of before) {
      if (!CHANGED.has(table)) assert.deepEqual(after.get(table), rows, table)
      else if (table === 'audit_entries')
        assert.deepEqual(after.get(table)?.slice(0, rows.length), rows)
    }
    assert.ok((before.get('server_keys')?.length ?? 0) >= 4)
  })
}

// CRA P-079
test('a backup during traffic is one moment of it', async (t) => {
  const { server, settings, file } = await atWork(t)
  let isOver = false
  let made = 0
  const traffic = (async () => {
    while (!isOver) {
      const { status } = await server.call('POST', '/products', { id: `product-${made}` })
      assert.equal(status, 201)
      made += 1
    }
  })()
  for (let i = 0; i < 3; i++) await run(backup, settings, { to: `${file}.${i}` })
  isOver = true
  await traffic
  assert.ok(made > 3, `${made} writes went on meanwhile`)
  const there = await settingsOf(await target(t, server))
  await run(restore, there, { from: `${file}.2` })
  // A product and its keys are made at once: none is there without the others.
  const rows = await contents(await databasePlaceOf(there))
  const products = rows.get('products')?.length ?? 0
  assert.ok(products > 1)
  assert.equal(rows.get('server_keys')?.length, 4 * products)
})

const sequenceOf = (token = '') =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).seq

async function timestampOf(server: TestServer): Promise<number> {
  const bytes = (await server.metadata('timestamp.json')) ?? new Uint8Array()
  return parseMetadata('timestamp', bytes).signed.version
}

test('what a restored server signs is above everything that devices have seen since the backup', async (t) => {
  const { server, settings, file, rollout } = await atWork(t)
  // So that the restore has no reason of its own to sign its manifest.
  await server.of('POST', `/rollouts/${rollout}/pause`)
  await run(backup, settings, { to: file })
  server.clock.at = new Date(server.clock.at.getTime() + 3600_000)
  await server.of('POST', `/rollouts/${rollout}/resume`)
  await server.of('PATCH', `/rollouts/${rollout}`, { notice: { summary: 'sooner' } })
  await server.of('POST', `/rollouts/${rollout}/pause`)
  await server.of('POST', `/rollouts/${rollout}/resume`)
  await server.edgeSettled()
  const seen = {
    seq: sequenceOf(server.published.at(-1)?.token),
    timestamp: await timestampOf(server),
  }
  await server.stop()

  const folder = await target(t, server)
  await run(restore, await settingsOf(folder), { from: file })
  const revived = await TestServer.start(t)
  await revived.stop()
  await rm(revived.folder, { recursive: true })
  await cp(folder, revived.folder, { recursive: true })
  // Time has gone on.
  revived.clock.at = new Date(server.clock.at.getTime() + 60_000)
  await revived.start()
  await revived.edgeSettled()
  const [first] = revived.published
  assert.ok(sequenceOf(first?.token) > seen.seq)
  assert.ok((await timestampOf(revived)) > seen.timestamp)
})

test('a one-time link that was used since the backup opens nothing at a restored server', async (t) => {
  const { server, settings, file } = await atWork(t)
  const login = 'grace@lumen.example'
  const grants = [{ role: 'viewer', product: PRODUCT }]
  const made = await server.call('POST', '/accounts', { kind: 'person', name: 'G', login, grants })
  assert.equal(made.status, 201)
  await run(backup, settings, { to: file })
  const folder = await target(t, server)
  const there = await settingsOf(folder)
  await run(restore, there, { from: file })
  const restored = await contents(await databasePlaceOf(there))
  assert.equal(restored.get('accounts')?.length, 1)
  assert.deepEqual(restored.get('one_time_links'), [])
})

test('a rollout that ran at the backup is paused until somebody says that it may go on', async (t) => {
  const { server, settings, file, rollout } = await atWork(t)
  await run(backup, settings, { to: file, 'with-artifacts': true })
  const folder = await target(t, server)
  const notes: string[] = []
  await run(restore, await settingsOf(folder), { from: file }, (line) => void notes.push(line))
  assert.ok(notes.some((line) => line.includes(`paused: ${PRODUCT}/${rollout}`)))
  const revived = await TestServer.on(t, (empty) => cp(folder, empty, { recursive: true }))
  assert.equal((await revived.of('GET', `/rollouts/${rollout}`)).body.state, 'paused')
  // The old token was deleted with whatever else was shown to people; the new file has another.
  assert.notEqual(
    await readFile(join(revived.folder, 'admin-token'), 'utf8'),
    await readFile(join(server.folder, 'admin-token'), 'utf8'),
  )
  assert.equal((await revived.of('POST', `/rollouts/${rollout}/resume`)).status, 200)
  const audit = await revived.call('GET', '/audit?action=server.restored')
  assert.equal(audit.body.length, 1)
  // Its bytes came with the backup.
  const sha256 = createHash('sha256').update(release.artifact).digest('hex')
  const stored = await revived.edge?.artifacts.find(sha256)
  assert.equal(stored?.length, release.artifact.length)
})

/** The archive again, each entry as `change` leaves it; undefined leaves it out. */
async function rewritten(
  file: string,
  change: (name: string, bytes: Buffer) => Buffer | undefined,
): Promise<string> {
  const changed = `${file}.changed`
  const archive = await ArchiveWriter.create(changed, 0)
  for await (const entry of entriesIn(file)) {
    const bytes = change(entry.name, await bytesOf(entry, 1e9))
    if (bytes !== undefined) await archive.add(entry.name, bytes)
  }
  await archive.finish()
  return changed
}

test('archives of dossiers are in a backup: nothing else has them for ten years', async (t) => {
  const { server, settings, file } = await atWork(t)
  const officer = await signedIn(server, [{ role: 'securityOfficer', product: '*' }])
  const path = `/products/${PRODUCT}/dossiers`
  const { body: begun } = await officer.call('POST', path, {})
  const dossier = await until(
    async () => {
      const { body } = await officer.call('GET', `${path}/${begun.version}`)
      return body.state === 'built' && body
    },
    () => 'a dossier',
  )
  await server.stop()
  await run(backup, settings, { to: file, 'with-artifacts': true })
  const names: string[] = []
  for await (const entry of entriesIn(file)) {
    names.push(entry.name)
    await bytesOf(entry, 1e9)
  }
  assert.ok(names.includes(artifactPath(dossier.sha256)), names.join(' '))
})

const flipped = (bytes: Buffer, at: number) => {
  const copy = Buffer.from(bytes)
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at)
  return copy
}

const refused = (message: RegExp) => ({ name: 'CommandRefused', message })

test('a backup that was changed anywhere is refused before anything is written', async (t) => {
  const { server, settings, file } = await atWork(t)
  await run(backup, settings, { to: file, 'with-artifacts': true })
  const folder = await target(t, server)
  const there = await settingsOf(folder)
  const isFirst = (prefix: string) => {
    let met = 0
    return (name: string) => name.startsWith(prefix) && ++met === 1
  }
  const cases: [what: string, make: () => Promise<string>][] = [
    [
      'cut off',
      async () => {
        await writeFile(`${file}.cut`, (await readFile(file)).subarray(0, -2000))
        return `${file}.cut`
      },
    ],
    [
      'no backup',
      async () => {
        await writeFile(`${file}.text`, 'A'.repeat(2048))
        return `${file}.text`
      },
    ],
    ...(['tables/products', 'artifacts/'] as const).map(
      (prefix): [string, () => Promise<string>] => [
        `a byte of ${prefix}`,
        () => {
          const first = isFirst(prefix)
          return rewritten(file, (name, bytes) => (first(name) ? flipped(bytes, 20) : bytes))
        },
      ],
    ),
    [
      'a part left out',
      () => {
        const first = isFirst('tables/products')
        return rewritten(file, (name, bytes) => (first(name) ? undefined : bytes))
      },
    ],
    [
      'no manifest',
      () => rewritten(file, (name, bytes) => (name === 'manifest.json' ? undefined : bytes)),
    ],
    [
      'a manifest that was made to fit',
      () =>
        rewritten(file, (name, bytes) => {
          if (name !== 'manifest.json') return bytes
          const manifest = JSON.parse(bytes.toString())
          return Buffer.from(JSON.stringify({ ...manifest, createdAt: manifest.createdAt - 1 }))
        }),
    ],
  ]
  for (const [what, make] of cases) {
    const changed = await make()
    await assert.rejects(run(restore, there, { from: changed }), { name: 'CommandRefused' }, what)
    await rm(changed)
    assert.ok(!existsSync(join(folder, 'fleetward.db')), what)
  }
  // The one that nobody touched goes in.
  await run(restore, there, { from: file })
})

test('a backup that is exchanged after it was verified is refused as well', async (t) => {
  const { server, settings, file } = await atWork(t)
  await run(backup, settings, { to: file, 'with-artifacts': true })
  const other = await rewritten(file, (name, bytes) =>
    name.startsWith('tables/products/')
      ? gzipSync(
          gunzipSync(bytes)
            .toString()
            .replace(/\d{10}/, '1000000000'),
        )
      : bytes,
  )
  const folder = await target(t, server)
  let isExchanged = false
  const exchange = (line: string) => {
    if (!line.startsWith('artifact 1 of ')) return
    renameSync(other, file)
    isExchanged = true
  }
  const restored = run(restore, await settingsOf(folder), { from: file }, exchange)
  await assert.rejects(restored, refused(/products.* was changed/))
  assert.ok(isExchanged)
  assert.ok(!existsSync(join(folder, 'fleetward.db')))
})

test('a backup opens with the key it was made under and no other', async (t) => {
  const { settings, file } = await atWork(t)
  await run(backup, settings, { to: file })
  const folder = await folderFor(t)
  await assert.rejects(
    run(restore, await settingsOf(folder), { from: file }),
    refused(/key is missing/),
  )
  const other = await TestServer.start(t)
  await cp(join(other.folder, 'seal-key'), join(folder, 'seal-key'))
  await assert.rejects(
    run(restore, await settingsOf(folder), { from: file }),
    refused(/not sealed under/),
  )
})

test('nothing is written over: no backup, no server', async (t) => {
  const { server, settings, file } = await atWork(t)
  await run(backup, settings, { to: file })
  const digest = async () =>
    createHash('sha256')
      .update(await readFile(file))
      .digest('hex')
  const before = await digest()
  await assert.rejects(run(backup, settings, { to: file }), refused(/there already/))
  assert.equal(await digest(), before)
  await assert.rejects(run(restore, settings, { from: file }), refused(/already/))
  assert.equal((await server.of('GET', '/releases')).status, 200)
})

test('a restore that breaks off in the middle leaves nothing to start on, and can be repeated', async (t) => {
  const { server, settings, file } = await atWork(t)
  await run(backup, settings, { to: file })
  const folder = await target(t, server)
  const there = await settingsOf(folder)
  const killed = (line: string) => {
    if (/^[a-z_]+: \d+ rows$/.test(line)) throw new Error('killed')
  }
  await assert.rejects(run(restore, there, { from: file }, killed), { message: 'killed' })
  assert.ok(!existsSync(join(folder, 'fleetward.db')))
  await run(restore, there, { from: file })
})

test('a backup that breaks off leaves no file that looks like one', async (t) => {
  const { settings, file, folder } = await atWork(t)
  const killed = () => {
    throw new Error('killed')
  }
  await assert.rejects(run(backup, settings, { to: file }, killed), { message: 'killed' })
  assert.ok(!existsSync(file))
  assert.deepEqual(await readdir(folder), [])
})
