import type { Kysely } from 'kysely'
import type { PublishedFile } from '../../../ports.ts'
import type { FileStore } from '../../../releases/release-store.ts'
import type { Tables } from '../database.ts'

export class SqlFileStore implements FileStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async find(product: string, path: string, sha256: string): Promise<PublishedFile | undefined> {
    return this.#select(product, sha256).where('path', '=', path).executeTakeFirst()
  }

  async findByDigest(product: string, sha256: string): Promise<PublishedFile | undefined> {
    return this.#select(product, sha256).orderBy('published_at').limit(1).executeTakeFirst()
  }

  async add(product: string, files: readonly PublishedFile[], now: number): Promise<void> {
    for (const { path, sha256, length, kind } of files) {
      await this.#database
        .insertInto('target_files')
        .values({ product, path, sha256, length, kind, published_at: now })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    }
  }

  async bring(
    product: string,
    files: readonly Pick<PublishedFile, 'sha256' | 'kind'>[],
    now: number,
  ): Promise<void> {
    for (const { sha256, kind } of files) {
      await this.#database
        .insertInto('brought_files')
        .values({ product, sha256, kind, brought_at: now })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    }
  }

  async notBrought<File extends Pick<PublishedFile, 'sha256' | 'kind'>>(
    product: string,
    files: readonly File[],
  ): Promise<readonly File[]> {
    if (files.length === 0) return []
    const digests = [...new Set(files.map(({ sha256 }) => sha256))]
    const rows = await this.#database
      .selectFrom('brought_files')
      .select(['sha256', 'kind'])
      .where('product', '=', product)
      .where('sha256', 'in', digests)
      .union(
        this.#database
          .selectFrom('target_files')
          .select(['sha256', 'kind'])
          .where('product', '=', product)
          .where('sha256', 'in', digests),
      )
      .execute()
    const brought = new Set(rows.map(({ sha256, kind }) => `${kind} ${sha256}`))
    return files.filter(({ sha256, kind }) => !brought.has(`${kind} ${sha256}`))
  }

  #select(product: string, sha256: string) {
    return this.#database
      .selectFrom('target_files')
      .select(['path', 'sha256', 'length', 'kind'])
      .where('product', '=', product)
      .where('sha256', '=', sha256)
  }
}
