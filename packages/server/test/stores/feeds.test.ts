/** Feeds into the database and out of it again, on both engines, with real records. CRA P-036, P-039, P-040 */
import assert from 'node:assert/strict'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Kysely } from 'kysely'
import { pino } from 'pino'
import { targetFileOf } from '../../../../test/support/signed-messages.ts'
import { plausibleRelease } from '../../../../test/support/signed-product.ts'
import { SERVER_ACTOR } from '../../src/accounts/actor.ts'
import type { Tables } from '../../src/adapters/sql/database.ts'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import { versionKey } from '../../src/devices/version-key.ts'
import type { Control, FeedKind } from '../../src/feeds/feed.ts'
import { importFeed } from '../../src/feeds/import-feed.ts'
import { suppliersOn } from '../../src/findings/answers.ts'
import { FindingWatch } from '../../src/findings/finding-watch.ts'
import { keepFindings } from '../../src/findings/keep-findings.ts'
import { Matcher, matchSbom } from '../../src/findings/match-release.ts'
import { encodeTarget } from '../../src/releases/release-target.ts'
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
        ['case.suggested', 1],
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
      ...{ statements: [], exploited: [], epss: [] },
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

type Named = { readonly vulnerability: string }

const EUVD = [
  {
    cveId: 'CVE-2021-44228',
    euvdId: 'EUVD-2021-1',
    dateAdded: '2025-10-06',
    sources: ['cisa_kev'],
  },
  { cveId: 'CVE-2021-21315', euvdId: 'EUVD-2021-2', dateAdded: '2025-10-06', sources: ['eukev'] },
]

async function jsonFile(t: TestContext, content: unknown): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-feed-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'feed.json'), JSON.stringify(content))
  return join(folder, 'feed.json')
}

eachEngine(
  'what comes onto the list of the EUVD is newly exploited, once',
  async (connection, t) => {
    const database = await withProduct(connection)
    await importing(database, 'osv', await folderOfOsv(t))
    await matched(database, '1.4.2')
    const euvd = await importing(database, 'euvd', await jsonFile(t, EUVD))
    assert.equal(euvd.control, 'hit')
    await matched(database, '1.4.2')
    await matched(database, '1.4.2')
    const [finding] = await database.findings.list({ product: 'lumen', withEnded: true, limit: 10 })
    assert.deepEqual([finding?.name, finding?.isExploited], ['CVE-2021-21315', true])
    await database.events.order()
    const told = (await database.events.after(0, 100)).filter(
      ({ type }) => type === 'finding.newly-exploited',
    )
    assert.equal(told.length, 1)
  },
)

eachEngine('a hole that is exploited when it is found is told as both', async (connection, t) => {
  const database = await withProduct(connection)
  await importing(database, 'kev', join(DATA, 'kev.json.gz'))
  await importing(database, 'osv', await folderOfOsv(t))
  await matched(database, '1.4.2')
  await matched(database, '1.4.2')
  await database.events.order()
  const events = await database.events.after(0, 100)
  const of = (wanted: string) =>
    events.filter(({ type }) => type === wanted).map(({ data }) => (data as Named).vulnerability)
  assert.ok(of('finding.found').includes('CVE-2021-21315'))
  assert.deepEqual(of('finding.newly-exploited'), ['CVE-2021-21315'])
})

eachEngine(
  'a withdrawn release is matched as long as a device runs it, and after a feed changes too',
  async (connection, t) => {
    const database = await withProduct(connection)
    const { bytes, sha256 } = gatewaySbom('1.4.2')
    const plausible = plausibleRelease('functionality', '1.4.2', Buffer.from('firmware'))
    const release = { ...plausible, product: 'lumen', sbom: { ...plausible.sbom, sha256 } }
    const target = encodeTarget(targetFileOf(release))
    await database.releases.list('lumen', 'functionality', [{ release, target }], 0)
    await database.releases.withdraw('lumen', '1.4.2', 1)
    const device = { id: 'lumen-1', product: 'lumen', cohort: 'homes', enrolled_at: 0, online: 0 }
    const running = { version: '1.4.2', version_key: versionKey('1.4.2') }
    await connection
      .insertInto('devices')
      .values({ ...device, ...running } as never)
      .execute()
    const watch = new FindingWatch({
      ...{ database, clock, artifacts: inMemory([bytes]), instances: { leads: () => true } },
      log: pino({ level: 'silent' }),
    })
    const open = async () =>
      (await database.findings.list({ product: 'lumen', withEnded: false, limit: 10 })).length
    await watch.tick()
    assert.equal(await open(), 0)
    await importing(database, 'osv', await folderOfOsv(t))
    await watch.tick()
    assert.equal(await open(), 1)
    await connection
      .updateTable('devices')
      .set({ version: '1.4.3', version_key: versionKey('1.4.3') } as never)
      .execute()
    await watch.tick()
    assert.equal(await open(), 0)
  },
)

const SUPPLIER = {
  document: {
    ...{ category: 'csaf_vex', csaf_version: '2.0', title: 'systeminformation' },
    publisher: { category: 'vendor', name: 'A supplier', namespace: 'https://example.org' },
    tracking: {
      ...{ id: 'SUP-1', status: 'final', version: '1' },
      current_release_date: '2026-03-17T13:03:42Z',
      initial_release_date: '2026-03-17T13:03:42Z',
    },
  },
  product_tree: {
    full_product_names: [
      {
        ...{ name: 'systeminformation', product_id: 'P' },
        product_identification_helper: { purl: 'pkg:npm/systeminformation@5.2.5' },
      },
    ],
  },
  vulnerabilities: [
    {
      cve: 'CVE-2021-21315',
      product_status: { known_not_affected: ['P'] },
      flags: [{ label: 'vulnerable_code_not_in_execute_path', product_ids: ['P'] }],
    },
  ],
}

eachEngine(
  'what a supplier says of the very package is a suggestion, and of another version it is none',
  async (connection, t) => {
    const database = await withProduct(connection)
    await importing(database, 'csaf', await jsonFile(t, SUPPLIER))
    const names = ['CVE-2021-21315']
    const statements = await database.feeds.statementsOn(names)
    const on = (purl: string, endedAt?: number) =>
      suppliersOn({ names }, [{ purl, endedAt }], statements, clock.at / 1000).map(
        ({ verdict, by }) => [verdict.status, by.kind],
      )
    assert.deepEqual(on('pkg:npm/systeminformation@5.2.5'), [['not_affected', 'import']])
    assert.deepEqual(on('pkg:npm/systeminformation@5.2.4'), [])
    assert.deepEqual(on('pkg:npm/systeminformation@5.2.5', 1), [])
    assert.deepEqual(await database.feeds.statementsOn(['CVE-2021-1']), [])
    // Taken back by the next document of the same name: gone with the import.
    await importing(database, 'csaf', await jsonFile(t, { ...SUPPLIER, vulnerabilities: [] }))
    assert.deepEqual(await database.feeds.statementsOn(names), [])
    await swept(database)
  },
)
