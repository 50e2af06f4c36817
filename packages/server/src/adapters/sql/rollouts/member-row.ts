/** A row of a rollout's device, beside the device's own, as the engine reads it. */
import type { UpdateStateName, WaitingFor } from '@fleetward/shared'
import type { Selectable } from 'kysely'
import type { BlockedBy, DeviceFacts, Membership } from '../../../rollouts/engine/membership.ts'
import type { Column } from '../../../rollouts/engine/progress.ts'
import type { ReportedChoices } from '../../../rollouts/engine/prospect.ts'
import type { Member } from '../../../rollouts/member-store.ts'
import type { Tables } from '../database.ts'

type MemberRow = Selectable<Tables['rollout_members']>

/** What the engine reads of a device. */
export interface DeviceRow {
  readonly device: string
  readonly version: string | null
  readonly now_in: string | null
  readonly state: string | null
  readonly waiting_for: string | null
  readonly opted_out: number
  readonly postponed_until: number | null
  readonly postponed_version: string | null
  readonly automatic_security: number | null
  readonly automatic_functionality: number | null
  readonly own_window: string | null
  readonly time_zone: string | null
  readonly cohort: string
  readonly revoked_at: number | null
  readonly quarantined_at: number | null
  readonly decommissioned_at: number | null
  readonly last_seen_at: number | null
  /** 0: not to what the release asks for. */
  readonly entitled: number
}

export type ListedMember = MemberRow & DeviceRow & { readonly column: Column }

export function memberOf(row: ListedMember, cohort: string): Member {
  return {
    ...{ device: factsOf(row, cohort), membership: membershipOf(row) },
    ...{ isHeld: row.held === 1, choices: choicesOf(row) },
    lastSeenAt: row.last_seen_at ?? undefined,
  }
}

export function factsOf(row: DeviceRow, cohort: string): DeviceFacts {
  return {
    device: row.device,
    version: row.version ?? undefined,
    rollout: row.now_in ?? undefined,
    state: (row.state as UpdateStateName | null) ?? undefined,
    waitingFor: (row.waiting_for as WaitingFor | null) ?? undefined,
    optedOut: row.opted_out === 1,
    postponedUntil: row.postponed_until ?? undefined,
    blocked: blockedBy(row, cohort),
  }
}

export function choicesOf(row: DeviceRow): ReportedChoices | undefined {
  const { automatic_security: security, automatic_functionality: functionality } = row
  if (security === null || functionality === null) return undefined
  return {
    ...{ automaticSecurity: security === 1, automaticFunctionality: functionality === 1 },
    postponedVersion: row.postponed_version ?? undefined,
    ...{ ownWindow: row.own_window ?? undefined, timeZone: row.time_zone ?? undefined },
  }
}

function blockedBy(row: DeviceRow, cohort: string): BlockedBy | undefined {
  if (row.decommissioned_at !== null) return 'decommissioned'
  if (row.revoked_at !== null) return 'revoked'
  if (row.quarantined_at !== null) return 'quarantined'
  if (row.cohort !== cohort) return 'leftCohort'
  return row.entitled === 0 ? 'notEntitled' : undefined
}

export function membershipOf(row: MemberRow): Membership {
  return {
    group: row.grp ?? 0,
    late: row.late === 1,
    position: row.position,
    offeredAt: row.offered_at ?? undefined,
    silenceFrom: row.silence_from ?? undefined,
    end:
      row.end_as === null
        ? undefined
        : {
            as: row.end_as,
            attempt: row.end_attempt ?? 1,
            at: row.end_at ?? 0,
            code: row.end_code ?? undefined,
          },
  }
}
