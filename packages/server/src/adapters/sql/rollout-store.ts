import type { Notice, Policy } from '@fleetward/shared'
import type { Kysely, Selectable } from 'kysely'
import type { Rollout } from '../../rollouts/rollout.ts'
import type { RolloutStore } from '../../rollouts/rollout-store.ts'
import type { CoreTables } from './core-tables.ts'
import type { Tables } from './database.ts'

type Row = CoreTables['rollouts']

export class SqlRolloutStore implements RolloutStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async find(product: string, id: string): Promise<Rollout | undefined> {
    const row = await this.#select(product).where('id', '=', id).executeTakeFirst()
    return row && rolloutOf(row)
  }

  async ofProduct(product: string): Promise<readonly Rollout[]> {
    return (await this.#select(product).execute()).map(rolloutOf)
  }

  async ofCohort(product: string, cohort: string): Promise<readonly Rollout[]> {
    return (await this.#select(product).where('cohort', '=', cohort).execute()).map(rolloutOf)
  }

  async ofRelease(product: string, version: string): Promise<readonly Rollout[]> {
    const rows = await this.#select(product).where('release_version', '=', version).execute()
    return rows.map(rolloutOf)
  }

  async add(rollout: Rollout): Promise<void> {
    await this.#database.insertInto('rollouts').values(rowOf(rollout)).execute()
  }

  async replace(revision: number, rollout: Rollout): Promise<boolean> {
    const { numUpdatedRows } = await this.#database
      .updateTable('rollouts')
      .set(rowOf(rollout))
      .where('product', '=', rollout.product)
      .where('id', '=', rollout.id)
      .where('revision', '=', revision)
      .executeTakeFirst()
    return numUpdatedRows === 1n
  }

  #select(product: string) {
    return this.#database
      .selectFrom('rollouts')
      .selectAll()
      .where('product', '=', product)
      .orderBy('started_at', 'desc')
      .orderBy('id')
  }
}

function rolloutOf(row: Selectable<Row>): Rollout {
  return {
    product: row.product,
    id: row.id,
    release: row.release_version,
    cohort: row.cohort,
    state: row.state,
    attempt: row.attempt,
    share: { salt: row.salt, upTo: row.up_to },
    policy: JSON.parse(row.policy) as Policy,
    notice: JSON.parse(row.notice) as Notice,
    revision: row.revision,
    startedAt: row.started_at,
    changedAt: row.changed_at,
  }
}

function rowOf(rollout: Rollout): Row {
  return {
    product: rollout.product,
    id: rollout.id,
    release_version: rollout.release,
    cohort: rollout.cohort,
    state: rollout.state,
    attempt: rollout.attempt,
    up_to: rollout.share.upTo,
    salt: rollout.share.salt,
    policy: JSON.stringify(rollout.policy),
    notice: JSON.stringify(rollout.notice),
    revision: rollout.revision,
    started_at: rollout.startedAt,
    changed_at: rollout.changedAt,
  }
}
