import type { Kysely } from 'kysely'
import type { PublishedMetadata } from '../../../ports.ts'
import type {
  MetadataStore,
  StagedMetadata,
  StoredMetadata,
} from '../../../releases/metadata-store.ts'
import { parseMetadataFileName, type Role, type UploadedRole } from '../../../releases/role.ts'
import type { Tables } from '../database.ts'

export class SqlMetadataStore implements MetadataStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async current(product: string, role: Role): Promise<StoredMetadata | undefined> {
    const row = await this.#database
      .selectFrom('metadata')
      .select(['version', 'bytes', 'expires_at'])
      .where('product', '=', product)
      .where('role', '=', role)
      .orderBy('version', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (row === undefined) return undefined
    const expires = new Date(row.expires_at * 1000)
    return { role, version: row.version, bytes: row.bytes, expires }
  }

  async expiries(product: string): Promise<readonly Omit<StoredMetadata, 'bytes'>[]> {
    const rows = await this.#database
      .selectFrom('metadata')
      .select(['role', 'version', 'expires_at'])
      .where('product', '=', product)
      .where((where) =>
        where.not(
          where.exists(
            where
              .selectFrom('metadata as later')
              .select('later.version')
              .whereRef('later.product', '=', 'metadata.product')
              .whereRef('later.role', '=', 'metadata.role')
              .whereRef('later.version', '>', 'metadata.version'),
          ),
        ),
      )
      .execute()
    return rows.map(({ role, version, expires_at }) => ({
      ...{ role: role as Role, version, expires: new Date(expires_at * 1000) },
    }))
  }

  async find(product: string, role: Role, version: number): Promise<Uint8Array | undefined> {
    const row = await this.#database
      .selectFrom('metadata')
      .select('bytes')
      .where('product', '=', product)
      .where('role', '=', role)
      .where('version', '=', version)
      .executeTakeFirst()
    return row?.bytes
  }

  async staged(product: string): Promise<readonly StagedMetadata[]> {
    const rows = await this.#database
      .selectFrom('staged_metadata')
      .select(['role', 'version', 'bytes'])
      .where('product', '=', product)
      .orderBy('role')
      .execute()
    return rows.map((row) => ({ ...row, role: row.role as UploadedRole }))
  }

  async stage(product: string, metadata: StagedMetadata, now: Date): Promise<void> {
    const { role, version, bytes } = metadata
    const columns = { version, bytes, uploaded_at: secondsAt(now) }
    await this.#database
      .insertInto('staged_metadata')
      .values({ product, role, ...columns })
      .onConflict((conflict) => conflict.columns(['product', 'role']).doUpdateSet(columns))
      .execute()
  }

  async publish(product: string, metadata: StoredMetadata, now: Date): Promise<void> {
    const { role, version, bytes, expires } = metadata
    const times = { expires_at: secondsAt(expires), published_at: secondsAt(now) }
    await this.#database
      .insertInto('metadata')
      .values({ product, role, version, bytes, ...times })
      .execute()
    if (role === 'timestamp') await this.#dropOlderTimestamps(product, version)
    else if (role !== 'snapshot') await this.unstage(product, role)
  }

  async unstage(product: string, role: UploadedRole): Promise<void> {
    await this.#database
      .deleteFrom('staged_metadata')
      .where('product', '=', product)
      .where('role', '=', role)
      .execute()
  }

  /** One a day and more: only the current one has a name that can be asked for. */
  async #dropOlderTimestamps(product: string, version: number): Promise<void> {
    await this.#database
      .deleteFrom('metadata')
      .where('product', '=', product)
      .where('role', '=', 'timestamp')
      .where('version', '<', version)
      .execute()
  }
}

/** The store as devices see it: by file name. */
export function publishedMetadataOf(store: MetadataStore): PublishedMetadata {
  return {
    async find(product, fileName) {
      const name = parseMetadataFileName(fileName)
      if (name === undefined) return undefined
      if (name.version !== undefined) return store.find(product, name.role, name.version)
      return (await store.current(product, name.role))?.bytes
    },
  }
}

function secondsAt(date: Date): number {
  return Math.floor(date.getTime() / 1000)
}
