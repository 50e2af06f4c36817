/**
 * The one durable record of the agent: what must survive a power loss, a restart and a factory
 * reset. The run saves it whole before any effect of a new state, so nothing in it can disagree.
 */
import { AUDIENCES_MAX_COUNT, type FailedOffer, type LogHead, type Report } from '@fleetward/shared'
import type { FailedTrial } from './failed-trials.ts'
import type { Outbox } from './outbox.ts'
import type { OwnersChoices } from './owners-choices.ts'
import type { UpdateState } from './update-machine.ts'

export interface AgentRecord {
  readonly state: UpdateState
  /** The highest security counter ever committed. Never lowered (protocol §4.2). */
  readonly securityCounter: number
  /** Seconds since 1970, {@link ./clock-floor.ts}. */
  readonly clockFloor: number
  readonly cohort: string
  /** The last accepted manifest per audience (protocol §5.4), the most recent last. */
  readonly audiences: readonly AcceptedManifest[]
  /** The last command that was accepted (protocol §6); 0 before the first. */
  readonly commandSeq: number
  /** Tried again only when `attempt` grows or the owner says so; the most recent last. */
  readonly failedOffers: readonly FailedOffer[]
  /** Which releases rest because their trials failed again and again. */
  readonly failedTrials?: readonly FailedTrial[]
  readonly firstNotices: readonly FirstNotice[]
  readonly owner: OwnersChoices
  readonly reports: Reports
  /** What happened while no report could be made; each goes into one of its own at the next start. */
  readonly events?: readonly PendingEvent[]
}

export interface PendingEvent {
  /** A repeated effect tells of one event. */
  readonly id: string
  readonly event: NonNullable<Report['event']>
}

export interface AcceptedManifest {
  readonly audience: string
  readonly seq: number
  readonly digest: string
}

/** When a release was first offered (seconds since 1970): the owner's bounds count from here. */
export interface FirstNotice {
  readonly path: string
  readonly at: number
  /** When it was taken again: after a pause, in another attempt or rollout. Starts are spread from here. */
  readonly againAt?: number
}

export interface Reports {
  /** Of the last report made; 0 before the first. */
  readonly seq: number
  /** SHA-256 of the last report, empty before the first (protocol §7). */
  readonly prev: string
  /** Chance in the last report, which dangerous commands must repeat. */
  readonly nonce: string
  /** What the server was last told, so that only changes are sent. */
  readonly inventoryDigest: string
  /** Head of the activity log in the last report that had one. */
  readonly log?: LogHead
  readonly outbox: Outbox
}

/** A device that comes from the factory: it has the counter of the firmware in its slot. */
export function firstRecord(
  cohort: string,
  securityCounter: number,
  clockFloor: number,
): AgentRecord {
  return {
    state: { name: 'idle' },
    securityCounter,
    clockFloor,
    cohort,
    audiences: [],
    commandSeq: 0,
    failedOffers: [],
    firstNotices: [],
    owner: {},
    reports: { seq: 0, prev: '', nonce: '', inventoryDigest: '', outbox: [] },
  }
}

/** More reports than one save ever holds. */
const REPORTS_OF_A_SAVE_MAX_COUNT = 64
/** Of reports that follow none the device remembers (protocol §7). */
const PREV_UNKNOWN = '0'.repeat(64)

/**
 * A device whose record was lost. The floor is that of the committed slot, and the reports go on with
 * a number that no device reaches by counting: the server sees the gap and takes what follows it.
 */
export function recordAfterLoss(cohort: string, securityCounter: number, now: number): AgentRecord {
  const record = firstRecord(cohort, securityCounter, 0)
  const reports = { ...record.reports, seq: now, prev: PREV_UNKNOWN }
  return withEvent({ ...record, reports }, 'record-lost')
}

/**
 * The last good record of a device whose disk lost the one after it, if there was one. Its reports may
 * have been told already, so their numbers are left out: the server sees a gap, not two tellings.
 */
export function recordPerhapsBehind(record: AgentRecord): AgentRecord {
  const { reports } = record
  const seq = reports.seq + REPORTS_OF_A_SAVE_MAX_COUNT
  return withEvent(
    { ...record, reports: { ...reports, seq, prev: PREV_UNKNOWN } },
    'record-damaged',
  )
}

/** Told once, with the next report that can be made. */
function withEvent(record: AgentRecord, name: string): AgentRecord {
  const others = (record.events ?? []).filter(({ id }) => id !== name)
  return { ...record, events: [...others, { id: name, event: { name, facts: {} } }] }
}

/** The most recently used audiences stay; a device is in one cohort at a time. */
export function withAcceptedManifest(record: AgentRecord, accepted: AcceptedManifest): AgentRecord {
  const others = record.audiences.filter(({ audience }) => audience !== accepted.audience)
  return { ...record, audiences: [...others, accepted].slice(-AUDIENCES_MAX_COUNT) }
}
