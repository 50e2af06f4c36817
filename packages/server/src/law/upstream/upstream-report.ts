/** A vulnerability in a component, reported to whoever makes or maintains it (Art. 13(6), CRA P-149, P-150, P-154). */
import { z } from 'zod'
import { httpsAddress, line, words } from '../../http/written.ts'
import { day, isPast } from '../day.ts'

export const UPSTREAM_STATES = [
  ...(['planned', 'sent', 'acknowledged', 'fixed', 'rejected', 'not-needed'] as const),
] as const
const PATCHES_MAX_COUNT = 20

export const upstreamFields = {
  component: line().meta({ example: 'pkg:npm/undici' }),
  vulnerability: line().meta({ example: 'CVE-2026-111497' }),
  finding: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional()
    .meta({ description: 'Id of the finding' }),
  state: z.enum(UPSTREAM_STATES),
  recipient: line().optional().meta({ description: 'To whom' }),
  reportBy: day.optional().meta({ description: 'Until when it has to be sent' }),
  sentOn: day.optional(),
  answerBy: day.optional().meta({ description: 'When nobody answers until then it is overdue' }),
  answeredOn: day.optional(),
  answer: words().optional(),
  text: words().optional().meta({ description: 'What was shared' }),
  patches: z.array(httpsAddress).min(1).max(PATCHES_MAX_COUNT).optional(),
  reason: words().optional().meta({ description: 'Why no report is needed' }),
}
const upstreamSchema = z.object(upstreamFields)
export type UpstreamReport = z.output<typeof upstreamSchema>

export function isOverdue({ state, reportBy, answerBy }: UpstreamReport, now: number): boolean {
  if (state === 'planned') return reportBy !== undefined && isPast(reportBy, now)
  return state === 'sent' && answerBy !== undefined && isPast(answerBy, now)
}

/** Why it cannot be written so; undefined when it can. */
export function upstreamFlaw(report: UpstreamReport): string | undefined {
  const { state, recipient, sentOn, text, patches, answeredOn, reason, reportBy } = report
  if (state === 'not-needed') {
    return reason === undefined ? 'Say why no report is needed: reason' : undefined
  }
  if (state === 'planned') {
    return reportBy === undefined ? 'Say until when it is to be sent: reportBy' : undefined
  }
  if (recipient === undefined || sentOn === undefined) {
    return 'Say to whom it was sent and when: recipient and sentOn'
  }
  if (text === undefined && patches === undefined) {
    return 'Say what was shared: text or patches'
  }
  if (state !== 'sent' && answeredOn === undefined) return 'Say when the answer came: answeredOn'
  return undefined
}
