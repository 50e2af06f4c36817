import type { UpdateStateName, WaitingFor } from '@fleetward/shared'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { BlockedBy, DeviceFacts, Membership } from '../../../rollouts/engine/membership.ts'
import type { OpenedGroup } from '../../../rollouts/engine/move.ts'
import type { PositionRange } from '../../../rollouts/engine/plan/group-ranges.ts'
import type { Step } from '../../../rollouts/engine/plan/opening-steps.ts'
import { type Column, nobody } from '../../../rollouts/engine/progress.ts'
import type {
  Counting,
  Member,
  MemberStore,
  NewMember,
  ReportedProgress,
  RolloutKey,
  Turn,
} from '../../../rollouts/member-store.ts'
import type { Tables } from '../database.ts'
import { engineOf } from '../engine.ts'
import { columnSql } from './member-column.ts'

type MemberRow = Selectable<Tables['rollout_members']>

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
    const rows = await this.#members(rollout)
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

  /** Whose turn has not come, and who has succeeded, is counted from indexes alone. */
  async progress(counting: Counting, groupsCount: number) {
    const groups = Array.from({ length: groupsCount }, () => ({ ...nobody() }))
    const late = { ...nobody() }
    const add = (row: { grp: number | null; late: number; devices: number }, column: Column) => {
      const counts = row.late === 1 ? late : groups[row.grp ?? -1]
      if (counts !== undefined) counts[column] += row.devices
    }
    const alike = this.#members(counting)
      .select(['grp', 'late', sql<number>`count(*)`.as('devices')])
      .groupBy(['grp', 'late'])
    const waiting = await alike.where('offered_at', 'is', null).execute()
    for (const row of waiting) add(row, 'notOffered')
    const succeeded = await alike.where(sql<boolean>`end_as = 'succeeded'`).execute()
    for (const row of succeeded) add(row, 'succeeded')
    const others = await this.#joined(counting)
      .select(['member.grp', 'member.late', columnSql(counting).as('column')])
      .select(sql<number>`count(*)`.as('devices'))
      .where('member.offered_at', 'is not', null)
      .where(({ eb, or }) =>
        or([eb('member.end_as', 'is', null), eb('member.end_as', '=', 'failed')]),
      )
      .groupBy(['member.grp', 'member.late', 'column'])
      .execute()
    for (const row of others) add(row, row.column)
    return { groups, late }
  }

  async reported({
    attempt,
    ...rollout
  }: RolloutKey & { readonly attempt: number }): Promise<ReportedProgress> {
    const said = await this.#joined(rollout)
      .select(['device.state', 'device.waiting_for', sql<number>`count(*)`.as('devices')])
      .whereRef('device.rollout', '=', 'member.rollout')
      .where('device.state', 'is not', null)
      .groupBy(['device.state', 'device.waiting_for'])
      .execute()
    const ends = await this.#members(rollout)
      .select(['end_as', 'end_code', sql<number>`count(*)`.as('devices')])
      .where(({ eb, or, and }) =>
        or([
          eb('end_as', '=', 'succeeded'),
          and([eb('end_as', '=', 'failed'), eb('end_attempt', '>=', attempt)]),
        ]),
      )
      .groupBy(['end_as', 'end_code'])
      .execute()
    const failed = ends.filter(({ end_as }) => end_as === 'failed')
    const succeeded = ends.filter(({ end_as }) => end_as === 'succeeded')
    const total = (rows: readonly { devices: number }[]) =>
      rows.reduce((sum, { devices }) => sum + devices, 0)
    return {
      byState: summed(said.map((row) => [row.state, row.devices])),
      waitingFor: summed(said.map((row) => [row.waiting_for, row.devices])),
      ...{ committed: total(succeeded), failed: total(failed) },
      failureCodes: summed(failed.map((row) => [row.end_code ?? 'UNKNOWN', row.devices])),
    }
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
        this.#members(rollout)
          .select('device')
          .where('offered_at', 'is not', null)
          .where(({ eb, or }) => or([eb('end_as', 'is', null), eb('end_as', '=', 'failed')]))
          // Reports lock their rows in the order of the devices; so does whoever writes to many of them.
          .orderBy('device')
          .$if(engineOf(this.#database) === 'postgres', (query) => query.forUpdate()),
      )
      .execute()
  }

  async find(counting: Counting, device: string): Promise<Member | undefined> {
    const row = await this.#listed(counting).where('member.device', '=', device).executeTakeFirst()
    return row && memberOf(row, counting.cohort)
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
    const rows = await this.#members(rollout).select('device').where('held', '=', 1).execute()
    return rows.map(({ device }) => device)
  }

  #members({ product, id }: RolloutKey) {
    return this.#database
      .selectFrom('rollout_members')
      .where('product', '=', product)
      .where('rollout', '=', id)
  }

  #waiting(rollout: RolloutKey, group: OpenedGroup) {
    const waiting = this.#members(rollout).where('offered_at', 'is', null)
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

  #joined({ product, id }: RolloutKey) {
    return this.#database
      .selectFrom('rollout_members as member')
      .innerJoin('devices as device', 'device.id', 'member.device')
      .where('member.product', '=', product)
      .where('member.rollout', '=', id)
  }

  #listed(counting: Counting) {
    return this.#joined(counting)
      .selectAll('member')
      .select(['device.version', 'device.rollout as now_in', 'device.state', 'device.waiting_for'])
      .select([
        'device.opted_out',
        'device.postponed_until',
        'device.cohort',
        'device.last_seen_at',
      ])
      .select(['device.revoked_at', 'device.quarantined_at', 'device.decommissioned_at'])
      .select(columnSql(counting).as('column'))
  }
}

function summed(
  entries: readonly (readonly [name: string | null, count: number])[],
): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const [name, count] of entries) {
    if (name !== null) sums[name] = (sums[name] ?? 0) + count
  }
  return sums
}

/** Who is connected sees the offer at once. PostgreSQL has to be told of what type the parameter is. */
function seenNow(at: number) {
  return sql<number | null>`CASE WHEN EXISTS (SELECT 1 FROM devices
    WHERE devices.id = rollout_members.device AND devices.online = 1) THEN CAST(${at} AS BIGINT) ELSE NULL END`
}

type Listed = MemberRow & {
  readonly version: string | null
  readonly now_in: string | null
  readonly state: string | null
  readonly waiting_for: string | null
  readonly opted_out: number
  readonly postponed_until: number | null
  readonly cohort: string
  readonly revoked_at: number | null
  readonly quarantined_at: number | null
  readonly decommissioned_at: number | null
  readonly last_seen_at: number | null
  readonly column: Column
}

function memberOf(row: Listed, cohort: string): Member {
  return {
    ...{ device: factsOf(row, cohort), membership: membershipOf(row) },
    ...{ isHeld: row.held === 1, lastSeenAt: row.last_seen_at ?? undefined },
  }
}

function factsOf(row: Listed, cohort: string): DeviceFacts {
  return {
    device: row.device,
    version: row.version ?? undefined,
    rollout: row.now_in ?? undefined,
    state: (row.state as UpdateStateName | null) ?? undefined,
    waitingFor: (row.waiting_for as WaitingFor | null) ?? undefined,
    optedOut: row.opted_out === 1,
    postponedUntil: row.postponed_until ?? undefined,
    blocked: blockedBy(row, cohort),
  }
}

function blockedBy(row: Listed, cohort: string): BlockedBy | undefined {
  if (row.decommissioned_at !== null) return 'decommissioned'
  if (row.revoked_at !== null) return 'revoked'
  if (row.quarantined_at !== null) return 'quarantined'
  return row.cohort === cohort ? undefined : 'leftCohort'
}

export function membershipOf(row: MemberRow): Membership {
  return {
    group: row.grp ?? 0,
    late: row.late === 1,
    position: row.position,
    offeredAt: row.offered_at ?? undefined,
    silenceFrom: row.silence_from ?? undefined,
    end:
      row.end_as === null
        ? undefined
        : {
            as: row.end_as,
            attempt: row.end_attempt ?? 1,
            at: row.end_at ?? 0,
            code: row.end_code ?? undefined,
          },
  }
}

function chunks<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )
}
