/** What surfaces show of a run: where it stands, what its owner has set, and the update they have a say in. */
import type { Report } from '@fleetward/shared'
import type { AgentRecord } from '../core/agent-record.ts'
import { type Notice, noticeOf } from '../core/notice.ts'
import { type OwnersSettings, settingsOf } from '../core/owners-choices.ts'
import { type Allowance, allowanceOf } from '../core/postponement.ts'
import { type Failure, isBeforeArming, type SlotName, type Update } from '../core/update-machine.ts'
import type { AgentDevice } from './agent-device.ts'
import type { Considered } from './effects.ts'

export interface LastFailure {
  readonly code: Failure['code']
  readonly version: string
  /** Seconds since 1970. */
  readonly at: number
}

export interface RunView {
  /** Seconds since 1970. */
  readonly now: number
  readonly slot: SlotName
  readonly version: string
  readonly record: AgentRecord
  readonly settings: OwnersSettings
  readonly clockUnsure: boolean
  readonly integrity?: NonNullable<Report['integrity']>
  readonly lastFailure?: LastFailure
  /** Seconds since 1970: when the wait ends at the latest. */
  readonly waitingUntil?: number
  /** Percent */
  readonly progress?: number
  readonly notice?: Notice
}

/** What only the run itself knows. */
export interface RunStanding
  extends Pick<RunView, 'now' | 'slot' | 'version' | 'record' | 'clockUnsure'> {
  readonly considered: Considered | undefined
  readonly integrity: Report['integrity']
  readonly lastFailure: LastFailure | undefined
  /** Of the download under way, in percent. */
  readonly progress: number | undefined
}

/** The update that the owner still has a say in, and what is known of it. */
export interface OpenUpdate {
  readonly update?: Update
  readonly considered?: Considered
  readonly allowance?: Allowance
}

export function openUpdateOf({
  record: { state },
  considered,
  now,
}: Pick<RunStanding, 'record' | 'considered' | 'now'>): OpenUpdate {
  if (!isBeforeArming(state)) return {}
  const { update } = state
  if (considered?.release.path !== update.offer.release.path) return { update }
  const { firstNotice, bounds } = considered
  return { update, considered, allowance: allowanceOf(firstNotice, bounds, now) }
}

export function viewOf(standing: RunStanding, device: AgentDevice): RunView {
  const { now, slot, version, record, clockUnsure, integrity, lastFailure, progress } = standing
  const notice = openNoticeOf(standing, device)
  const decision = openUpdateOf(standing).considered?.decision
  return {
    ...{ now, slot, version, record, clockUnsure },
    settings: settingsOf(record.owner, device.defaults),
    ...(integrity && { integrity }),
    ...(lastFailure && { lastFailure }),
    ...(decision?.start === false && decision.until !== undefined
      ? { waitingUntil: decision.until }
      : {}),
    ...(progress === undefined || record.state.name !== 'downloading' ? {} : { progress }),
    ...(notice && { notice }),
  }
}

function openNoticeOf(standing: RunStanding, device: AgentDevice): Notice | undefined {
  const { state } = standing.record
  const { considered, allowance } = openUpdateOf(standing)
  if (considered === undefined || allowance === undefined || !isBeforeArming(state))
    return undefined
  const { release, firstNotice, bounds, decision } = considered
  const { restarts = 'product', bandwidthLimitBytesPerSecond: bytesPerSecond } = device
  return noticeOf({
    ...{ state, release, firstNotice, allowance, restarts },
    ...(bounds.deadline === undefined ? {} : { deadline: bounds.deadline }),
    ...(decision.start === false && decision.until !== undefined
      ? { waitingUntil: decision.until }
      : {}),
    ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }),
  })
}
