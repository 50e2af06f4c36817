/**
 * What a device's reports say about its part in a rollout. Pure.
 *
 * A report names the rollout while the update goes on; that it was committed shows when the device is idle
 * and runs the release.
 */
import type { Report } from '@fleetward/shared'

export interface RolloutPart {
  readonly rollout: string
  readonly attempt: number
  readonly releaseVersion: string | undefined
  readonly state: string
  readonly waitingFor: string | undefined
  readonly committed: boolean
  readonly failed: boolean
  readonly code: string | undefined
}

/** The part after `report`; undefined while the report is about no rollout and none is known. */
export function partAfter(
  before: RolloutPart | undefined,
  report: Report,
): RolloutPart | undefined {
  const rollout = report.rollout ?? before?.rollout
  if (rollout === undefined) return undefined
  const known = before?.rollout === rollout ? before : undefined

  const attempt = Math.max(report.attempt ?? 0, known?.attempt ?? 0) || 1
  const isNewAttempt = known !== undefined && attempt > known.attempt
  const releaseVersion = report.release?.version ?? known?.releaseVersion
  const committed = report.state === 'idle' && report.version === releaseVersion
  const failedNow = report.state === 'failed'
  const failed = !committed && (failedNow || (known?.failed === true && !isNewAttempt))
  return {
    rollout,
    attempt,
    releaseVersion,
    state: report.state,
    waitingFor: report.waitingFor,
    committed,
    failed,
    code: failed ? (failedNow ? report.code : known?.code) : undefined,
  }
}
