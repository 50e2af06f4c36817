/** The rows of a rollout's devices: who is in which group, who has had its turn, who is held. */
import { type Kysely, sql } from 'kysely'
import type { OpenedGroup } from '../../../rollouts/engine/move.ts'
import type { PositionRange } from '../../../rollouts/engine/plan/group-ranges.ts'
import type { Step } from '../../../rollouts/engine/plan/opening-steps.ts'
import type {
  Counting,
  EndedBy,
  Member,
  MemberStore,
  NewMember,
  ReportedProgress,
  RolloutKey,
  Turn,
} from '../../../rollouts/member-store.ts'
import type { Tables } from '../database.ts'
import { engineOf } from '../engine.ts'
import { candidatesOf } from './candidates.ts'
import { columnSql, entitledSql } from './member-column.ts'
import { countedProgress, countedReports } from './member-counts.ts'
import { type Attempt, endedBy, lastEnd } from './member-ends.ts'
import { membersOf, membersWithDevices } from './member-queries.ts'
import { memberOf } from './member-row.ts'

/** Rows of one statement: 13 values each, and SQLite takes 32,766. */
const ROWS_MAX_COUNT = 1_000
const NAMES_MAX_COUNT = 5_000

export class SqlMemberStore implements MemberStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async add({ product, id }: RolloutKey, members: readonly NewMember[]): Promise<void> {
    for (const chunk of chunks(members, ROWS_MAX_COUNT)) {
      await this.#database
        .insertInto('rollout_members')
        .values(
          chunk.map(({ device, position, group, late = false, held = false, offeredAt }) => ({
            ...{ product, rollout: id, device, position },
            ...{ grp: group ?? null, late: late ? 1 : 0, held: held ? 1 : 0 },
            ...{ offered_at: offeredAt ?? null, silence_from: null },
            ...{ end_as: null, end_attempt: null, end_at: null, end_code: null },
          })),
        )
        .onConflict((conflict) => conflict.columns(['product', 'rollout', 'device']).doNothing())
        .execute()
    }
  }

  async missing(
    { product, id, cohort }: RolloutKey & { readonly cohort: string },
    after: string,
    limit: number,
  ): Promise<readonly string[]> {
    const rows = await this.#database
      .selectFrom('devices')
      .select('devices.id')
      .where('devices.product', '=', product)
      .where('devices.cohort', '=', cohort)
      .where('devices.id', '>', after)
      .where('devices.decommissioned_at', 'is', null)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('rollout_members as member')
              .select('member.device')
              .where('member.product', '=', product)
              .where('member.rollout', '=', id)
              .whereRef('member.device', '=', 'devices.id'),
          ),
        ),
      )
      .orderBy('devices.id')
      .limit(limit)
      .execute()
    return rows.map((row) => row.id)
  }

  async ungrouped(rollout: RolloutKey): Promise<ReadonlyMap<number, number>> {
    const rows = await membersOf(this.#database, rollout)
      .select('position')
      .select(sql<number>`count(*)`.as('devices'))
      .where('grp', 'is', null)
      .groupBy('position')
      .execute()
    return new Map(rows.map(({ position, devices }) => [position, devices]))
  }

  async assignRanges(
    rollout: RolloutKey,
    ranges: readonly PositionRange[],
    { from, to }: { readonly from: number; readonly to: number },
  ): Promise<void> {
    for (const [grp, range] of ranges.entries()) {
      if (range === undefined || range.to <= from || to <= range.from) continue
      await this.#update(rollout)
        .set({ grp })
        .where('grp', 'is', null)
        .where('offered_at', 'is', null)
        .where('late', '=', 0)
        .where('position', '>=', Math.max(from, range.from))
        .where('position', '<', Math.min(to, range.to))
        .execute()
    }
    await this.#database
      .deleteFrom('rollout_members')
      .where('product', '=', rollout.product)
      .where('rollout', '=', rollout.id)
      .where('grp', 'is', null)
      .where('offered_at', 'is', null)
      .where('late', '=', 0)
      .where('position', '>=', from)
      .where('position', '<', to)
      .execute()
  }

  progress(counting: Counting, groupsCount: number) {
    return countedProgress(this.#database, counting, groupsCount)
  }

  reported(rollout: RolloutKey & { readonly attempt: number }): Promise<ReportedProgress> {
    return countedReports(this.#database, rollout)
  }

  endedBy(rollout: Attempt, times: readonly number[]): Promise<readonly EndedBy[]> {
    return endedBy(this.#database, rollout, times)
  }

  lastEnd(rollout: Attempt): Promise<number | undefined> {
    return lastEnd(this.#database, rollout)
  }

  async steps(rollout: RolloutKey, group: number, limit: number): Promise<readonly Step[]> {
    return this.#waiting(rollout, group)
      .select('position')
      .select(sql<number>`count(*)`.as('count'))
      .groupBy('position')
      .orderBy('position')
      .limit(limit)
      .execute()
  }

  async offerBelow(
    rollout: RolloutKey,
    group: number,
    upTo: number,
    at: number,
  ): Promise<readonly string[]> {
    const held = await this.#waiting(rollout, group)
      .select('device')
      .where('held', '=', 1)
      .where('position', '<', upTo)
      .execute()
    await this.#update(rollout)
      .set({ offered_at: at, held: 0, silence_from: seenNow(at) })
      .where('grp', '=', group)
      .where('late', '=', 0)
      .where('offered_at', 'is', null)
      .where('position', '<', upTo)
      .execute()
    return held.map(({ device }) => device)
  }

  async offerFirst(rollout: RolloutKey, group: OpenedGroup, count: number, at: number) {
    const rows = await this.#waiting(rollout, group)
      .select(['device', 'held'])
      .orderBy('position')
      .orderBy('device')
      .limit(count)
      .execute()
    for (const chunk of chunks(rows, NAMES_MAX_COUNT)) {
      await this.#update(rollout)
        .set({ offered_at: at, held: 0, silence_from: seenNow(at) })
        .where(
          'device',
          'in',
          chunk.map(({ device }) => device),
        )
        .execute()
    }
    return rows.map(({ device, held }) => ({ device, wasHeld: held === 1 }))
  }

  async holdBelow(rollout: RolloutKey, group: number, upTo: number): Promise<readonly string[]> {
    const rows = await this.#waiting(rollout, group)
      .select('device')
      .where('held', '=', 0)
      .where('position', '<', upTo)
      .execute()
    const devices = rows.map(({ device }) => device)
    await this.hold(rollout, devices)
    return devices
  }

  async retry(rollout: RolloutKey, at: number): Promise<void> {
    await this.#update(rollout)
      .set({ offered_at: at, silence_from: seenNow(at) })
      .where(
        'device',
        'in',
        membersOf(this.#database, rollout)
          .select('device')
          .where('offered_at', 'is not', null)
          .where(({ eb, or }) => or([eb('end_as', 'is', null), eb('end_as', '=', 'failed')]))
          // Reports lock their rows in the order of the devices; so does whoever writes to many of them.
          .orderBy('device')
          .$if(engineOf(this.#database) === 'postgres', (query) => query.forUpdate()),
      )
      .execute()
  }

  async offerAgain(
    product: string,
    rollouts: readonly string[],
    devices: readonly string[],
    at: number,
  ): Promise<void> {
    if (rollouts.length === 0 || devices.length === 0) return
    await this.#database
      .updateTable('rollout_members')
      .set({ offered_at: at, silence_from: seenNow(at) })
      .where('product', '=', product)
      .where('rollout', 'in', [...rollouts])
      .where('device', 'in', [...devices])
      .where('offered_at', 'is not', null)
      .where('end_as', 'is', null)
      .execute()
  }

  async offerToAll(
    rollout: RolloutKey,
    groups: readonly number[],
    at: number,
  ): Promise<readonly string[]> {
    const waiting = () =>
      membersOf(this.#database, rollout)
        .select('device')
        .where('offered_at', 'is not', null)
        .where('end_as', 'is', null)
        .orderBy('device')
    await this.#update(rollout)
      .set({ offered_at: at, silence_from: seenNow(at) })
      // As in `retry`.
      .where(
        'device',
        'in',
        waiting().$if(engineOf(this.#database) === 'postgres', (query) => query.forUpdate()),
      )
      .execute()
    if (groups.length === 0) return []
    const rows = await waiting()
      .where('grp', 'in', [...groups])
      .execute()
    return rows.map(({ device }) => device)
  }

  async wasOffered({ product, id }: RolloutKey): Promise<boolean> {
    const row = await this.#database
      .selectFrom('rollout_members')
      .select('device')
      .where('product', '=', product)
      .where('rollout', '=', id)
      .where('offered_at', 'is not', null)
      .limit(1)
      .executeTakeFirst()
    return row !== undefined
  }

  async find(counting: Counting, device: string): Promise<Member | undefined> {
    const row = await this.#listed(counting).where('member.device', '=', device).executeTakeFirst()
    return row && memberOf(row, counting.cohort)
  }

  candidates(counting: Counting, page: Parameters<MemberStore['candidates']>[1]) {
    return candidatesOf(this.#database, counting, page)
  }

  async page(
    counting: Counting,
    { column, group, after, limit }: Parameters<MemberStore['page']>[1],
  ) {
    const rows = await this.#listed(counting)
      .$if(after !== undefined, (query) => query.where('member.device', '>', after ?? ''))
      .$if(group !== undefined, (query) => query.where('member.grp', '=', group ?? 0))
      .$if(column !== undefined, (query) =>
        query.where(sql<boolean>`${columnSql(counting)} = ${column}`),
      )
      .orderBy('member.device')
      .limit(limit)
      .execute()
    return rows.map((row) => ({ ...memberOf(row, counting.cohort), column: row.column }))
  }

  async releaseAll(rollout: RolloutKey): Promise<readonly string[]> {
    const held = await this.heldIn(rollout)
    if (held.length > 0)
      await this.#update(rollout).set({ held: 0 }).where('held', '=', 1).execute()
    return held
  }

  async hold(rollout: RolloutKey, devices: readonly string[]): Promise<void> {
    for (const chunk of chunks(devices, NAMES_MAX_COUNT)) {
      await this.#update(rollout)
        .set({ held: 1 })
        .where('offered_at', 'is', null)
        .where('device', 'in', chunk)
        .execute()
    }
  }

  async turnsOf(
    product: string,
    rollouts: readonly string[],
    devices: readonly string[],
  ): Promise<readonly Turn[]> {
    if (rollouts.length === 0 || devices.length === 0) return []
    const rows = await this.#database
      .selectFrom('rollout_members')
      .select(['rollout', 'device', 'grp', 'held', 'offered_at'])
      .where('product', '=', product)
      .where('rollout', 'in', rollouts)
      .where('device', 'in', devices)
      .execute()
    return rows.map(({ rollout, device, grp, held, offered_at }) => {
      return { rollout, device, group: grp ?? 0, hasTurn: offered_at !== null, isHeld: held === 1 }
    })
  }

  async cohortsOf(
    product: string,
    devices: readonly string[],
  ): Promise<ReadonlyMap<string, string[]>> {
    if (devices.length === 0) return new Map()
    const rows = await this.#database
      .selectFrom('devices')
      .select(['id', 'cohort'])
      .where('product', '=', product)
      .where('id', 'in', devices)
      .orderBy('id')
      .execute()
    const byCohort = Map.groupBy(rows, ({ cohort }) => cohort)
    return new Map([...byCohort].map(([cohort, of]) => [cohort, of.map(({ id }) => id)]))
  }

  async heldIn(rollout: RolloutKey): Promise<readonly string[]> {
    const rows = await membersOf(this.#database, rollout)
      .select('device')
      .where('held', '=', 1)
      .execute()
    return rows.map(({ device }) => device)
  }

  #waiting(rollout: RolloutKey, group: OpenedGroup) {
    const waiting = membersOf(this.#database, rollout).where('offered_at', 'is', null)
    return group === 'late'
      ? waiting.where('late', '=', 1)
      : waiting.where('late', '=', 0).where('grp', '=', group)
  }

  #update({ product, id }: RolloutKey) {
    return this.#database
      .updateTable('rollout_members')
      .where('product', '=', product)
      .where('rollout', '=', id)
  }

  #listed(counting: Counting) {
    return membersWithDevices(this.#database, counting)
      .selectAll('member')
      .select(['device.version', 'device.rollout as now_in', 'device.state', 'device.waiting_for'])
      .select([
        'device.opted_out',
        'device.postponed_until',
        'device.postponed_version',
        'device.automatic_security',
        'device.automatic_functionality',
      ])
      .select(['device.own_window', 'device.time_zone'])
      .select(['device.cohort', 'device.last_seen_at'])
      .select(['device.revoked_at', 'device.quarantined_at', 'device.decommissioned_at'])
      .select(entitledSql(counting).as('entitled'))
      .select(columnSql(counting).as('column'))
  }
}

/** Who is connected sees the offer at once. PostgreSQL has to be told of what type the parameter is. */
function seenNow(at: number) {
  return sql<number | null>`CASE WHEN EXISTS (SELECT 1 FROM devices
    WHERE devices.id = rollout_members.device AND devices.online = 1) THEN CAST(${at} AS BIGINT) ELSE NULL END`
}

function chunks<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )
}
