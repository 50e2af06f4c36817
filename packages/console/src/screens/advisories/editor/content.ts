/** What is written in an advisory, as the form holds it; what of it was changed; and where each flaw belongs. Pure. */
import type { AdvisoryChange, AdvisoryInFull } from '../../../api/operator-api.gen.ts'

export type Content = AdvisoryInFull['content']
export type Hole = Content['vulnerabilities'][number]
export type Credit = Content['credits'][number]
export type Reference = Content['references'][number]

export interface Draft extends Content {
  readonly reports: readonly string[]
}

export const DRAFT_FIELDS = [
  ...(['title', 'summary', 'impact', 'action', 'tlp'] as const),
  ...(['vulnerabilities', 'references', 'credits', 'reports'] as const),
] as const satisfies readonly (keyof Draft)[]
export type DraftField = (typeof DRAFT_FIELDS)[number]

export const NEW_HOLE: Hole = {
  ...{ name: '', aliases: [], description: '', component: '', weakness: '', vector: '' },
  ...{ isExploited: false, affected: [], fixed: [] },
}

export function draftOf({ content, reports }: Pick<AdvisoryInFull, 'content' | 'reports'>): Draft {
  return { ...content, reports }
}

/** Fields that somebody wrote since, and nothing else: what others wrote in the rest stays theirs. */
export function changeOf(before: Draft, now: Draft): AdvisoryChange {
  return Object.fromEntries(
    changedFields(before, now).map((field) => [field, now[field]]),
  ) as AdvisoryChange
}

export function changedFields(before: Draft, now: Draft): readonly DraftField[] {
  return DRAFT_FIELDS.filter(
    (field) => JSON.stringify(before[field]) !== JSON.stringify(now[field]),
  )
}

/** As people read it in a conflict. */
export function textOf(draft: Draft, field: DraftField): string {
  const value = draft[field]
  if (typeof value === 'string') return value
  if (field === 'reports') return draft.reports.join(', ')
  return JSON.stringify(value, null, 2)
}

/** `1.4.2, 1.4.3` or one a line, each once. */
export function listOf(text: string): readonly string[] {
  return [...new Set(text.split(/[\s,;]+/).filter((word) => word !== ''))]
}

/** Only these are links; anything else stays a text. */
export function isWebAddress(url: string): boolean {
  return URL.canParse(url) && new URL(url).protocol === 'https:'
}

/** Which field of which vulnerability a sentence is about. */
export interface Flaw {
  /** `title`, `vulnerabilities`, `vulnerabilities.0.affected`; '' where it is about none of them. */
  readonly field: string
  readonly sentence: string
}

const OF_HOLE: readonly (readonly [RegExp, keyof Hole])[] = [
  [/^description /, 'description'],
  [/^names no affected release$/, 'affected'],
  [/ is affected and fixed$/, 'fixed'],
  [/^no CVSS vector$/, 'vector'],
  [/ is no weakness /, 'weakness'],
  [/^stands there twice$/, 'name'],
]

/** What keeps it from being published is said as `title: …`, or as `CVE-2021-21315: …` of a vulnerability. */
export function placedFlaws(
  flaws: readonly string[],
  { vulnerabilities }: Content,
): readonly Flaw[] {
  return flaws.map((flaw) => {
    const end = flaw.indexOf(': ')
    const [about, sentence] = [flaw.slice(0, Math.max(end, 0)), flaw.slice(end < 0 ? 0 : end + 2)]
    if ((DRAFT_FIELDS as readonly string[]).includes(about)) return { field: about, sentence }
    const at = vulnerabilities.findLastIndex(
      ({ name, aliases }) => name === about || aliases.includes(about),
    )
    const part = OF_HOLE.find(([said]) => said.test(sentence))?.[1]
    if (at < 0 || part === undefined) return { field: '', sentence: flaw }
    return { field: `vulnerabilities.${at}.${part}`, sentence }
  })
}

/** By field, what is wrong with it: what the schema refused goes before what only keeps it from the public. */
export function mistakesBy(
  flaws: readonly Flaw[],
  refused: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const placed = flaws.filter(({ field }) => field !== '')
  const grouped = Map.groupBy(placed, ({ field }) => field)
  const said = [...grouped].map(
    ([field, some]) => [field, some.map(({ sentence }) => sentence).join('; ')] as const,
  )
  return new Map([...said, ...refused])
}

/** Of one part of a list: `vulnerabilities.0.affected.3` belongs to the field of all affected releases. */
export function mistakeAt(
  mistakes: ReadonlyMap<string, string>,
  field: string,
): string | undefined {
  const found = [...mistakes].filter(([at]) => at === field || at.startsWith(`${field}.`))
  return found.length === 0 ? undefined : found.map(([, sentence]) => sentence).join('; ')
}
