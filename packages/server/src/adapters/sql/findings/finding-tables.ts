/** The tables of migrations 0014 and 0023 as kysely sees them. Times are seconds since 1970; lists and objects are JSON. */
import type { ColumnType } from 'kysely'
import type { FeedKind } from '../../../feeds/feed.ts'
import type { RatingOrUnknown } from '../../../findings/finding.ts'

type Numbered = ColumnType<number, undefined, never>

export interface FindingTables {
  sboms: {
    sha256: string
    format: string
    format_version: string
    about: string | null
    components_count: number
    depth: string
    quality: string
    /** Null: not all of its components are there. */
    indexed_at: number | null
    trouble: string | null
  }
  sbom_components: {
    sbom: string
    number: number
    ref: string
    name: string
    version: string | null
    purl: string | null
    kind: string
    supplier: string | null
    /** CPEs, licences and hashes. */
    lists: string
  }
  sbom_keys: { sbom: string; number: number; kind: string; space: string; name: string }
  feed_imports: {
    generation: Numbered
    feed: string
    state: 'under-way' | 'current' | 'over'
    begun_at: number
    alive_at: number
  }
  feeds: {
    id: string
    kind: FeedKind
    source: string
    generation: number
    imported_at: number
    source_date: string | null
    records: number
    most_records: number
    sha256: string | null
    control: 'hit' | 'missed' | 'notRun'
    control_sentence: string
    report: string
  }
  feed_sources: {
    feed: string
    kind: FeedKind
    place: string
    every_seconds: number
    control_component: string | null
    control_vulnerability: string | null
    digest_beside: number
    etag: string | null
    last_modified: string | null
    generation: number | null
    set_at: number
    tried_at: number | null
    next_at: number
    outcome: 'imported' | 'unchanged' | 'failed' | null
    trouble: string | null
    /** JSON of the code of `trouble` and its facts. */
    trouble_told: string | null
    failure_count: number
    /** JSON of a Signer. */
    signer: string | null
  }
  feed_covers: { generation: number; kind: string; name: string }
  vulnerabilities: {
    generation: number
    number: number
    id: string
    publisher: string
    modified_at: string
    withdrawn_at: string | null
    record: string
  }
  vulnerability_keys: {
    generation: number
    number: number
    kind: string
    space: string
    name: string
  }
  supplier_statements: { generation: number; number: number; name: string; statement: string }
  exploited: { generation: number; number: number; name: string; since: string }
  epss: {
    generation: number
    number: number
    cve: string
    probability: number
    percentile: number
  }
  release_matches: {
    product: string
    version: string
    sbom: string
    generation: number
    at: number
    coverage: string
  }
  findings: {
    id: string
    product: string
    component: string
    component_name: string
    name: string
    names: string
    upstream: string
    summary: string
    rating: RatingOrUnknown
    score: number | null
    vector: string | null
    is_exploited: number
    exploited_at: number | null
    epss: number | null
    epss_percentile: number | null
    first_seen_at: number
    last_seen_at: number
    ended_at: number | null
  }
  finding_releases: {
    finding: string
    product: string
    version: string
    ref: string
    component_version: string | null
    purl: string | null
    why: string
    generation: number
    first_seen_at: number
    last_seen_at: number
    ended_at: number | null
  }
  vex_statements: {
    number: Numbered
    product: string
    id: string
    author: 'person' | 'import'
    revision: number
    vulnerability: string
    at: number
    statement: string
  }
}
