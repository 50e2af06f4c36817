/** What is said of vulnerability reports in a word. Pure. */
import type { VulnerabilityReport, VulnerabilityReportInFull } from '../../api/operator-api.gen.ts'

export type ReportState = VulnerabilityReport['state']
export type Entry = VulnerabilityReportInFull['entries'][number]

/** In the order of their life. */
export const REPORT_STATES = [
  ...(['received', 'acknowledged', 'confirmed', 'duplicate', 'invalid'] as const),
  ...(['fixing', 'fixed', 'published', 'closed'] as const),
] as const satisfies readonly ReportState[]

export function stateOf(word: string | undefined): ReportState | undefined {
  return REPORT_STATES.find((known) => known === word)
}

/** Only what is over is deleted. */
export function isOver(state: ReportState): boolean {
  return state === 'invalid' || state === 'duplicate' || state === 'closed'
}

type Timed = Pick<VulnerabilityReport, 'state' | 'acknowledgeBy' | 'assessBy'>

/** What was promised and is not done yet, and until when. */
export function dueOf({
  state,
  acknowledgeBy,
  assessBy,
}: Timed): { readonly what: 'acknowledgement' | 'assessment'; readonly at: number } | undefined {
  if (state === 'received') return { what: 'acknowledgement', at: acknowledgeBy }
  if (state === 'acknowledged') return { what: 'assessment', at: assessBy }
  return undefined
}
