/** A case as the API answers it: its clocks read at one time, and everything that was recorded. */
import type { Clock as LawClock } from '@fleetward/vulnerability'
import { type CaseFile, factsOf, isHouseFact, type KeptEvent, lawEvents } from './case-file.ts'
import { type Reporting, reporting } from './reporting.ts'

/** What a clock that has not started waits for. */
const WAITS_FOR: Readonly<Record<LawClock['anchor'], string>> = {
  awareness: 'nobody is recorded as aware, or it is not marked as exploited or severe',
  measureAvailable: 'no corrective or mitigating measure is recorded as available',
  notificationSubmitted: 'the notification is not submitted',
  request: 'nobody asked for it',
}

export function clocksAt(
  core: Reporting,
  file: Pick<CaseFile, 'zone'>,
  events: readonly KeptEvent[],
  now: number,
): readonly LawClock[] {
  return core.clocksOf(core.clockFactsOf(core.caseOf(lawEvents(events)), file.zone), now)
}

/** The next that is neither submitted nor without a date. */
export function nextDue(clocks: readonly LawClock[]): number | undefined {
  const open = clocks.flatMap(({ state, dueAt }) =>
    dueAt !== undefined && (state === 'running' || state === 'overdue') ? [dueAt] : [],
  )
  return open.length === 0 ? undefined : Math.min(...open)
}

/** A drill with times of its own stands still until its next event, unless somebody asks for another time. */
export function timeIn(file: CaseFile, events: readonly KeptEvent[], now: number): number {
  return file.isVirtual ? (events.at(-1)?.at ?? now) : now
}

export function summaryOf(file: CaseFile) {
  const { number: _, isVirtual: __, ...shown } = file
  return shown
}

export async function inFull(file: CaseFile, events: readonly KeptEvent[], now: number) {
  const core = await reporting()
  const state = core.caseOf(lawEvents(events))
  const { firstSignalAt, isReportable, awareAt, occurredAt, measureAvailableAt } = state
  return {
    ...summaryOf(file),
    ...{ now, firstSignalAt, isReportable, awareAt, occurredAt, measureAvailableAt },
    ...(file.kind === 'incident' ? { severity: severityIn(core, events) } : {}),
    clocks: clocksAt(core, file, events, now).map((clock) =>
      clock.state === 'notStarted' ? { ...clock, waitsFor: WAITS_FOR[clock.anchor] } : clock,
    ),
    events: events.map(({ fact, ...event }) => {
      const { type, ...facts } = fact
      return { ...event, type, facts, ...(isHouseFact(fact) ? {} : { isOfTheLaw: true }) }
    }),
  }
}

export function severityIn(core: Reporting, events: readonly KeptEvent[]) {
  const given = factsOf(events, 'severityAnswered').map(({ fact, name, at }) => {
    return { question: fact.question, answer: fact.answer, reason: fact.reason, by: name, at }
  })
  const { severe, limbs, answers } = core.severityOf(given)
  const questions = core.SEVERITY_QUESTIONS.map(({ id, text }) => {
    const answer = answers.find(({ question }) => question === id)?.answer
    return { id, text, ...(answer === undefined ? {} : { answer }) }
  })
  return { severe, limbs, questions }
}
