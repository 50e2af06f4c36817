import { type Kysely, type Selectable, sql } from 'kysely'
import type {
  ManifestStore,
  SignedManifest,
  StaleManifests,
} from '../../../publishing/manifest-store.ts'
import type { CoreTables } from '../core-tables.ts'
import type { Tables } from '../database.ts'

export class SqlManifestStore implements ManifestStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async find(audience: string): Promise<string | undefined> {
    const token = (await this.last(audience))?.token
    return token === '' ? undefined : token
  }

  async last(audience: string): Promise<SignedManifest | undefined> {
    const row = await this.#select().where('audience', '=', audience).executeTakeFirst()
    return row && manifestOf(row)
  }

  async ofCohorts(): Promise<readonly SignedManifest[]> {
    return (await this.#select().where('device', 'is', null).execute()).map(manifestOf)
  }

  async save(manifest: SignedManifest): Promise<void> {
    const { audience, product, topic, seq, token, offers, issuedAt, device = null } = manifest
    const columns = {
      ...{ product, topic, seq, token, offers, issued_at: issuedAt, device },
      ...{ published_seq: 0, stale: 0 },
    }
    await this.#database
      .insertInto('manifests')
      .values({ audience, ...columns })
      .onConflict((conflict) => conflict.column('audience').doUpdateSet(columns))
      .execute()
  }

  async unpublished(limit: number): Promise<readonly SignedManifest[]> {
    const rows = await this.#database
      .selectFrom('manifests')
      .selectAll()
      .whereRef('published_seq', '<', 'seq')
      .orderBy(sql`device IS NOT NULL`)
      .orderBy('audience')
      .limit(limit)
      .execute()
    return rows.map(manifestOf)
  }

  async markPublished(audience: string, seq: number): Promise<void> {
    await this.#database
      .deleteFrom('manifests')
      .where('audience', '=', audience)
      .where('seq', '=', seq)
      .where('token', '=', '')
      .execute()
    await this.#database
      .updateTable('manifests')
      .set({ published_seq: seq })
      .where('audience', '=', audience)
      // A newer one that was signed meanwhile is not published yet.
      .where('seq', '=', seq)
      .execute()
  }

  async forgetPublished(): Promise<void> {
    await this.#database.updateTable('manifests').set({ published_seq: 0 }).execute()
  }

  async own(product: string, devices: readonly string[]): Promise<readonly SignedManifest[]> {
    if (devices.length === 0) return []
    const rows = await this.#select()
      .where('product', '=', product)
      .where('device', 'in', devices)
      .execute()
    return rows.map(manifestOf)
  }

  async oldestOwn(product: string): Promise<SignedManifest | undefined> {
    const row = await this.#database
      .selectFrom('manifests')
      .selectAll()
      .where('product', '=', product)
      .where('device', 'is not', null)
      .orderBy('issued_at')
      .limit(1)
      .executeTakeFirst()
    return row && manifestOf(row)
  }

  async markStale(product: string, which: StaleManifests): Promise<void> {
    if ('devices' in which && which.devices.length === 0) return
    await this.#database
      .updateTable('manifests')
      .set({ stale: 1 })
      .where('manifests.product', '=', product)
      .where('device', 'is not', null)
      .where('stale', '=', 0)
      .where((where) => {
        if ('issuedBefore' in which) return where('issued_at', '<=', which.issuedBefore)
        if ('devices' in which) return where('device', 'in', which.devices)
        if ('cohort' in which) {
          const inCohort = where
            .selectFrom('devices')
            .select('id')
            .where('devices.product', '=', product)
            .where('cohort', '=', which.cohort)
          return where('device', 'in', inCohort)
        }
        const opened = where
          .selectFrom('rollout_members')
          .select('rollout_members.device')
          .where('rollout_members.product', '=', product)
          .where('rollout', '=', which.rollout)
          .where('offered_at', '=', which.offeredAt)
        return where('device', 'in', opened)
      })
      .execute()
  }

  async stale(
    limit: number,
  ): Promise<readonly { readonly product: string; readonly device: string }[]> {
    const rows = await this.#database
      .selectFrom('manifests')
      .select(['product', 'device'])
      .where('stale', '=', 1)
      .orderBy('audience')
      .limit(limit)
      .execute()
    return rows.flatMap(({ product, device }) => (device === null ? [] : [{ product, device }]))
  }

  async markFresh(product: string, devices: readonly string[]): Promise<void> {
    if (devices.length === 0) return
    await this.#database
      .updateTable('manifests')
      .set({ stale: 0 })
      .where('product', '=', product)
      .where('device', 'in', devices)
      .execute()
  }

  #select() {
    return this.#database.selectFrom('manifests').selectAll().orderBy('audience')
  }
}

function manifestOf(row: Selectable<CoreTables['manifests']>): SignedManifest {
  const { audience, product, topic, seq, token, offers } = row
  const device = row.device === null ? {} : { device: row.device }
  return { audience, product, topic, seq, token, offers, issuedAt: row.issued_at, ...device }
}
