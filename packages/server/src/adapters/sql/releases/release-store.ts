import type { ReleaseRole } from '@fleetward/shared'
import type { Kysely, Selectable } from 'kysely'
import type { PublishedRelease, ReleaseStore } from '../../../releases/release-store.ts'
import { decodeTarget, type ReleaseTarget } from '../../../releases/release-target.ts'
import type { CoreTables } from '../core-tables.ts'
import type { Tables } from '../database.ts'

export class SqlReleaseStore implements ReleaseStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async find(product: string, version: string): Promise<PublishedRelease | undefined> {
    const row = await this.#select(product).where('version', '=', version).executeTakeFirst()
    return row && releaseOf(row)
  }

  async ofProduct(product: string): Promise<readonly PublishedRelease[]> {
    return (await this.#select(product).execute()).map(releaseOf)
  }

  async list(
    product: string,
    role: ReleaseRole,
    releases: readonly ReleaseTarget[],
    now: number,
  ): Promise<readonly string[]> {
    const listed = new Set(releases.map(({ release }) => release.version))
    const before = await this.#select(product)
      .where('role', '=', role)
      .where('listed', '=', 1)
      .execute()
    const gone = before.map(({ version }) => version).filter((version) => !listed.has(version))
    for (const version of gone) await this.#setListed(product, version, 0)
    for (const { release, target } of releases) {
      const { version, path, sha256 } = release
      await this.#database
        .insertInto('releases')
        .values({
          ...{ product, version, role, path, sha256, target },
          ...{ listed: 1, published_at: now, withdrawn_at: null },
        })
        .onConflict((conflict) =>
          conflict.columns(['product', 'version']).doUpdateSet({ listed: 1 }),
        )
        .execute()
    }
    return gone
  }

  async withdraw(product: string, version: string, now: number): Promise<void> {
    await this.#database
      .updateTable('releases')
      .set({ withdrawn_at: now })
      .where('product', '=', product)
      .where('version', '=', version)
      .where('withdrawn_at', 'is', null)
      .execute()
  }

  async setEntitlement(product: string, version: string, name: string | undefined): Promise<void> {
    await this.#database
      .updateTable('releases')
      .set({ entitlement: name ?? null })
      .where('product', '=', product)
      .where('version', '=', version)
      .execute()
  }

  async #setListed(product: string, version: string, listed: 0 | 1): Promise<void> {
    await this.#database
      .updateTable('releases')
      .set({ listed })
      .where('product', '=', product)
      .where('version', '=', version)
      .execute()
  }

  #select(product: string) {
    return this.#database
      .selectFrom('releases')
      .selectAll()
      .where('product', '=', product)
      .orderBy('published_at', 'desc')
      .orderBy('version', 'desc')
  }
}

function releaseOf(row: Selectable<CoreTables['releases']>): PublishedRelease {
  return {
    release: decodeTarget(row.target, row.product),
    target: row.target,
    listed: row.listed === 1,
    publishedAt: row.published_at,
    ...(row.withdrawn_at === null ? {} : { withdrawnAt: row.withdrawn_at }),
    ...(row.entitlement === null ? {} : { entitlement: row.entitlement }),
  }
}
