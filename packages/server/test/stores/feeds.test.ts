/** Feeds into the database and out of it again, on both engines, with real records. CRA P-036, P-039, P-040 */
import assert from 'node:assert/strict'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Kysely } from 'kysely'
import { SERVER_ACTOR } from '../../src/accounts/actor.ts'
import type { Tables } from '../../src/adapters/sql/database.ts'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import type { Control, FeedKind } from '../../src/feeds/feed.ts'
import { importFeed } from '../../src/feeds/import-feed.ts'
import { keepFindings } from '../../src/findings/keep-findings.ts'
import { Matcher, matchSbom } from '../../src/findings/match-release.ts'
import { indexSbom } from '../../src/sboms/index-sbom.ts'
import type { Database } from '../../src/stores.ts'
import { eachEngine } from '../support/engines.ts'
import { gatewaySbom, inMemory } from '../support/gateway-sbom.ts'

const DATA = join(import.meta.dirname, '../../../vulnerability/test-data')
const clock = { at: 1_795_000_000_000, now: () => new Date(clock.at) }
const by = { actor: SERVER_ACTOR }

function importing(
  database: Database,
  kind: FeedKind,
  path: string,
  more: { control?: Control; sha256?: string } = {},
) {
  const wish = { feed: kind, kind, source: 'test', control: more.control }
  return importFeed({ database, clock }, wish, { path, sha256: more.sha256 }, by)
}

async function folderOfOsv(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-osv-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  await cp(join(DATA, 'osv'), folder, { recursive: true })
  return folder
}

async function matched(database: Database, version: string) {
  const { bytes, sha256 } = gatewaySbom(version)
  assert.ok(await indexSbom({ database, clock, artifacts: inMemory([bytes]) }, sha256))
  const matcher = new Matcher()
  try {
    const generation = await database.feeds.revision()
    const known = { revision: generation, covers: await database.feeds.covers() }
    const answer = await matchSbom(database, matcher, sha256, known)
    assert.ok(answer)
    const { holes, coverage } = answer
    const at = Math.floor(clock.at / 1000)
    await database.transaction((stores) =>
      keepFindings(stores, 'lumen', { version, sbom: sha256, generation, at, coverage }, holes),
    )
    return { holes, coverage }
  } finally {
    await matcher.stop()
  }
}

async function withProduct(connection: Kysely<Tables>): Promise<Database> {
  const database = sqlStores(connection)
  await connection
    .insertInto('products')
    .values({ id: 'lumen', created_at: 0 } as never)
    .execute()
  return database
}

const swept = async (database: Database) => {
  while ((await database.feeds.sweep(500)) > 0);
}

eachEngine(
  'systeminformation 5.2.5 is found, and exploited as soon as KEV says so',
  async (connection, t) => {
    const database = await withProduct(connection)
    const osv = await importing(database, 'osv', await folderOfOsv(t))
    assert.deepEqual([osv.records, osv.control], [3, 'hit'])
    await matched(database, '1.4.2')
    const query = { product: 'lumen', withEnded: true, limit: 10 }
    const [before] = await database.findings.list(query)
    assert.deepEqual(
      [before?.name, before?.component, before?.isExploited],
      ['CVE-2021-21315', 'pkg:npm/systeminformation', false],
    )
    // GitHub's record has no vector.
    assert.equal(before?.rating, 'unknown')

    const kev = await importing(database, 'kev', join(DATA, 'kev.json.gz'))
    assert.deepEqual([kev.records, kev.control], [1404, 'hit'])
    await matched(database, '1.4.2')
    await matched(database, '1.4.2')
    const [after] = await database.findings.list(query)
    assert.deepEqual([after?.id, after?.isExploited], [before?.id, true])
    await database.events.order()
    const events = (await database.events.after(0, 100)).map(({ type }) => type)
    assert.deepEqual(
      [...new Set(events)].map((type) => [type, events.filter((one) => one === type).length]),
      [
        ['finding.found', (await database.findings.list(query)).length],
        ['finding.newly-exploited', 1],
      ],
    )

    await matched(database, '1.4.3')
    const releases = await database.findings.releases(before?.id ?? '')
    assert.deepEqual(
      releases.map(({ version, componentVersion }) => [version, componentVersion]),
      [['1.4.2', '5.2.5']],
    )
  },
)

eachEngine(
  'an import that ends between two chunks changes nothing and is swept away',
  async (connection, t) => {
    const database = await withProduct(connection)
    const first = await importing(database, 'osv', await folderOfOsv(t))
    const count = async () => {
      const { count: rows } = await connection
        .selectFrom('vulnerability_keys')
        .select((row) => row.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      return rows
    }
    const whole = await count()

    // As a kill leaves it: begun, a chunk written, nobody there any more.
    const generation = await database.feeds.begin('osv', 0)
    const row = { id: 'X-1', publisher: '', modifiedAt: '2026-01-01T00:00:00Z', record: '{}' }
    const key = { kind: 'package', space: 'npm', name: 'systeminformation' } as const
    await database.feeds.write(generation, 0, {
      ...{ exploited: [], epss: [] },
      vulnerabilities: [{ ...row, withdrawnAt: undefined, keys: [key] }],
    })
    assert.deepEqual(await database.feeds.find('osv'), first)
    assert.equal((await database.feeds.byKeys([key])).length, 1)
    await swept(database)
    assert.equal(await count(), whole + 1, 'an import under way is left alone')
    await database.feeds.giveUp(1)
    assert.equal(await database.feeds.stillImports(generation, 5), false)
    await swept(database)
    assert.equal(await count(), whole)

    const folder = await folderOfOsv(t)
    await writeFile(join(folder, 'zzz.zip'), 'PK\u0003\u0004 and no archive')
    await assert.rejects(importing(database, 'osv', folder), { code: 'FEED_REFUSED' })
    assert.deepEqual(await database.feeds.find('osv'), first)
    await swept(database)
    assert.equal(await count(), whole)
  },
)

eachEngine('the next import takes the place of the one before', async (connection, t) => {
  const database = await withProduct(connection)
  const folder = await folderOfOsv(t)
  const first = await importing(database, 'osv', folder)
  await rm(join(folder, 'GHSA-2m8v-572m-ff2v.json'))
  const second = await importing(database, 'osv', folder)
  assert.ok(second.generation > first.generation)
  assert.deepEqual([second.records, second.control], [2, 'missed'])
  const key = { kind: 'package', space: 'npm', name: 'systeminformation' } as const
  assert.deepEqual(await database.feeds.byKeys([key]), [])
  await swept(database)
  const { rows } = { rows: await connection.selectFrom('vulnerabilities').select('id').execute() }
  assert.equal(rows.length, 2)
  assert.equal((await database.feeds.list()).length, 1)
})

eachEngine(
  'a feed is not imported as another kind, nor with another digest than expected',
  async (connection, t) => {
    const database = await withProduct(connection)
    const path = join(DATA, 'kev.json.gz')
    await assert.rejects(importing(database, 'kev', path, { sha256: '0'.repeat(64) }), {
      code: 'FEED_REFUSED',
      facts: { reason: 'FEED_DIGEST_MISMATCH' },
    })
    assert.deepEqual(await database.feeds.list(), [])
    await importing(database, 'kev', path)
    const wish = { feed: 'kev', kind: 'osv', source: '', control: undefined } as const
    const source = { path: await folderOfOsv(t), sha256: undefined }
    await assert.rejects(importFeed({ database, clock }, wish, source, by), {
      code: 'FEED_OF_ANOTHER_KIND',
    })
  },
)
