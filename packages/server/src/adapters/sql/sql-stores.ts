import type { Kysely } from 'kysely'
import type { Database, Stores } from '../../stores.ts'
import { SqlAccountStore } from './account-store.ts'
import { alone } from './alone.ts'
import { SqlApiTokenStore } from './api-token-store.ts'
import { SqlAuditKeyStore } from './audit-key-store.ts'
import { SqlAuditStore } from './audit-store.ts'
import { SqlBreakGlassStore } from './break-glass-store.ts'
import { SqlCohortStore } from './cohort-store.ts'
import { SqlCommandStore } from './command-store.ts'
import type { Tables } from './database.ts'
import { SqlDeviceSearch } from './device-search.ts'
import { SqlDeviceStore } from './device-store.ts'
import { SqlEnrolmentStore } from './enrolment-store.ts'
import { SqlEventStore } from './event-store.ts'
import { SqlExpectedDeviceStore } from './expected-device-store.ts'
import { SqlFileStore } from './file-store.ts'
import { SqlFleetStore } from './fleet-store.ts'
import { SqlKeptAnswerStore } from './kept-answer-store.ts'
import { SqlManifestStore } from './manifest-store.ts'
import { SqlMemberStore } from './member-store.ts'
import { SqlMetadataStore } from './metadata-store.ts'
import { SqlProductStore } from './product-store.ts'
import { SqlReleaseStore } from './release-store.ts'
import { SqlRetentionStore } from './retention-store.ts'
import { SqlRolloutStore } from './rollout-store.ts'
import { SqlSavedFilterStore } from './saved-filter-store.ts'
import { SqlSealingKeyStore } from './sealing-key-store.ts'
import { SqlServerKeyStore } from './server-key-store.ts'
import { SqlSessionStore } from './session-store.ts'
import { signInStoresOn } from './sign-in-stores.ts'
import { SqlToldStore } from './told-store.ts'
import { SqlWebhookStore } from './webhook-store.ts'

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
    members: new SqlMemberStore(connection),
    manifests: new SqlManifestStore(connection),
    accounts: new SqlAccountStore(connection),
    sessions: new SqlSessionStore(connection),
    apiTokens: new SqlApiTokenStore(connection),
    keptAnswers: new SqlKeptAnswerStore(connection),
    audit: new SqlAuditStore(connection),
    told: new SqlToldStore(connection),
    auditKeys: new SqlAuditKeyStore(connection),
    events: new SqlEventStore(connection),
    webhooks: new SqlWebhookStore(connection),
    retention: new SqlRetentionStore(connection),
    breakGlass: new SqlBreakGlassStore(connection),
    devices: new SqlDeviceStore(connection),
    deviceSearch: new SqlDeviceSearch(connection),
    fleet: new SqlFleetStore(connection),
    cohorts: new SqlCohortStore(connection),
    savedFilters: new SqlSavedFilterStore(connection),
    expectedDevices: new SqlExpectedDeviceStore(connection),
    enrolments: new SqlEnrolmentStore(connection),
    commands: new SqlCommandStore(connection),
    sealingKeys: new SqlSealingKeyStore(connection),
    serverKeys: new SqlServerKeyStore(connection),
    signIn: signInStoresOn(connection),
  }
}
