/** Cases as people read them in a terminal. */
import { moment } from '../moment.ts'
import { eventWords, factName, factValue, stageWords, stateWords } from './case-words.ts'

export interface CaseSummary {
  readonly id: string
  readonly product: string
  readonly kind: string
  readonly title: string
  readonly cves: readonly string[]
  readonly versions: readonly string[]
  readonly fixedVersion?: string
  readonly isDrill: boolean
  readonly openedAt: number
  readonly closedAt?: number
  readonly dueAt?: number
}

export interface CaseClock {
  readonly stage: string
  readonly state: string
  readonly dueAt?: number
  readonly latestReadingAt?: number
  readonly submittedAt?: number
  readonly lateBySeconds: number
  readonly waitsFor?: string
}

export interface CaseInFull extends CaseSummary {
  readonly now: number
  readonly awareAt?: number
  readonly isReportable: boolean
  readonly measureAvailableAt?: number
  readonly severity?: {
    readonly severe: string
    readonly questions: readonly {
      readonly id: string
      readonly text: string
      readonly answer?: string
    }[]
  }
  readonly clocks: readonly CaseClock[]
  readonly events: readonly {
    readonly position: number
    readonly at: number
    readonly name: string
    readonly type: string
    readonly facts: Readonly<Record<string, unknown>>
  }[]
}

interface ReportedFacts {
  readonly devices: number
  readonly reports: number
  readonly refusals: Readonly<Record<string, number>>
  readonly examples: readonly string[]
}

interface ExploitedFacts {
  readonly vulnerability: string
  readonly rating: string
  readonly findings: readonly string[]
  readonly components: readonly string[]
}

export interface Suggestion {
  readonly id: string
  readonly product: string
  readonly sign: string
  readonly firstAt: number
  readonly lastAt: number
  readonly facts: ReportedFacts | ExploitedFacts
  readonly state: string
  readonly reason?: string
  readonly caseId?: string
}

export function caseLine(one: CaseSummary): string {
  const { id, product, kind, title, isDrill, dueAt, closedAt } = one
  const due = dueAt === undefined ? '' : ` due ${moment(dueAt)}`
  const state = closedAt === undefined ? `open${due}` : `closed ${moment(closedAt)}`
  return `${id} ${isDrill ? 'DRILL ' : ''}${product} ${kind} ${state}: ${title}`
}

export function caseLines(one: CaseInFull): string[] {
  const { cves, versions, fixedVersion, severity, clocks, events, awareAt } = one
  const facts: readonly (readonly [name: string, value: string])[] = [
    ['CVE', cves.join(', ')],
    ['affected', versions.join(', ')],
    ['fixed in', fixedVersion ?? ''],
    ['reportable', one.isReportable ? 'yes' : 'not as far as it is recorded'],
    ['aware since', awareAt === undefined ? 'nobody is recorded as aware' : moment(awareAt)],
    ['severe', severity?.severe ?? ''],
  ]
  return [
    caseLine(one),
    ...facts
      .filter(([, value]) => value !== '')
      .map(([name, value]) => `  ${name.padEnd(12)} ${value}`),
    ...(severity?.questions ?? []).map(
      ({ id, text, answer = 'unanswered' }) => `  ${id}: ${answer}. ${text}`,
    ),
    `Clocks at ${moment(one.now)}`,
    ...clocks.map((clock) => `  ${clockLine(clock)}`),
    'Events',
    ...events.map(({ at, name, type, facts: said }) => {
      return `  ${moment(at)} ${eventWords(type)}, by ${name}${wordsOf(said)}`
    }),
  ]
}

export function suggestionLine({ id, product, sign, state, facts, lastAt }: Suggestion): string {
  const head = `${id} ${product} ${sign} ${state}`
  if ('vulnerability' in facts) {
    return `${head}: ${facts.vulnerability} in ${facts.components.join(', ')}, since ${moment(lastAt)}`
  }
  const { devices, reports } = facts
  return `${head}: ${reports} reports of ${devices} devices, last ${moment(lastAt)}`
}

export function suggestionLines(one: Suggestion): string[] {
  const { facts, product, reason, caseId, firstAt } = one
  const details =
    'vulnerability' in facts
      ? [
          `  rating       ${facts.rating}`,
          ...facts.findings.map(
            (id) => `  finding      fleetward findings show ${id} --product ${product}`,
          ),
        ]
      : [
          ...Object.entries(facts.refusals).map(([code, count]) => `  ${code}: ${count}`),
          `  devices      ${facts.examples.join(', ')}`,
        ]
  return [
    suggestionLine(one),
    `  first        ${moment(firstAt)}`,
    ...details,
    ...(reason === undefined ? [] : [`  dismissed    ${reason}`]),
    ...(caseId === undefined ? [] : [`  case         ${caseId}`]),
  ]
}

function clockLine(clock: CaseClock): string {
  const { stage, state, dueAt, latestReadingAt, submittedAt, lateBySeconds, waitsFor } = clock
  const parts = [
    ...(waitsFor === undefined ? [] : [waitsFor]),
    ...(dueAt === undefined ? [] : [`due ${moment(dueAt)}`]),
    ...(latestReadingAt === undefined ? [] : [`at the latest reading ${moment(latestReadingAt)}`]),
    ...(submittedAt === undefined ? [] : [`submitted ${moment(submittedAt)}`]),
    ...(lateBySeconds === 0 ? [] : [`LATE by ${duration(lateBySeconds)}`]),
  ]
  return `${stageWords(stage)} ${stateWords(state)}: ${parts.join(', ')}`
}

function wordsOf(facts: Readonly<Record<string, unknown>>): string {
  const shown = Object.entries(facts).flatMap(([name, value]) => {
    const isTime = typeof value === 'number' && /(At|since)$/.test(name)
    if (isTime) return [`${factName(name)} ${moment(value)}`]
    const isNested = typeof value === 'object' && !Array.isArray(value)
    return isNested ? [] : [`${factName(name)} ${factValue(name, value)}`]
  })
  return shown.length === 0 ? '' : `: ${shown.join('; ')}`
}

function duration(seconds: number): string {
  const minutes = Math.ceil(seconds / 60)
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
