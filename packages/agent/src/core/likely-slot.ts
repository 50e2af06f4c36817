/**
 * Which slot a device should run whose boot choice is lost. Each slot that is whole was verified; what
 * is asked here is which of them works. Pure.
 */
import { compareVersions } from '@fleetward/shared'
import type { AgentRecord } from './agent-record.ts'
import { otherSlot, type SlotName, updateOf } from './update-machine.ts'

/** What a whole slot says of itself; undefined for one that is not. */
export interface WholeSlot {
  readonly release: string
  readonly version: string
  readonly securityCounter: number
}

export function likelySlot(
  record: Pick<AgentRecord, 'state' | 'failedOffers'> | undefined,
  slots: Readonly<Record<SlotName, WholeSlot | undefined>>,
): SlotName {
  const { A, B } = slots
  if (B === undefined) return 'A'
  if (A === undefined) return 'B'
  if (record === undefined) return newerSlot(A, B)
  const update = updateOf(record.state)
  // Until it is committed the slot of an update is on trial at most, and whatever runs is in the other one.
  if (update !== undefined) {
    return record.state.name === 'committing' ? update.slot : otherSlot(update.slot)
  }
  const hasFailed = ({ release }: WholeSlot) =>
    record.failedOffers.some(({ path }) => path === release)
  if (hasFailed(A) !== hasFailed(B)) return hasFailed(A) ? 'B' : 'A'
  return newerSlot(A, B)
}

/** The one that an update left last. */
function newerSlot(a: WholeSlot, b: WholeSlot): SlotName {
  const newer = a.securityCounter - b.securityCounter || compareVersions(a.version, b.version)
  return newer < 0 ? 'B' : 'A'
}
