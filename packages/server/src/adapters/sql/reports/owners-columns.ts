/** What a report says of its owner's choices, as the device's row has it. */
import type { Report } from '@fleetward/shared'
import { reportedText } from '../../../devices/attribute-value.ts'
import type { DeviceRow } from './report-rows.ts'

export function ownersColumns(report: Report, before: DeviceRow) {
  const { owner } = report
  return {
    opted_out: owner.optedOut ? 1 : 0,
    postponed_until: owner.postponedUntil ?? null,
    postponed_version: postponedVersionOf(report, before),
    automatic_security: owner.automaticSecurity ? 1 : 0,
    automatic_functionality: owner.automaticFunctionality ? 1 : 0,
    own_window: ownWindowOf(owner),
    time_zone: report.inventory === undefined ? before.time_zone : zoneIn(report.inventory),
  }
}

/** A postponement is of one release. The device says of which while it waits; what it said stands until the end is another. */
function postponedVersionOf(
  {
    owner: { postponedUntil },
    waitingFor,
    release,
  }: {
    readonly owner: { readonly postponedUntil?: number }
    readonly waitingFor?: string
    readonly release?: { readonly version: string }
  },
  before: Pick<DeviceRow, 'postponed_until' | 'postponed_version'> | undefined,
): string | null {
  if (postponedUntil === undefined) return null
  if (waitingFor === 'postponement') return release?.version ?? null
  return before?.postponed_until === postponedUntil ? before.postponed_version : null
}

/** Alike for windows that are alike: previews count by it. */
function ownWindowOf({ window }: Report['owner']): string | null {
  if (window === undefined) return null
  if (window === 'none') return window
  const { weekdays, from, to, timeZone } = window
  return JSON.stringify({ weekdays, from, to, timeZone })
}

function zoneIn(inventory: Readonly<Record<string, unknown>>): string | null {
  return typeof inventory.timeZone === 'string' ? reportedText(inventory.timeZone) : null
}
