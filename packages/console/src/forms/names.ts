/** What fields and their choices are called: by their whole path, or by the last name in it. */
import { locale } from '../words/language.ts'
import { sayIfKnown } from '../words/say.tsx'
import { choiceKeys, fieldKeys } from './form-keys.ts'

export function fieldName(path: string): string {
  for (const key of fieldKeys(path)) {
    const said = sayIfKnown('field', key)
    if (said !== undefined) return said
  }
  return path.replaceAll('/', '.')
}

/** What a field is for, where its name does not say it. */
export function fieldHint(path: string): string | undefined {
  for (const key of fieldKeys(path)) {
    const said = sayIfKnown('fieldHint', key)
    if (said !== undefined) return said
  }
  return undefined
}

const COUNTRY = /^[A-Z]{2}$/
const CATEGORY = /^(III|IV)(?:-(I|II))?-(\d+)$/

export function choiceName(path: string, value: string): string {
  if (COUNTRY.test(value)) {
    return new Intl.DisplayNames(locale(), { type: 'region' }).of(value) ?? value
  }
  const category = CATEGORY.exec(value)
  if (category !== null) {
    const [, annex = '', grade, number = ''] = category
    const key = grade === undefined ? 'annexCategory' : 'annexClassCategory'
    return sayIfKnown('form', key, { annex, grade: grade ?? '', number }) ?? value
  }
  for (const key of choiceKeys(path, value)) {
    const said = sayIfKnown('choice', key)
    if (said !== undefined) return said
  }
  return value
}
