/** Opens cases and records what happens to them, each with its entry in the audit log. */
import { randomBytes } from 'node:crypto'
import type { FieldValues } from '@fleetward/vulnerability'
import type { Request } from 'express'
import type { z } from 'zod'
import { permitOf } from '../http/door/permit.ts'
import { HttpError } from '../http/problem.ts'
import { requestIdOf } from '../http/request-id.ts'
import { requireRevision } from '../http/revision.ts'
import type { Database, Stores } from '../stores.ts'
import type { CaseAct, newCaseSchema } from './case-api.ts'
import {
  type CaseFile,
  isHouseFact,
  type KeptEvent,
  lawEvents,
  type RecordedFact,
  type SubmittedSheet,
} from './case-file.ts'
import { sheetNow } from './case-sheet.ts'
import { clocksAt, nextDue, severityIn, timeIn } from './case-view.ts'
import { type Reporting, refusalOf, reporting } from './reporting.ts'

export const EVENTS_MAX_COUNT = 500

export interface Changed {
  readonly file: CaseFile
  readonly events: readonly KeptEvent[]
}

type NewCase = z.output<typeof newCaseSchema>

/** In the transaction of these stores: what takes a suggestion up does both at once. */
export async function openCase(
  stores: Stores,
  request: Request,
  wanted: NewCase,
  now: number,
): Promise<Changed> {
  const { product, kind, title, cves, versions, fixedVersion, zone, isDrill } = wanted
  if (wanted.at !== undefined && !isDrill) throw notADrill()
  const core = await reporting()
  const at = wanted.at ?? now
  const fact: RecordedFact = {
    ...{ type: 'opened', kind, title, product, isDrill, firstSignalAt: wanted.firstSignalAt },
  }
  const event = { ...signed(request, now), position: 1, at, fact }
  // Throws where it cannot have happened.
  stateAfter(core, [event])
  const id = randomBytes(8).toString('hex')
  await stores.cases.add({
    ...{ id, product, kind, title, cves, versions, fixedVersion, zone, isDrill },
    ...{ isVirtual: wanted.at !== undefined, openedAt: at, closedAt: undefined },
    ...{ dueAt: undefined, revision: 1 },
  })
  await stores.cases.addEvent(id, event)
  const file = await stores.cases.find(id)
  if (file === undefined) throw new Error('The case that was just opened is not there')
  await tell(stores, request, file, 'opened', now)
  return { file, events: [event] }
}

export async function record(
  database: Database,
  request: Request,
  seen: CaseFile,
  act: CaseAct,
  now: number,
): Promise<Changed> {
  const core = await reporting()
  const { id } = seen
  const sheet = await submittedSheet(core, database, seen, act, now)
  return database.transaction(async (stores) => {
    const file = await stores.cases.find(id)
    if (file === undefined) throw noSuchCase()
    requireRevision(request, file)
    // The sheet is of the case as it was read before.
    if (file.revision !== seen.revision) throw changedMeanwhile()
    const events = await stores.cases.events(id)
    return recordIn(stores, request, { file, events }, act, now, { core, sheet })
  })
}

/** In the transaction of these stores. */
export async function recordIn(
  stores: Stores,
  request: Request,
  { file, events }: Changed,
  act: CaseAct,
  now: number,
  known: { readonly core?: Reporting; readonly sheet?: SubmittedSheet | undefined } = {},
): Promise<Changed> {
  const { core = await reporting(), sheet } = known
  if (events.length >= EVENTS_MAX_COUNT) {
    throw new HttpError(409, 'CASE_FULL', 'There is too much in this case already')
  }
  const at = timeOf(file, events, act.at, now)
  const fact = factOf(act, file, sheet)
  const event: KeptEvent = { ...signed(request, now), position: events.length + 1, at, fact }
  const after = [...events, event]
  requirePossible(core, file, events, event)
  const next: CaseFile = {
    ...file,
    ...(fact.type === 'scopeSet' ? scopeOf(file, fact) : {}),
    closedAt: stateAfter(core, after).closedAt,
    dueAt: nextDue(clocksAt(core, file, after, at)),
    revision: file.revision + 1,
  }
  if (!(await stores.cases.replace(file.revision, next))) throw changedMeanwhile()
  await stores.cases.addEvent(file.id, event)
  await tell(stores, request, next, fact.type, now)
  if (fact.type === 'usersTold') await tellUsers(stores, next, event.position, fact, now)
  return { file: next, events: after }
}

/** What was submitted is kept as it was: as it is given, or as the sheet is at this moment. */
async function submittedSheet(
  core: Reporting,
  database: Database,
  file: CaseFile,
  act: CaseAct,
  now: number,
): Promise<SubmittedSheet | undefined> {
  if (act.type !== 'submitted') return undefined
  const events = await database.cases.events(file.id)
  const given = defined(act.values ?? {})
  const at = timeOf(file, events, act.at, now)
  const wanted = { file, events, stage: act.stage, given, now: at }
  return (await sheetNow(core, database, wanted)).kept
}

function factOf(act: CaseAct, file: CaseFile, sheet: SubmittedSheet | undefined): RecordedFact {
  const { at: _, ...given } = act
  if (given.type === 'fieldsSet') return { ...given, values: defined(given.values) as FieldValues }
  if (given.type === 'usersTold') return { ...given, versions: file.versions }
  if (given.type !== 'submitted') return defined(given) as RecordedFact
  const { values: __, ...submitted } = given
  return defined({ ...submitted, sheet }) as RecordedFact
}

function timeOf(
  file: CaseFile,
  events: readonly KeptEvent[],
  given: number | undefined,
  now: number,
): number {
  if (given !== undefined && !file.isVirtual) throw notADrill()
  return given ?? timeIn(file, events, now)
}

function requirePossible(
  core: Reporting,
  file: CaseFile,
  events: readonly KeptEvent[],
  event: KeptEvent,
): void {
  const { fact, at } = event
  const state = stateAfter(core, isHouseFact(fact) ? events : [...events, event])
  if (at < (events.at(-1)?.at ?? 0)) {
    throw new HttpError(409, 'EVENT_OUT_OF_ORDER', 'It is recorded before the last event')
  }
  const isOver = state.closedAt !== undefined && fact.type !== 'closed'
  if (isHouseFact(fact) && isOver && fact.type !== 'noted' && fact.type !== 'usersTold') {
    throw new HttpError(
      409,
      'CASE_CLOSED',
      'The case is closed; only notes, notices and corrections are left',
    )
  }
  if (fact.type === 'severityAnswered' && file.kind !== 'incident') {
    throw new HttpError(409, 'NOT_FOR_THIS_KIND', 'Only an incident is severe or not')
  }
  if (fact.type === 'severeMarked' && severityIn(core, events).severe !== 'yes') {
    throw new HttpError(409, 'SEVERITY_OPEN', 'No answer says yet that it is severe: Article 14(5)')
  }
}

function stateAfter(core: Reporting, events: readonly KeptEvent[]) {
  try {
    return core.caseOf(lawEvents(events))
  } catch (error) {
    throw refusalOf(error)
  }
}

function scopeOf(
  file: CaseFile,
  { cves, versions, fixedVersion }: Extract<RecordedFact, { type: 'scopeSet' }>,
): Pick<CaseFile, 'cves' | 'versions' | 'fixedVersion'> {
  return {
    cves: cves ?? file.cves,
    versions: versions ?? file.versions,
    fixedVersion: fixedVersion ?? file.fixedVersion,
  }
}

function signed(request: Request, now: number) {
  const { id, name } = permitOf(request).actor
  return { recordedAt: now, by: id, name }
}

/** A drill leaves its trace in the audit log, and raises nothing. */
async function tell(
  { audit, events }: Stores,
  request: Request,
  { id, product, isDrill, revision }: CaseFile,
  what: string,
  now: number,
): Promise<void> {
  const isNew = what === 'opened'
  await audit.append({
    ...{ at: now, actor: permitOf(request).actor, product, subject: `case/${id}` },
    action: isNew ? 'case.opened' : 'case.recorded',
    after: { what, revision, ...(isDrill ? { isDrill } : {}) },
    ...{ outcome: 'done', requestId: requestIdOf(request) },
  })
  if (isDrill) return
  const data = { case: id, what }
  if (isNew) await events.add({ at: now, type: 'case.opened', product, data })
  else await events.add({ at: now, type: 'case.recorded', product, data })
}

/** Whoever delivers it finds it in order, and hears of it. A drill is told to nobody. */
async function tellUsers(
  { cases, events }: Stores,
  { id, product, isDrill }: CaseFile,
  position: number,
  { audience, text, versions = [] }: Extract<RecordedFact, { type: 'usersTold' }>,
  at: number,
): Promise<void> {
  if (isDrill) return
  await cases.addNotice({ caseId: id, position, product, at, audience, versions, text })
  const data = { case: id, position, audience, versions: [...versions], text }
  await events.add({ at, type: 'case.users-told', product, data })
}

function defined<Value extends object>(value: Value): Value {
  return Object.fromEntries(
    Object.entries(value).filter(([, member]) => member !== undefined),
  ) as Value
}

function changedMeanwhile(): HttpError {
  return new HttpError(409, 'CHANGED_MEANWHILE', 'The case changed; look again')
}

export function noSuchCase(): HttpError {
  return new HttpError(404, 'NO_SUCH_CASE', 'There is no such case')
}

export function notADrill(): HttpError {
  return new HttpError(409, 'NOT_A_DRILL', 'Only a drill that was opened with a time has its own')
}
