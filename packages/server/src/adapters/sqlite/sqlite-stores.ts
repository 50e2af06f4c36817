import type { Kysely } from 'kysely'
import type { Database, Stores } from '../../stores.ts'
import type { Tables } from './database.ts'
import { SqliteFileStore } from './file-store.ts'
import { SqliteManifestStore } from './manifest-store.ts'
import { SqliteMetadataStore } from './metadata-store.ts'
import { SqliteProductStore } from './product-store.ts'
import { SqliteReleaseStore } from './release-store.ts'
import { SqliteRolloutStore } from './rollout-store.ts'

export function sqliteStores(database: Kysely<Tables>): Database {
  return {
    ...storesOn(database),
    transaction: (work) =>
      database.transaction().execute((connection) => work(storesOn(connection))),
  }
}

function storesOn(connection: Kysely<Tables>): Stores {
  return {
    products: new SqliteProductStore(connection),
    metadata: new SqliteMetadataStore(connection),
    releases: new SqliteReleaseStore(connection),
    files: new SqliteFileStore(connection),
    rollouts: new SqliteRolloutStore(connection),
    manifests: new SqliteManifestStore(connection),
  }
}
