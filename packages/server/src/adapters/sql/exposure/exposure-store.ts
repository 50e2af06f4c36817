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

  async versions(product: string) {
    const { rows } = await sql<{ key: string | null; devices: number }>`
      SELECT version_key AS key, count(*) AS devices FROM ${this.#devices()}
      WHERE product = ${product} AND decommissioned_at IS NULL GROUP BY version_key
    `.execute(this.#database)
    return rows.map(({ key, devices }) => ({
      version: key === null ? undefined : versionOfKey(key),
      devices: Number(devices),
    }))
  }

  async exposed({ product, versions }: OnVersions, at: Moment): Promise<readonly CountedGroup[]> {
    if (versions.length === 0) return []
    const sums = EXPOSED_STATES.map(
      (state) => sql`sum(CASE state WHEN ${state} THEN 1 ELSE 0 END) AS ${sql.ref(state)}`,
    )
    const { rows } = await sql<Row>`
      SELECT version_key, cohort, country, ${sql.join(sums)} FROM (
        SELECT version_key, cohort, country, ${exposedStateSql(at)} AS state FROM ${this.#devices()}
        WHERE product = ${product} AND version_key IN (${keys(versions)}) AND decommissioned_at IS NULL
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

  async protectedBySteps(
    { product, versions }: OnVersions,
    { knownAt, others }: { readonly knownAt: number; readonly others: readonly string[] },
  ): Promise<readonly ProtectionStep[]> {
    if (versions.length === 0) return []
    const asked = { product, versions, knownAt, others }
    const leftFor = engineOf(this.#database) === 'sqlite' ? leftAmongFew(asked) : leftByJoin(asked)
    const { rows } = await sql<{ step: number; devices: number }>`
      SELECT until / ${sql.lit(STEP_SECONDS)} AS step, sum(devices) AS devices FROM (
        SELECT stay.until AS until, count(*) AS devices FROM device_stays AS stay
        WHERE stay.product = ${product} AND stay.version IN (${sql.join(versions)})
          AND stay.until > ${knownAt} AND ${leftFor}
        GROUP BY stay.version, stay.until
      ) AS left_then GROUP BY 1 ORDER BY 1
    `.execute(this.#database)
    return rows.map(({ step, devices }) => ({
      at: (Number(step) + 1) * STEP_SECONDS,
      devices: Number(devices),
    }))
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

interface Left extends OnVersions {
  readonly knownAt: number
  readonly others: readonly string[]
}

/** Of SQLite: who came back to an affected version, and who runs nobody knows what, are mostly few and found at first. */
function leftAmongFew(left: Left): RawBuilder<unknown> {
  const { product, versions, knownAt, others } = left
  return sql`stay.device NOT IN (
      SELECT id FROM devices WHERE product = ${product} AND ${isOtherwise(others)}
    ) AND (
      stay.device NOT IN (
        SELECT device FROM device_stays
        WHERE product = ${product} AND version IN (${sql.join(versions)}) AND since > ${knownAt}
      ) OR NOT EXISTS (${returned(left)})
    )`
}

/** PostgreSQL joins by hashing; a list that does not fit its memory it would read through for each device. */
function leftByJoin(left: Left): RawBuilder<unknown> {
  return sql`NOT EXISTS (${returned(left)}) AND NOT EXISTS (
    SELECT 1 FROM devices
    WHERE devices.id = stay.device AND devices.product = ${left.product} AND ${isOtherwise(left.others)}
  )`
}

function returned({ product, versions, knownAt }: Left): RawBuilder<unknown> {
  return sql`SELECT 1 FROM device_stays AS later
    WHERE later.device = stay.device AND later.since >= stay.until AND later.since > ${knownAt}
      AND later.product = ${product} AND later.version IN (${sql.join(versions)})`
}

function isOtherwise(others: readonly string[]): RawBuilder<unknown> {
  if (others.length === 0) return sql`version_key IS NULL`
  return sql`(version_key IS NULL OR version_key IN (${keys(others)}))`
}

function keys(versions: readonly string[]): RawBuilder<unknown> {
  return sql.join(versions.map((version) => versionKey(version) ?? ''))
}
