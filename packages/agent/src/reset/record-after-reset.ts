/**
 * What a reset leaves in the agent's record. Pure. What protects the device from its past stays at every
 * level: the security counter, replay counters, the clock's floor, what failed, and when an update was
 * first announced, so that nobody gains a downgrade or a new postponement by a reset.
 */
import type { AgentRecord, PendingEvent } from '../core/agent-record.ts'
import { isBeforeArming } from '../core/update-machine.ts'
import type { ResetLevel } from './reset-intent.ts'

/** More are never waiting: each is sent in the first report after the next start. */
const PENDING_EVENTS_MAX_COUNT = 8

export function recordAfterReset(
  record: AgentRecord,
  level: ResetLevel,
  told: PendingEvent,
): AgentRecord {
  const isReset = level === 'settings' || level === 'factory'
  const events = [...(record.events ?? []).filter(({ id }) => id !== told.id), told]
  return {
    ...record,
    ...(isReset ? { owner: {} } : {}),
    // An update that has not been armed leaves no trace; it is offered again under the new settings.
    ...(isReset && isBeforeArming(record.state) ? { state: { name: 'idle' } } : {}),
    ...(level === 'factory' ? { reports: withoutTelemetry(record.reports) } : {}),
    events: events.slice(-PENDING_EVENTS_MAX_COUNT),
  }
}

/** The chain goes on: the server sees the gap, and the report of the reset says why. */
function withoutTelemetry(reports: AgentRecord['reports']): AgentRecord['reports'] {
  return { ...reports, outbox: [], inventoryDigest: '' }
}
