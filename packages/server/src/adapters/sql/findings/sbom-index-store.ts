import type { Component } from '@fleetward/vulnerability'
import type { Kysely } from 'kysely'
import type {
  IndexedSbom,
  NumberedComponent,
  SbomAbout,
  SbomIndexStore,
} from '../../../sboms/sbom-index-store.ts'
import type { Tables } from '../database.ts'

type Lists = Pick<Component, 'cpes' | 'licences' | 'hashes'>

export class SqlSbomIndexStore implements SbomIndexStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async find(sha256: string): Promise<IndexedSbom | undefined> {
    const row = await this.#database
      .selectFrom('sboms')
      .selectAll()
      .where('sha256', '=', sha256)
      .executeTakeFirst()
    if (row === undefined) return undefined
    return {
      ...{ sha256, format: row.format, formatVersion: row.format_version },
      ...{ about: row.about ?? undefined, componentsCount: row.components_count },
      depth: JSON.parse(row.depth) as IndexedSbom['depth'],
      quality: JSON.parse(row.quality) as IndexedSbom['quality'],
      ...{ indexedAt: row.indexed_at ?? undefined, trouble: row.trouble ?? undefined },
    }
  }

  async begin({ sha256, ...about }: SbomAbout): Promise<void> {
    await this.#forget(sha256)
    await this.#database
      .insertInto('sboms')
      .values({
        ...{ sha256, format: about.format, format_version: about.formatVersion },
        ...{ about: about.about ?? null, components_count: about.componentsCount },
        ...{ depth: JSON.stringify(about.depth), quality: JSON.stringify(about.quality) },
        ...{ indexed_at: null, trouble: null },
      })
      .execute()
  }

  async write(sbom: string, from: number, some: readonly NumberedComponent[]): Promise<void> {
    if (some.length === 0) return
    const rows = some.map(({ component }, at) => {
      const { ref, name, version, purl, kind, supplier, cpes, licences, hashes } = component
      return {
        ...{ sbom, number: from + at, ref, name, kind },
        ...{ version: version ?? null, purl: purl ?? null, supplier: supplier ?? null },
        lists: JSON.stringify({ cpes, licences, hashes } satisfies Lists),
      }
    })
    // Two servers may read the same SBOM at once: they write the same, and one of them the whole.
    await this.#database
      .insertInto('sbom_components')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    const keys = some.flatMap((one, at) =>
      one.keys.map(({ kind, space, name }) => ({ sbom, number: from + at, kind, space, name })),
    )
    if (keys.length === 0) return
    await this.#database
      .insertInto('sbom_keys')
      .values(keys)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }

  async complete(sha256: string, at: number): Promise<void> {
    await this.#database
      .updateTable('sboms')
      .set({ indexed_at: at })
      .where('sha256', '=', sha256)
      .where('components_count', '=', (all) =>
        all
          .selectFrom('sbom_components')
          .select((of) => of.fn.countAll<number>().as('count'))
          .where('sbom', '=', sha256),
      )
      .execute()
  }

  async refuse(sha256: string, trouble: string): Promise<void> {
    await this.#forget(sha256)
    await this.#database
      .insertInto('sboms')
      .values({
        ...{ sha256, format: '', format_version: '', about: null, components_count: 0 },
        ...{ depth: '{}', quality: '{}', indexed_at: null, trouble },
      })
      .execute()
  }

  async components(sha256: string, from: number, to: number): Promise<readonly Component[]> {
    const rows = await this.#database
      .selectFrom('sbom_components')
      .selectAll()
      .where('sbom', '=', sha256)
      .where('number', '>=', from)
      .where('number', '<', to)
      .orderBy('number')
      .execute()
    return rows.map(({ ref, name, version, purl, kind, supplier, lists }) => ({
      ...{ ref, name, version: version ?? undefined, purl: purl ?? undefined, kind },
      ...{ supplier: supplier ?? undefined, ...(JSON.parse(lists) as Lists) },
    }))
  }

  async #forget(sha256: string): Promise<void> {
    await this.#database.deleteFrom('sbom_keys').where('sbom', '=', sha256).execute()
    await this.#database.deleteFrom('sbom_components').where('sbom', '=', sha256).execute()
    await this.#database.deleteFrom('sboms').where('sha256', '=', sha256).execute()
  }
}
