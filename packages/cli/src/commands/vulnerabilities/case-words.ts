/** What is recorded of cases, in words: the API names it as the law's clocks and programs do. What is new there stays as it is. */

const STAGES: Readonly<Record<string, string>> = {
  earlyWarning: 'early warning',
  notification: 'notification',
  finalReport: 'final report',
  intermediate: 'intermediate report',
}

const STATES: Readonly<Record<string, string>> = {
  notStarted: 'not started',
  running: 'running',
  overdue: 'overdue',
  submitted: 'submitted',
  late: 'submitted late',
  alreadyProvided: 'already provided',
}

const EVENTS: Readonly<Record<string, string>> = {
  opened: 'opened',
  exploitedMarked: 'marked as exploited',
  severeMarked: 'marked as severe',
  markTakenBack: 'mark taken back',
  awarenessSet: 'aware of it',
  measureAvailable: 'measure available',
  submitted: 'submitted',
  intermediateRequested: 'intermediate report asked for',
  intermediateSubmitted: 'intermediate report submitted',
  corrected: 'corrected',
  closed: 'closed',
  noted: 'noted',
  fieldsSet: 'sheet filled',
  severityAnswered: 'question of severity answered',
  scopeSet: 'scope set',
  usersTold: 'users told',
}

const FACTS: Readonly<Record<string, string>> = {
  firstSignalAt: 'first sign',
  awareAt: 'aware since',
  availableAt: 'available since',
  submittedAt: 'submitted at',
  requestedBy: 'asked for by',
  dueAt: 'due',
  isDrill: 'drill',
  includesNotification: 'with the notification',
  proofSha256: 'SHA-256 of the proof',
  fixedVersion: 'fixed in',
  cves: 'CVEs',
}

export const stageWords = (stage: string) => STAGES[stage] ?? stage
export const stateWords = (state: string) => STATES[state] ?? state
export const eventWords = (type: string) => EVENTS[type] ?? type
export const factName = (name: string) => FACTS[name] ?? name

export function factValue(name: string, value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (name === 'stage') return stageWords(String(value))
  if (Array.isArray(value)) return value.map(String).join(', ')
  return String(value).replaceAll('\n', ' ')
}
