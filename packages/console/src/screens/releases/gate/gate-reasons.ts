/** What of the gate's reasons a person can let through. The server decides anew; this only saves a refusal. Pure. */
import type { GateResult } from '../../../api/operator-api.gen.ts'

export type GateCode = GateResult['reasons'][number]['code']

/** Every code, so that the compiler names one that is new. */
const WAIVABLE: Readonly<Record<GateCode, boolean>> = {
  ...{ FEED_MISSING: true, FEED_NOT_FRESH: true },
  ...{ NOT_MATCHED: false, MATCHED_WITH_OLDER_FEEDS: false, EXPLOITED: false },
  ...{ UNANSWERED: true, AFFECTED: true, FIX_MISSING: true },
  ...{ EVIDENCE_MISSING: true, EVIDENCE_FAILED: true },
  ...{ RISK_ASSESSMENT_MISSING: true, RISK_ASSESSMENT_OVERDUE: true },
  ...{ BASE_MISSING: true, BASE_NOT_ROLLED_OUT: true, MORE_THAN_FIXES: true },
  FIX_BEHIND_ENTITLEMENT: false,
}

export function isWaivable(code: GateCode): boolean {
  return WAIVABLE[code] ?? false
}

/** A waiver's last day counts to its end, where the viewer is. Undefined: no day. */
export function endOfDay(day: string): number | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day)
  if (match === null) return undefined
  const [year = 0, month = 0, date = 0] = match.slice(1).map(Number)
  const at = new Date(year, month - 1, date, 23, 59, 59).getTime()
  return Number.isNaN(at) ? undefined : Math.floor(at / 1000)
}
