/** Whether the law is about a product at all (CRA P-006, P-011, P-012): questions as data, and what the answers come to. Pure. */

export const SCOPE_QUESTIONS = {
  isProduct: 'Is it software or hardware, or a component of those placed on the market by itself?',
  isConnected:
    'Does its intended or foreseeable use include a direct or indirect data connection to a device or network?',
  isCommercial: 'Is it made available on the Union market in the course of a commercial activity?',
  hasRemoteProcessing:
    'Does a function of it depend on remote data processing that the manufacturer designed or had designed?',
  isFreeSoftware: 'Is it free and open-source software?',
} as const
export type ScopeQuestion = keyof typeof SCOPE_QUESTIONS
export const QUESTION_IDS = Object.keys(SCOPE_QUESTIONS) as readonly ScopeQuestion[]

/** Art. 2(2) to (7), and Delegated Regulation (EU) 2025/1535 for vehicles of category L. */
export const EXCLUSIONS = {
  none: 'No other act takes its place',
  'medical-devices': 'Regulation (EU) 2017/745',
  'in-vitro-diagnostics': 'Regulation (EU) 2017/746',
  'motor-vehicles': 'Regulation (EU) 2019/2144',
  'category-l-vehicles': 'Regulation (EU) No 168/2013',
  'civil-aviation': 'Regulation (EU) 2018/1139',
  'marine-equipment': 'Directive 2014/90/EU',
  'spare-parts': 'Art. 2(6): identical parts that replace those of a product',
  'defence-or-security':
    'Art. 2(7): for national security, defence or classified information alone',
} as const
export type Exclusion = keyof typeof EXCLUSIONS
export const EXCLUSION_IDS = Object.keys(EXCLUSIONS) as [Exclusion, ...Exclusion[]]

export interface Scope {
  readonly answers?:
    | { readonly [Question in ScopeQuestion]?: { readonly answer: boolean } | undefined }
    | undefined
  readonly exclusion?: Exclusion | undefined
}

export type ScopeResult = 'applies' | 'excluded' | 'does-not-apply' | 'unanswered'

/** What the law hangs on. The other questions change what it asks, not whether. */
const DECIDING: readonly ScopeQuestion[] = ['isProduct', 'isConnected', 'isCommercial']

export function scopeResult(scope: Scope | undefined): ScopeResult {
  const { answers, exclusion } = scope ?? {}
  if (exclusion !== undefined && exclusion !== 'none') return 'excluded'
  const said = DECIDING.map((question) => answers?.[question]?.answer)
  if (said.includes(false)) return 'does-not-apply'
  return exclusion === undefined || said.includes(undefined) ? 'unanswered' : 'applies'
}

export function unansweredOf({ answers, exclusion }: Scope): readonly string[] {
  const open = QUESTION_IDS.filter((question) => answers?.[question] === undefined)
  return [
    ...open.map((question) => `scope.answers.${question}.answer`),
    ...(exclusion === undefined ? ['scope.exclusion'] : []),
  ]
}
