/** What is to be recorded of a case next, by where it stands. The server decides; this only spares a search. Pure. */
import type { CaseAct, CaseInFull } from '../../../api/operator-api.gen.ts'

export type Act = CaseAct['type']
export type Stage = 'earlyWarning' | 'notification' | 'finalReport'
export const STAGES: readonly Stage[] = ['earlyWarning', 'notification', 'finalReport']

export interface Step {
  readonly act: Act
  readonly stage?: Stage
}

export function nextSteps(one: CaseInFull): readonly Step[] {
  if (one.closedAt !== undefined) return []
  const isOpen = (state: string) => state === 'running' || state === 'overdue'
  const steps: Step[] = []
  if (!one.isReportable) {
    if (one.kind === 'vulnerability') steps.push({ act: 'exploitedMarked' })
    else if (one.severity?.severe === 'yes') steps.push({ act: 'severeMarked' })
    else steps.push({ act: 'severityAnswered' })
  }
  if (one.awareAt === undefined) steps.push({ act: 'awarenessSet' })
  const due = STAGES.find((stage) =>
    one.clocks.some((clock) => clock.stage === stage && isOpen(clock.state)),
  )
  if (due !== undefined) steps.push({ act: 'submitted', stage: due })
  const isAsked = one.clocks.some(({ stage, state }) => stage === 'intermediate' && isOpen(state))
  if (isAsked) steps.push({ act: 'intermediateSubmitted' })
  const waitsForMeasure = one.clocks.some(
    ({ anchor, state }) => anchor === 'measureAvailable' && state === 'notStarted',
  )
  if (one.awareAt !== undefined && waitsForMeasure) steps.push({ act: 'measureAvailable' })
  const reported = one.clocks.some(
    ({ stage, state }) => stage === 'finalReport' && (state === 'submitted' || state === 'late'),
  )
  if (reported) steps.push({ act: 'closed' })
  return steps
}
