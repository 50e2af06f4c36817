import type { Kysely } from 'kysely'
import type { Database, Stores } from '../../stores.ts'
import { alone } from './alone.ts'
import { SqlAuditStore } from './audit-store.ts'
import type { Tables } from './database.ts'
import { SqlEventStore } from './event-store.ts'
import { SqlFileStore } from './file-store.ts'
import { SqlManifestStore } from './manifest-store.ts'
import { SqlMetadataStore } from './metadata-store.ts'
import { SqlProductStore } from './product-store.ts'
import { SqlReleaseStore } from './release-store.ts'
import { SqlRolloutStore } from './rollout-store.ts'

export function sqlStores(database: Kysely<Tables>): Database {
  return {
    ...storesOn(database),
    transaction: (work) => alone(database, (connection) => work(storesOn(connection))),
  }
}

function storesOn(connection: Kysely<Tables>): Stores {
  return {
    products: new SqlProductStore(connection),
    metadata: new SqlMetadataStore(connection),
    releases: new SqlReleaseStore(connection),
    files: new SqlFileStore(connection),
    rollouts: new SqlRolloutStore(connection),
    manifests: new SqlManifestStore(connection),
    audit: new SqlAuditStore(connection),
    events: new SqlEventStore(connection),
  }
}
