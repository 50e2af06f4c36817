/** The requirements of Annex I in the language of the page, by their ids: `I.2.c` stands as `I-2-c`. */
import type { RequirementRow } from '../../../api/operator-api.gen.ts'
import { say } from '../../../words/say.tsx'
import { speaksEnglish, toldWords } from '../../../words/told.ts'

/** Undefined: the law's English words stand. */
export function requirementWords({ id }: Pick<RequirementRow, 'id'>): string | undefined {
  return toldWords('requirements', id.replaceAll('.', '-'))
}

export function referenceWords({
  id,
  reference,
}: Pick<RequirementRow, 'id' | 'reference'>): string {
  if (speaksEnglish()) return reference
  const [part = '', number = '', letter] = id.split('.')
  return letter === undefined
    ? say('annex1.reference', { part, number })
    : say('annex1.referenceWithLetter', { part, number, letter })
}
