import type { Kysely } from 'kysely'
import type { Database, Stores } from '../../stores.ts'
import { SqlAccountStore } from './accounts/account-store.ts'
import { SqlApiTokenStore } from './accounts/api-token-store.ts'
import { SqlBreakGlassStore } from './accounts/break-glass-store.ts'
import { SqlSessionStore } from './accounts/session-store.ts'
import { SqlAdvisoryStore } from './advisories/advisory-store.ts'
import { alone } from './alone.ts'
import { SqlAuditKeyStore } from './audit/audit-key-store.ts'
import { SqlAuditStore } from './audit/audit-store.ts'
import { SqlEventStore } from './audit/event-store.ts'
import { SqlRetentionStore } from './audit/retention-store.ts'
import { SqlToldStore } from './audit/told-store.ts'
import { SqlWebhookStore } from './audit/webhook-store.ts'
import { SqlCaseStore } from './cases/case-store.ts'
import { SqlSuggestionStore } from './cases/suggestion-store.ts'
import type { Tables } from './database.ts'
import { SqlCohortStore } from './devices/cohort-store.ts'
import { SqlCommandStore } from './devices/command-store.ts'
import { SqlDeviceSearch } from './devices/device-search.ts'
import { SqlDeviceStore } from './devices/device-store.ts'
import { SqlEnrolmentStore } from './devices/enrolment-store.ts'
import { SqlEntitlementStore } from './devices/entitlement-store.ts'
import { SqlExpectedDeviceStore } from './devices/expected-device-store.ts'
import { SqlFleetStore } from './devices/fleet-store.ts'
import { SqlSavedFilterStore } from './devices/saved-filter-store.ts'
import { SqlDisclosureStore } from './disclosure/disclosure-store.ts'
import { SqlExposureStore } from './exposure/exposure-store.ts'
import { SqlFeedSourceStore } from './findings/feed-source-store.ts'
import { SqlFeedStore } from './findings/feed-store.ts'
import { SqlFindingStore } from './findings/finding-store.ts'
import { SqlSbomIndexStore } from './findings/sbom-index-store.ts'
import { SqlStatementStore } from './findings/statement-store.ts'
import { SqlEvidenceStore } from './gate/evidence-store.ts'
import { SqlGateStore } from './gate/gate-store.ts'
import { SqlKeptAnswerStore } from './kept-answer-store.ts'
import { SqlSealingKeyStore } from './keys/sealing-key-store.ts'
import { SqlServerKeyStore } from './keys/server-key-store.ts'
import { SqlFactsStore } from './products/facts-store.ts'
import { SqlRecordStore } from './products/record-store.ts'
import { SqlRiskStore } from './products/risk-store.ts'
import { SqlFileStore } from './releases/file-store.ts'
import { SqlManifestStore } from './releases/manifest-store.ts'
import { SqlMetadataStore } from './releases/metadata-store.ts'
import { SqlProductStore } from './releases/product-store.ts'
import { SqlReleaseStore } from './releases/release-store.ts'
import { SqlDeadlineStore } from './rollouts/deadline-store.ts'
import { SqlMemberStore } from './rollouts/member-store.ts'
import { SqlRolloutStore } from './rollouts/rollout-store.ts'
import { signInStoresOn } from './sign-in/sign-in-stores.ts'

export function sqlStores(database: Kysely<Tables>): Database {
  return {
    ...storesOn(database),
    transaction: (work) => alone(database, (connection) => work(storesOn(connection))),
  }
}

function storesOn(connection: Kysely<Tables>): Stores {
  return {
    products: new SqlProductStore(connection),
    facts: new SqlFactsStore(connection),
    risks: new SqlRiskStore(connection),
    records: new SqlRecordStore(connection),
    metadata: new SqlMetadataStore(connection),
    releases: new SqlReleaseStore(connection),
    files: new SqlFileStore(connection),
    rollouts: new SqlRolloutStore(connection),
    deadlines: new SqlDeadlineStore(connection),
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
    entitlements: new SqlEntitlementStore(connection),
    expectedDevices: new SqlExpectedDeviceStore(connection),
    disclosure: new SqlDisclosureStore(connection),
    advisories: new SqlAdvisoryStore(connection),
    feeds: new SqlFeedStore(connection),
    feedSources: new SqlFeedSourceStore(connection),
    sboms: new SqlSbomIndexStore(connection),
    findings: new SqlFindingStore(connection),
    exposure: new SqlExposureStore(connection),
    gate: new SqlGateStore(connection),
    evidence: new SqlEvidenceStore(connection),
    statements: new SqlStatementStore(connection),
    cases: new SqlCaseStore(connection),
    caseSuggestions: new SqlSuggestionStore(connection),
    enrolments: new SqlEnrolmentStore(connection),
    commands: new SqlCommandStore(connection),
    sealingKeys: new SqlSealingKeyStore(connection),
    serverKeys: new SqlServerKeyStore(connection),
    signIn: signInStoresOn(connection),
  }
}
