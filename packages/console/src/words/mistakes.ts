/** What is wrong with a field, in the language of the page. */
import { formOf } from './by-form.ts'
import { MISTAKE_FORMS } from './mistake-forms.ts'
import { toldWords } from './told.ts'

/** Undefined: the server's own words are to stand. */
export function mistakeWords(mistake: string): string | undefined {
  const form = formOf(MISTAKE_FORMS, mistake)
  return form && toldWords('mistakes', form.key, form.facts)
}
