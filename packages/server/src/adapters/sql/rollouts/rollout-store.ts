import type { Notice, Policy } from '@fleetward/shared'
import type { Kysely, Selectable } from 'kysely'
import { type Approval, type ApprovalRule, NO_APPROVAL } from '../../../rollouts/approval.ts'
import type { RolloutTerms } from '../../../rollouts/deadlines/rollout-terms.ts'
import { type EngineState, newEngineState } from '../../../rollouts/engine/engine-state.ts'
import type { PositionRange } from '../../../rollouts/engine/plan/group-ranges.ts'
import type { RolloutPlan } from '../../../rollouts/engine/plan/plan.ts'
import { planOfBefore } from '../../../rollouts/one-group.ts'
import { type Rollout, shareOf } from '../../../rollouts/rollout.ts'
import type { RolloutStore } from '../../../rollouts/rollout-store.ts'
import type { Tables } from '../database.ts'

type Row = Selectable<Tables['rollouts']>

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

  moving(): Promise<readonly { readonly product: string; readonly id: string }[]> {
    return this.#database
      .selectFrom('rollouts')
      .select(['product', 'id'])
      .where('state', 'in', ['creating', 'scheduled', 'running', 'paused', 'finished'])
      .orderBy('product')
      .orderBy('id')
      .execute()
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

  async keepEngine(product: string, id: string, engine: EngineState): Promise<void> {
    await this.#database
      .updateTable('rollouts')
      .set({ engine: JSON.stringify(engine) })
      .where('product', '=', product)
      .where('id', '=', id)
      .execute()
  }

  async approvalRule(product: string): Promise<ApprovalRule> {
    const row = await this.#database
      .selectFrom('products')
      .select('approval')
      .where('id', '=', product)
      .executeTakeFirst()
    return parsed<ApprovalRule>(row?.approval ?? null) ?? NO_APPROVAL
  }

  async setApprovalRule(product: string, rule: ApprovalRule): Promise<void> {
    await this.#database
      .updateTable('products')
      .set({ approval: JSON.stringify(rule) })
      .where('id', '=', product)
      .execute()
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

function rolloutOf(row: Row): Rollout {
  const upTo = row.up_to
  const plan = parsed<RolloutPlan>(row.plan) ?? planOfBefore(shareOf(upTo))
  return {
    product: row.product,
    id: row.id,
    release: row.release_version,
    cohort: row.cohort,
    state: row.state,
    attempt: row.attempt,
    share: { salt: row.salt, upTo },
    policy: JSON.parse(row.policy) as Policy,
    notice: JSON.parse(row.notice) as Notice,
    plan,
    engine: parsed<EngineState>(row.engine) ?? engineOfBefore(row),
    ranges: rangesIn(row.ranges) ?? [{ from: 0, to: upTo }],
    isFilled: row.filled === 1,
    trouble: parsed(row.trouble),
    startsItself: row.starts_itself === 1,
    authors: JSON.parse(row.authors) as string[],
    approval: JSON.parse(row.approval) as Approval,
    terms: parsed<RolloutTerms>(row.terms) ?? {},
    revision: row.revision,
    startedAt: row.started_at,
    changedAt: row.changed_at,
  }
}

/** A rollout of before there were groups has opened the only one that it has. */
function engineOfBefore({ state, started_at }: Row): EngineState {
  return { ...newEngineState(1), state, openGroup: 0, offeringSince: started_at }
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
    plan: JSON.stringify(rollout.plan),
    engine: JSON.stringify(rollout.engine),
    // A group without a range is null: JSON has no undefined.
    ranges: JSON.stringify(rollout.ranges.map((range) => range ?? null)),
    filled: rollout.isFilled ? 1 : 0,
    trouble: rollout.trouble === undefined ? null : JSON.stringify(rollout.trouble),
    starts_itself: rollout.startsItself ? 1 : 0,
    authors: JSON.stringify(rollout.authors),
    approval: JSON.stringify(rollout.approval),
    terms: JSON.stringify(rollout.terms),
    revision: rollout.revision,
    started_at: rollout.startedAt,
    changed_at: rollout.changedAt,
  }
}

function rangesIn(text: string | null): readonly PositionRange[] | undefined {
  return parsed<(PositionRange | null)[]>(text)?.map((range) => range ?? undefined)
}

function parsed<Value>(text: string | null): Value | undefined {
  return text === null ? undefined : (JSON.parse(text) as Value)
}
