/** What a dossier lacks, in the language of the page: the server says it in sentences. Undefined: there it stays in them. */
import type { DossierGap } from '../../../api/operator-api.gen.ts'
import { fieldName } from '../../../forms/names.ts'
import { formOf } from '../../../words/by-form.ts'
import { feedWords } from '../../../words/gate-words.ts'
import { say, sayIfKnown } from '../../../words/say.tsx'
import { toldWords } from '../../../words/told.ts'
import { GAP_FORMS, KNOWN_FORMS } from './gap-forms.ts'

const ANNEXES: Readonly<Record<string, string>> = { II: 'annex-2', V: 'annex-5', VII: 'annex-7' }

/** An item of an annex by its number; `title` is the server's. */
export function itemWords(sheet: string, number: string): string | undefined {
  return toldWords('lawItems', `${sheet}-${number}`)
}

export function gapWords({ item, what, next }: DossierGap): string | undefined {
  const form = formOf(GAP_FORMS, what)
  if (form === undefined) return undefined
  const { key, facts } = form
  if (key === 'missing' || key === 'undecided') return missingWords(key, item, next)
  if (key.startsWith('feed-')) return feedWords(key.slice('feed-'.length), facts)
  if (key.startsWith('of-')) {
    const gap = sayIfKnown('product', `gap_${key.slice('of-'.length)}`)
    return gap && toldWords('gaps', 'of', { ...facts, gap })
  }
  return toldWords('gaps', key, facts)
}

/** The command that fills it names every fact by its path; another one does not, and the sentence stays. */
function missingWords(key: string, item: string, next: string): string | undefined {
  const names = [...next.matchAll(/ --set ([\w.]+)=/g)].map(([, path = '']) => fieldName(path))
  const known = KNOWN.find(([command]) => next.startsWith(command))?.[1]
  const missing = known === undefined ? names.join(', ') : say(`gaps.known-${known}`)
  if (missing === '') return undefined
  if (key === 'undecided') return toldWords('gaps', key, { missing })
  const [annex = '', number = ''] = item.split('.', 2)
  const title = itemWords(ANNEXES[annex] ?? '', number)
  return title && toldWords('gaps', key, { title, missing })
}

const KNOWN = [
  ['fleetward release create', 'release'],
  ['fleetward risks review', 'assessment'],
  ['fleetward risks change', 'evidence'],
] as const

/** What the server knows of itself and lists beside facts. */
export function knownWords(missing: string): string | undefined {
  const form = formOf(KNOWN_FORMS, missing)
  return form && toldWords('gaps', form.key)
}

const WITH_REASONS = ['noVex', 'gateClosed', 'feedNotFresh']

/** Whether the words say all that the sentence does. */
export function isWhole({ what, next }: DossierGap): boolean {
  // Why it is so is told by the server alone.
  if (WITH_REASONS.includes(formOf(GAP_FORMS, what)?.key ?? '')) return false
  const isOfCommand = KNOWN.some(([command]) => next.startsWith(command))
  return !(isOfCommand && /: missing .*, /s.test(what))
}
