/**
 * Among the facts of a product `standards` are `declaredStandards` now, with the reason why there are none: `standard`
 * is the word for what the register keeps. In every version, for each is read as it was written.
 */
import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

interface Written {
  product_facts: { product: string; version: number; facts: string }
}

async function rename(connection: Kysely<unknown>): Promise<void> {
  const database = connection as Kysely<Written>
  const all = database.selectFrom('product_facts')
  const named = await all
    .select(['product', 'version'])
    .where('facts', 'like', '%"standards"%')
    .execute()
  // One at a time: a version may have 64 KiB, and there may be thousands.
  for (const { product, version } of named) {
    const { facts } = await all
      .select('facts')
      .where('product', '=', product)
      .where('version', '=', version)
      .executeTakeFirstOrThrow()
    await database
      .updateTable('product_facts')
      .set({ facts: JSON.stringify(renamed(JSON.parse(facts))) })
      .where('product', '=', product)
      .where('version', '=', version)
      .execute()
  }
}

interface Facts {
  readonly standards?: unknown
  readonly notApplicable?: { readonly standards?: unknown }
}

function renamed({ standards, notApplicable, ...others }: Facts): object {
  return {
    ...others,
    ...(standards === undefined ? {} : { declaredStandards: standards }),
    ...(notApplicable === undefined ? {} : { notApplicable: renamedReason(notApplicable) }),
  }
}

function renamedReason({ standards, ...others }: { readonly standards?: unknown }): object {
  return { ...others, ...(standards === undefined ? {} : { declaredStandards: standards }) }
}

export const declaredStandards: Migration = { up: rename }
