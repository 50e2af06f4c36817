/**
 * Counts a fleet in few passes, each along one index: devices by version, cohort and country in the order of
 * `devices_exposed`, stays by version in that of `device_stays_by_version`. A million devices are not sorted, and no row
 * is looked up.
 */
import { type Kysely, type RawBuilder, sql } from 'kysely'
import { versionKey, versionOfKey } from '../../../devices/version-key.ts'
import { EXPOSED_STATES, type Moment } from '../../../exposure/exposed-state.ts'
import {
  type CountedGroup,
  type ExposureStore,
  type FirstVersion,
  type OnVersions,
  type ProtectionStep,
  STEP_SECONDS,
} from '../../../exposure/exposure-store.ts'
import type { Tables } from '../database.ts'
import { engineOf } from '../engine.ts'
import { exposedStateSql } from './state-sql.ts'

export class SqlExposureStore implements ExposureStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async versions(product: string): Promise<readonly string[]> {
    // From one version to the next in the index: a million devices have few.
    const next = (after: RawBuilder<unknown>) =>
      sql`SELECT min(version_key) AS key FROM devices WHERE product = ${product} AND ${after}`
    const { rows } = await sql<{ key: string }>`
      WITH RECURSIVE versions(key) AS (
        SELECT key FROM (${next(sql`version_key IS NOT NULL`)}) AS first
        UNION ALL
        SELECT (${next(sql`version_key > versions.key`)}) FROM versions WHERE versions.key IS NOT NULL
      ) SELECT key FROM versions WHERE key IS NOT NULL
    `.execute(this.#database)
    return rows.map(({ key }) => versionOfKey(key))
  }

  async firstVersions(product: string): Promise<readonly FirstVersion[]> {
    const { rows } = await sql<{ version: string; devices: number }>`
      SELECT version, count(*) AS devices FROM device_stays
      WHERE product = ${product} AND came_from IS NULL GROUP BY version
    `.execute(this.#database)
    const known = rows.map(({ version, devices }) => ({ version, devices: Number(devices) }))
    const reported = await this.#count(sql`product = ${product} AND version_key IS NOT NULL`)
    const unknown = known.reduce((left, { devices }) => left - devices, reported)
    return unknown > 0 ? [...known, { version: undefined, devices: unknown }] : known
  }

  async running({ product, versions }: OnVersions): Promise<number> {
    if (versions.length === 0) return 0
    return this.#count(sql`product = ${product} AND version_key IN (${keys(versions)})`)
  }

  neverReported(product: string): Promise<number> {
    return this.#count(
      sql`product = ${product} AND version_key IS NULL AND decommissioned_at IS NULL`,
    )
  }

  async #count(where: RawBuilder<unknown>): Promise<number> {
    const { rows } = await sql<{ devices: number }>`
      SELECT count(*) AS devices FROM ${this.#devices()} WHERE ${where}
    `.execute(this.#database)
    return Number(rows[0]?.devices ?? 0)
  }

  async exposed({ product, versions }: OnVersions, at: Moment): Promise<readonly CountedGroup[]> {
    if (versions.length === 0) return []
    const sums = EXPOSED_STATES.map(
      (state) => sql`sum(CASE state WHEN ${state} THEN 1 ELSE 0 END) AS ${sql.ref(state)}`,
    )
    const { rows } = await sql<Row>`
      SELECT version_key, cohort, country, ${sql.join(sums)} FROM (
        SELECT version_key, cohort, country, ${exposedStateSql(at)} AS state FROM ${this.#devices()}
        WHERE product = ${product} AND version_key IN (${keys(versions)})
      ) AS device GROUP BY version_key, cohort, country
    `.execute(this.#database)
    return rows.map(({ version_key, cohort, country, ...counts }) => ({
      ...{ version: versionOfKey(version_key), cohort, country: country ?? undefined },
      counts: {
        ...{ unsupported: Number(counts.unsupported), offline: Number(counts.offline) },
        ...{ optedOut: Number(counts.optedOut), postponed: Number(counts.postponed) },
        pending: Number(counts.pending),
      },
    }))
  }

  async protectedBySteps(on: OnVersions, of: Left): Promise<readonly ProtectionStep[]> {
    if (on.versions.length === 0) return []
    const { rows } = await sql<StepRow>`
      SELECT until / ${sql.lit(STEP_SECONDS)} AS step, sum(devices) AS devices FROM (
        SELECT stay.until, count(*) AS devices FROM device_stays AS stay
        WHERE ${leftThem(on, of)} GROUP BY stay.version, stay.until
      ) AS left_then GROUP BY 1 ORDER BY 1
    `.execute(this.#database)
    const notForGood = await this.#notForGood(on, of)
    return rows.flatMap(({ step, devices }) => {
      const count = Number(devices) - (notForGood.get(Number(step)) ?? 0)
      return count === 0 ? [] : [{ at: (Number(step) + 1) * STEP_SECONDS, devices: count }]
    })
  }

  /**
   * Left, and came back, or run nobody knows what by now: mostly few, so that it is quicker to begin with them than to ask
   * of everybody. A device leaves at one time once.
   *
   * SQLite would look for each of them among all stays on these versions: behind a unary plus, which changes no value,
   * a column has no index, and what is left is the device's own few stays.
   */
  async #notForGood(on: OnVersions, of: Left): Promise<ReadonlyMap<number, number>> {
    const { product } = on
    const plus = engineOf(this.#database) === 'sqlite' ? sql`+` : sql``
    const leftThen = leftThem(on, of, plus)
    const { rows } = await sql<StepRow>`
      SELECT until / ${sql.lit(STEP_SECONDS)} AS step, count(*) AS devices FROM (
        SELECT stay.device, stay.until FROM device_stays AS later
          CROSS JOIN device_stays AS stay
          WHERE later.product = ${product} AND later.version IN (${sql.join(on.versions)})
            AND later.since > ${of.knownAt} AND later.came_from NOT IN (${sql.join(on.versions)})
            AND stay.device = later.device AND ${plus}stay.until <= later.since AND ${leftThen}
        UNION
        SELECT stay.device, stay.until FROM devices AS other CROSS JOIN device_stays AS stay
          WHERE other.product = ${product} AND ${isOtherwise(of.others)}
            AND stay.device = other.id AND ${leftThen}
      ) AS not_for_good GROUP BY 1
    `.execute(this.#database)
    return new Map(rows.map(({ step, devices }) => [Number(step), Number(devices)]))
  }

  async exposedSeconds(
    { product, versions }: OnVersions,
    { knownAt, now }: { readonly knownAt: number; readonly now: number },
  ) {
    if (versions.length === 0) return { seconds: 0, isAtLeast: false }
    const { rows } = await sql<{ seconds: number | null; least: number | null }>`
      SELECT sum(coalesce(until, ${now}) - CASE WHEN since > ${knownAt} THEN since ELSE ${knownAt} END) AS seconds,
        max(CASE WHEN began_before = 1 AND since > ${knownAt} THEN 1 ELSE 0 END) AS least
      FROM device_stays WHERE product = ${product} AND version IN (${sql.join(versions)})
        AND (until IS NULL OR until > ${knownAt}) AND since <= ${now}
    `.execute(this.#database)
    const [row] = rows
    return { seconds: Math.max(0, Number(row?.seconds ?? 0)), isAtLeast: Number(row?.least) === 1 }
  }

  async matchedVersions(product: string): Promise<ReadonlySet<string>> {
    const query = this.#database.selectFrom('release_matches').select('version')
    const rows = await query.where('product', '=', product).execute()
    return new Set(rows.map(({ version }) => version))
  }

  async countries(product: string, versions: readonly string[] | undefined) {
    if (versions?.length === 0) return []
    const among = versions === undefined ? sql`` : sql`AND version_key IN (${keys(versions)})`
    const { rows } = await sql<{ country: string | null; devices: number }>`
      SELECT country, sum(devices) AS devices FROM (
        SELECT country, count(*) AS devices FROM ${this.#devices()}
        WHERE product = ${product} AND decommissioned_at IS NULL ${among}
        GROUP BY version_key, cohort, country
      ) AS grouped GROUP BY country ORDER BY devices DESC, country
    `.execute(this.#database)
    return rows.map(({ country, devices }) => ({
      country: country ?? undefined,
      devices: Number(devices),
    }))
  }

  #devices(): RawBuilder<unknown> {
    const isSqlite = engineOf(this.#database) === 'sqlite'
    return isSqlite ? sql`devices INDEXED BY devices_exposed` : sql`devices`
  }
}

type Row = { version_key: string; cohort: string; country: string | null } & Record<
  (typeof EXPOSED_STATES)[number],
  number
>

interface StepRow {
  readonly step: number
  readonly devices: number
}

interface Left {
  readonly knownAt: number
  readonly others: readonly string[]
}

/** Stays on one of the versions that ended with another one, and after it was known. */
function leftThem(
  { product, versions }: OnVersions,
  { knownAt }: Left,
  plus: RawBuilder<unknown> = sql``,
): RawBuilder<unknown> {
  const list = sql.join(versions)
  return sql`${plus}stay.product = ${product} AND ${plus}stay.version IN (${list})
    AND ${plus}stay.until > ${knownAt} AND stay.left_for NOT IN (${list})`
}

function isOtherwise(others: readonly string[]): RawBuilder<unknown> {
  if (others.length === 0) return sql`other.version_key IS NULL`
  return sql`(other.version_key IS NULL OR other.version_key IN (${keys(others)}))`
}

function keys(versions: readonly string[]): RawBuilder<unknown> {
  return sql.join(versions.map((version) => versionKey(version) ?? ''))
}
