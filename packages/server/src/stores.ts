/** The stores of the core, together: what has to be decided at once is written at once. */
import type { AccountStore } from './accounts/account-store.ts'
import type { ApiTokenStore } from './accounts/api-token-store.ts'
import type { SessionStore } from './accounts/session-store.ts'
import type { AdvisoryStore } from './advisories/advisory-store.ts'
import type { AuditKeyStore } from './audit/audit-key-store.ts'
import type { AuditStore } from './audit/audit-store.ts'
import type { ToldStore } from './audit/export/told-store.ts'
import type { BreakGlassStore } from './break-glass/break-glass-store.ts'
import type { CaseStore } from './cases/case-store.ts'
import type { SuggestionStore } from './cases/suggestion-store.ts'
import type { CohortStore } from './devices/cohorts/cohort-store.ts'
import type { CommandStore } from './devices/command-store.ts'
import type { DeviceStore } from './devices/device-store.ts'
import type { ExpectedDeviceStore } from './devices/expected-device-store.ts'
import type { DeviceSearch } from './devices/filter/matching.ts'
import type { SavedFilterStore } from './devices/filter/saved-filter-store.ts'
import type { FleetStore } from './devices/fleet-store.ts'
import type { DisclosureStore } from './disclosure/disclosure-store.ts'
import type { EnrolmentStore } from './enrolment/enrolment-store.ts'
import type { EntitlementStore } from './entitlements/entitlement-store.ts'
import type { EventStore } from './events/event-store.ts'
import type { EvidenceStore } from './evidence/evidence-store.ts'
import type { ExposureStore } from './exposure/exposure-store.ts'
import type { FeedStore } from './feeds/feed-store.ts'
import type { FeedSourceStore } from './feeds/sources/feed-source-store.ts'
import type { FindingStore } from './findings/finding-store.ts'
import type { GateStore } from './gate/gate-store.ts'
import type { KeptAnswerStore } from './http/kept-answer-store.ts'
import type { RecordStore } from './law/record-store.ts'
import type { FactsStore } from './product-facts/facts-store.ts'
import type { ProductStore } from './products/product-store.ts'
import type { ManifestStore } from './publishing/manifest-store.ts'
import type { MetadataStore } from './releases/metadata-store.ts'
import type { FileStore, ReleaseStore } from './releases/release-store.ts'
import type { RetentionStore } from './retention/retention-store.ts'
import type { RiskStore } from './risks/risk-store.ts'
import type { DeadlineStore } from './rollouts/deadlines/deadline-store.ts'
import type { MemberStore } from './rollouts/member-store.ts'
import type { RolloutStore } from './rollouts/rollout-store.ts'
import type { SbomIndexStore } from './sboms/sbom-index-store.ts'
import type { SealingKeyStore } from './secrets/sealing-key-store.ts'
import type { ServerKeyStore } from './server-keys/server-key-store.ts'
import type { SignInStores } from './sign-in/sign-in-stores.ts'
import type { StatementStore } from './vex/statement-store.ts'
import type { WebhookStore } from './webhooks/webhook-store.ts'

export interface Stores {
  readonly products: ProductStore
  readonly facts: FactsStore
  readonly risks: RiskStore
  readonly records: RecordStore
  readonly metadata: MetadataStore
  readonly releases: ReleaseStore
  readonly files: FileStore
  readonly rollouts: RolloutStore
  readonly deadlines: DeadlineStore
  readonly members: MemberStore
  readonly manifests: ManifestStore
  readonly accounts: AccountStore
  readonly sessions: SessionStore
  readonly apiTokens: ApiTokenStore
  readonly keptAnswers: KeptAnswerStore
  readonly audit: AuditStore
  readonly auditKeys: AuditKeyStore
  readonly told: ToldStore
  readonly events: EventStore
  readonly webhooks: WebhookStore
  readonly retention: RetentionStore
  readonly breakGlass: BreakGlassStore
  readonly devices: DeviceStore
  readonly deviceSearch: DeviceSearch
  readonly fleet: FleetStore
  readonly cohorts: CohortStore
  readonly savedFilters: SavedFilterStore
  readonly entitlements: EntitlementStore
  readonly expectedDevices: ExpectedDeviceStore
  readonly disclosure: DisclosureStore
  readonly advisories: AdvisoryStore
  readonly feeds: FeedStore
  readonly feedSources: FeedSourceStore
  readonly sboms: SbomIndexStore
  readonly findings: FindingStore
  readonly exposure: ExposureStore
  readonly gate: GateStore
  readonly evidence: EvidenceStore
  readonly statements: StatementStore
  readonly cases: CaseStore
  readonly caseSuggestions: SuggestionStore
  readonly enrolments: EnrolmentStore
  readonly commands: CommandStore
  readonly sealingKeys: SealingKeyStore
  readonly serverKeys: ServerKeyStore
  readonly signIn: SignInStores
}

export interface Database extends Stores {
  /**
   * Runs `work` alone, on stores of its own; all it wrote is durable when this resolves, nothing of it
   * when `work` throws or the power fails. `work` must use the stores it is given and no others.
   */
  transaction<Result>(work: (stores: Stores) => Promise<Result>): Promise<Result>
}
