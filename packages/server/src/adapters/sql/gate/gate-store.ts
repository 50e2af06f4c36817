import type { Kysely, Selectable } from 'kysely'
import type { GateResult } from '../../../gate/gate.ts'
import {
  type GateStore,
  type KeptGateResult,
  RESULTS_KEPT_COUNT,
} from '../../../gate/gate-store.ts'
import { FIRST_POLICY, type GatePolicy } from '../../../gate/policy.ts'
import type { Waiver } from '../../../gate/waiver.ts'
import type { Tables } from '../database.ts'
import { olderThan } from '../newest-first.ts'

export class SqlGateStore implements GateStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async keep(product: string, version: string, { at, result }: KeptGateResult): Promise<void> {
    const is_open = result.isOpen ? 1 : 0
    await this.#database
      .insertInto('gate_results')
      .values({ product, version, at, is_open, result: JSON.stringify(result) })
      .execute()
    await this.#prune(product, version)
  }

  async #prune(product: string, version: string): Promise<void> {
    const ofRelease = this.#results(product, version)
    const oldest = await ofRelease
      .select('number')
      .orderBy('number', 'desc')
      .offset(RESULTS_KEPT_COUNT - 1)
      .limit(1)
      .executeTakeFirst()
    if (oldest === undefined) return
    const goneOut = await this.#database
      .selectFrom('releases')
      .select('published_at')
      .where('product', '=', product)
      .where('version', '=', version)
      .executeTakeFirst()
    // What it went out with, which an advisory gate may have closed; and the last open one, which an enforced gate gave
    // before somebody asked once more. Each with what was said in the same second.
    const before = goneOut && ofRelease.where('at', '<=', goneOut.published_at)
    const newest = await before?.select('at').orderBy('at', 'desc').limit(1).executeTakeFirst()
    const open = before?.where('is_open', '=', 1)
    const lastOpen = await open?.select('at').orderBy('at', 'desc').limit(1).executeTakeFirst()
    await this.#database
      .deleteFrom('gate_results')
      .where('product', '=', product)
      .where('version', '=', version)
      .where('number', '<', oldest.number)
      .where(({ eb, or }) => or([eb('is_open', '=', 0), eb('at', '!=', lastOpen?.at ?? -1)]))
      .where('at', '!=', newest?.at ?? -1)
      .execute()
  }

  #results(product: string, version: string) {
    return this.#database
      .selectFrom('gate_results')
      .where('product', '=', product)
      .where('version', '=', version)
  }

  async results(
    product: string,
    version: string,
    limit: number,
  ): Promise<readonly KeptGateResult[]> {
    const rows = await this.#results(product, version)
      .select(['at', 'result'])
      .orderBy('number', 'desc')
      .limit(limit)
      .execute()
    return rows.map(({ at, result }) => ({
      at,
      // One of before there were waivers names none.
      result: { waived: [], ...(JSON.parse(result) as Omit<GateResult, 'waived'>) },
    }))
  }

  async policy(product: string): Promise<GatePolicy> {
    const row = await this.#database
      .selectFrom('products')
      .select('gate')
      .where('id', '=', product)
      .executeTakeFirst()
    if (row === undefined || row.gate === null) return FIRST_POLICY
    return JSON.parse(row.gate) as GatePolicy
  }

  async setPolicy(product: string, policy: GatePolicy): Promise<void> {
    await this.#database
      .updateTable('products')
      .set({ gate: JSON.stringify(policy) })
      .where('id', '=', product)
      .execute()
  }

  async addWaiver(waiver: Waiver): Promise<void> {
    const { id, product, version, code, reason, at, until } = waiver
    await this.#database
      .insertInto('gate_waivers')
      .values({
        ...{ id, product, version, code, reason, at, until },
        ...{ finding: waiver.finding ?? null, about: waiver.about ?? null },
        ...{ author: waiver.by, author_name: waiver.name, ended_at: null, ended_by: null },
      })
      .execute()
  }

  async findWaiver(product: string, id: string): Promise<Waiver | undefined> {
    const row = await this.#waivers(product).where('id', '=', id).executeTakeFirst()
    return row && waiverOf(row)
  }

  async waivers({
    product,
    version,
    before,
    limit,
  }: Parameters<GateStore['waivers']>[0]): Promise<readonly Waiver[]> {
    const rows = await this.#waivers(product)
      .$if(version !== undefined, (of) => of.where('version', '=', version ?? ''))
      .$if(before !== undefined, (of) => of.where(olderThan('gate_waivers', before ?? '')))
      .orderBy('number', 'desc')
      .limit(limit)
      .execute()
    return rows.map(waiverOf)
  }

  async waiversInForce(product: string, version: string, at: number): Promise<readonly Waiver[]> {
    const rows = await this.#waivers(product)
      .where('version', '=', version)
      .where('ended_at', 'is', null)
      .where('until', '>', at)
      .orderBy('number')
      .execute()
    return rows.map(waiverOf)
  }

  async waiversEnding(
    product: string,
    { after, until }: { readonly after: number; readonly until: number },
  ): Promise<readonly Waiver[]> {
    const rows = await this.#waivers(product)
      .where('ended_at', 'is', null)
      .where('until', '>', after)
      .where('until', '<=', until)
      .orderBy('until')
      .execute()
    return rows.map(waiverOf)
  }

  async endWaiver(
    product: string,
    id: string,
    { at, by }: { at: number; by: string },
  ): Promise<boolean> {
    const { numUpdatedRows } = await this.#database
      .updateTable('gate_waivers')
      .set({ ended_at: at, ended_by: by })
      .where('product', '=', product)
      .where('id', '=', id)
      .where('ended_at', 'is', null)
      .executeTakeFirst()
    return numUpdatedRows === 1n
  }

  #waivers(product: string) {
    return this.#database.selectFrom('gate_waivers').selectAll().where('product', '=', product)
  }
}

function waiverOf(row: Selectable<Tables['gate_waivers']>): Waiver {
  const { id, product, version, code, reason, at, until } = row
  return {
    ...{ id, product, version, code, reason, at, until },
    ...{ finding: row.finding ?? undefined, about: row.about ?? undefined },
    ...{ by: row.author, name: row.author_name },
    ...{ endedAt: row.ended_at ?? undefined, endedBy: row.ended_by ?? undefined },
  }
}
