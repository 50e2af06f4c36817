/**
 * How long the agent keeps what it keeps, as data (CRA P-078): printed by `fleetward-agent telemetry`,
 * carried out by {@link ./retention.ts}. What protects the device from its past has no end.
 */
export interface RetentionRule {
  readonly what: string
  readonly keptFor: string
  readonly why: string
}

const DAY_SECONDS = 86_400

/** A download nobody went on with; its rollout is over by then. */
export const DOWNLOAD_MAX_AGE_SECONDS = 30 * DAY_SECONDS
/** An upload that was not applied. */
export const IMPORT_MAX_AGE_SECONDS = DAY_SECONDS
/** Longer than any postponement of an update that is still offered makes sense. */
export const FIRST_NOTICE_MAX_AGE_SECONDS = 2 * 365 * DAY_SECONDS
/** A server that was away for so long has others to ask. */
export const REPORT_MAX_AGE_SECONDS = 90 * DAY_SECONDS
/** What the product wrote. */
export const PRODUCT_LOG_MAX_AGE_SECONDS = 30 * DAY_SECONDS

export const RETENTION_RULES: readonly RetentionRule[] = [
  {
    what: 'downloads',
    keptFor: 'until the update is over, at most 30 days',
    why: 'goes on where it stopped',
  },
  { what: 'imports', keptFor: 'at most 1 day', why: 'a private copy of an upload, encrypted' },
  {
    what: 'first notices',
    keptFor: '2 years',
    why: 'the owner’s time to postpone counts from them',
  },
  {
    what: 'failed offers',
    keptFor: 'the last 32',
    why: 'what failed is not tried again by itself',
  },
  {
    what: 'queued reports',
    keptFor: 'until acknowledged, at most 90 days',
    why: 'a server that is away',
  },
  {
    what: 'the product’s output',
    keptFor: 'at most 30 days',
    why: 'finds out why an update failed',
  },
  {
    what: 'activity log',
    keptFor: 'as the factory settings say, 365 days by default',
    why: 'the owner’s own record',
  },
  { what: 'receipts', keptFor: 'the last 10', why: 'proof of a reset' },
  {
    what: 'counters and trusted versions',
    keptFor: 'for ever',
    why: 'against older, vulnerable releases',
  },
]
