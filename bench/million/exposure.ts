/**
 * How exposed a million devices are to one CVE, on both databases: three of five versions have the hole, half of the
 * fleet still runs one of them, and the other half left them in the ten days since it is known; every fiftieth of those
 * had come back once. Asked in a process of its own, whose peak memory is its own too.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import {
  type DatabasePlace,
  openDatabase,
  type Tables,
} from '../../packages/server/src/adapters/sql/database.ts'
import { sqlStores } from '../../packages/server/src/adapters/sql/sql-stores.ts'
import type { Finding } from '../../packages/server/src/findings/finding.ts'
import { encodeTarget } from '../../packages/server/src/releases/release-target.ts'
import { RunningPostgres } from '../../packages/server/test/support/postgres.ts'
import { targetFileOf } from '../../test/support/signed-messages.ts'
import { plausibleRelease } from '../../test/support/signed-product.ts'
import { type Figure, median } from '../figure.ts'
import { DEVICES_COUNT, fillDevicesAlone, ID, intoEach, NOW, PRODUCT } from './devices.ts'

const DAY = 86_400
/** Issue 5. */
const GOAL_MS = 2_000
const AFFECTED = ['1.1.9', '1.4.2', '1.4.3']
const SAFE = ['1.5.0', '2.0.0']
const KNOWN_AT = NOW - 10 * DAY
const CVE = 'CVE-2021-21315'

export async function exposureBench(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'fleetward-exposure-'))
  const figures: Figure[] = []
  try {
    figures.push(await measured('SQLite', { file: join(folder, 'fleetward.db') }))
  } finally {
    rmSync(folder, { recursive: true })
  }
  const postgres = await RunningPostgres.start()
  try {
    figures.push(await measured('PostgreSQL', await postgres.database()))
  } finally {
    await postgres.stop()
  }
  return figures
}

async function measured(engine: string, place: DatabasePlace): Promise<Figure> {
  const database = await openDatabase(place)
  try {
    if (engine === 'SQLite') {
      await sql`pragma synchronous = off`.execute(database)
      await sql`pragma cache_size = -1000000`.execute(database)
    }
    process.stderr.write(`  ${DEVICES_COUNT} devices are written to ${engine} …\n`)
    await fill(database)
    if (engine === 'PostgreSQL') await sql`vacuum analyze`.execute(database)
  } finally {
    await database.destroy()
  }
  const asker = join(import.meta.dirname, 'exposure-asker.ts')
  const text = execFileSync(process.execPath, [asker, JSON.stringify(place)], { encoding: 'utf8' })
  const { tookMs, cpuMs, peakMemoryMiB, counts } = JSON.parse(text) as {
    readonly tookMs: readonly number[]
    readonly cpuMs: readonly number[]
    readonly peakMemoryMiB: number
    readonly counts: object
  }
  process.stderr.write(
    `  ${engine}: ${tookMs.map(Math.round).join(', ')} ms ${JSON.stringify(counts)}\n`,
  )
  return {
    what: `1,000,000 devices, ${engine}, exposure to one CVE: all figures`,
    ...{ median: median(tookMs), unit: 'ms', runs: tookMs.length, goal: GOAL_MS, peakMemoryMiB },
    // PostgreSQL's work is in its own processes.
    ...(engine === 'SQLite' ? { cpuSeconds: median(cpuMs) / 1000 } : {}),
  }
}

async function fill(database: Kysely<Tables>): Promise<void> {
  await fillDevicesAlone(database, {
    country: `case i % 4 when 0 then 'DE' when 1 then 'FR' when 2 then 'US' end`,
    last_seen_at: `${NOW} - case when i % 50 = 1 then 10 * ${DAY} else i % 50000 end`,
    opted_out: 'case when i % 97 = 0 then 1 else 0 end',
    postponed_until: `case when i % 31 = 0 then ${NOW + DAY} end`,
  })
  const isSafe = 'i % 4 in (2, 3) and i % 100 <> 0'
  const left = `${KNOWN_AT} + 1 + (i * 7) % ${10 * DAY - 3}`
  const stay = (values: Record<string, string>, where: string) =>
    intoEach(
      database,
      'device_stays',
      { device: ID, product: `'${PRODUCT}'`, began_before: '0', ...values },
      where,
    )
  const now = `case when i % 100 = 0 then '1.1.9' when i % 4 = 0 then '1.4.2' else '1.4.3' end`
  const longAgo = String(NOW - 300 * DAY)
  await stay({ since: longAgo, until: 'null', version: now }, `not (${isSafe})`)
  const newer = `case when i % 4 = 2 then '1.5.0' else '2.0.0' end`
  await stay({ since: longAgo, until: left, version: `'1.4.3'`, left_for: newer }, isSafe)
  const after = { version: newer, came_from: `'1.4.3'` }
  await stay({ ...after, since: left, until: 'null' }, `${isSafe} and i % 50 <> 3`)
  const briefly = { ...after, since: left, until: `${left} + 1`, left_for: `'1.4.3'` }
  await stay(briefly, `${isSafe} and i % 50 = 3`)
  const back = { since: `${left} + 1`, until: `${left} + 2`, version: `'1.4.3'` }
  await stay({ ...back, came_from: newer, left_for: newer }, `${isSafe} and i % 50 = 3`)
  await stay({ ...after, since: `${left} + 2`, until: 'null' }, `${isSafe} and i % 50 = 3`)
  await addFinding(database)
}

/** The hole, in the releases that have it. */
export async function addFinding(database: Kysely<Tables>): Promise<void> {
  const stores = sqlStores(database)
  const releases = [...AFFECTED, ...SAFE].map((version) => {
    const release = {
      ...plausibleRelease('security', version, Buffer.from(version)),
      product: PRODUCT,
    }
    return { release, target: encodeTarget(targetFileOf(release)) }
  })
  await stores.releases.list(PRODUCT, 'security', releases, NOW - DAY)
  const finding: Finding = {
    ...{ id: '01234567-89ab-4cde-8f01-23456789abcd', product: PRODUCT, name: CVE, names: [CVE] },
    ...{ component: 'pkg:npm/systeminformation', componentName: 'systeminformation' },
    ...{ upstream: [], summary: '', rating: 'high', score: 7.1, vector: undefined },
    ...{ isExploited: true, exploitedAt: KNOWN_AT, epss: undefined, epssPercentile: undefined },
    ...{ firstSeenAt: KNOWN_AT, lastSeenAt: NOW, endedAt: undefined },
  }
  await stores.findings.save([finding])
  for (const version of AFFECTED) {
    const seen = {
      ...{ finding: finding.id, product: PRODUCT, version, ref: 'systeminformation', why: [] },
      ...{ componentVersion: '5.2.5', purl: undefined, generation: 1, at: KNOWN_AT },
    }
    await stores.findings.seen([seen])
  }
  const coverage = {
    ...{ componentCount: 1, lookedUpCount: 1, notLookedUp: [], notLookedUpCounts: {} },
    ...{ undecided: [], undecidedCounts: {}, sourceAssumedCount: 0 },
  }
  for (const version of [...AFFECTED, ...SAFE]) {
    const matched = { version, sbom: '2e'.repeat(32), generation: 1, at: KNOWN_AT, coverage }
    await stores.findings.saveMatched(PRODUCT, matched)
  }
}
