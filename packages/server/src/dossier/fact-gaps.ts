/** What the facts of a product lack, as gaps of the dossier. */
import type { DossierGap } from '@fleetward/shared'
import { KNOWN, type KnownFact, type SheetName } from '../product-facts/sheets.ts'
import { factWords, isFactPath } from './fact-words.ts'
import type { DossierSource } from './section.ts'

const ANNEX = { 'annex-2': 'II', 'annex-5': 'V', 'annex-7': 'VII' } as const

/** What nobody writes as a fact comes from elsewhere. */
const BY_COMMAND: Readonly<Record<KnownFact, string>> = {
  release: 'fleetward release create --help',
  assessment: 'fleetward risks review --help',
  evidence: 'fleetward risks change --help',
}
const COMMANDS = new Map(
  Object.entries(KNOWN).map(([fact, words]): [string, string] => [
    words,
    BY_COMMAND[fact as KnownFact],
  ]),
)

/** What a person reads in words is set by its path. */
export function setFacts(product: string, paths: readonly string[] = []): string {
  const set = paths.filter(isFactPath).map((path) => ` --set ${path}=…`)
  const command = `fleetward products facts set ${product}`
  return set.length === 0 ? `${command} --help` : `${command}${set.join('')}`
}

/** Of one item, or of the whole sheet. */
export function factGaps(
  { gaps, product }: Pick<DossierSource, 'gaps' | 'product'>,
  sheet: Exclude<SheetName, 'notification'>,
  wanted: (number: string) => boolean = () => true,
): readonly DossierGap[] {
  const items = gaps.sheets.find((one) => one.sheet === sheet)?.items ?? []
  return items
    .filter(({ state, number }) => state === 'empty' && wanted(number))
    .map(({ number, title, missing }) => ({
      item: `${ANNEX[sheet]}.${number}`,
      what: `${title}: missing ${missing.map(factWords).join(', ')}`,
      next: missing.map((one) => COMMANDS.get(one)).find(Boolean) ?? setFacts(product, missing),
    }))
}

export const item7 =
  (number: string) =>
  (source: Pick<DossierSource, 'gaps' | 'product'>): readonly DossierGap[] =>
    factGaps(source, 'annex-7', (one) => one === number)
