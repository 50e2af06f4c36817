/** What fields and their choices are called: by their whole path, or by the last name in it. */
import { locale } from '../words/language.ts'
import { sayIfKnown } from '../words/say.tsx'

/** `manufacturer/name` is said as `manufacturerName`, else as `name`. */
export function fieldKeys(path: string): readonly string[] {
  const names = path.split(/[/.]/).filter((name) => !/^\d+$/.test(name))
  return [camel(names), names.at(-1) ?? ''].filter((key) => key !== '')
}

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

export function choiceKeys(path: string, value: string): readonly string[] {
  const last = path.split('/').at(-1) ?? ''
  return [`${last}-${value}`, value]
}

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

function camel(names: readonly string[]): string {
  return names
    .map((name, index) => (index === 0 ? name : name.charAt(0).toUpperCase() + name.slice(1)))
    .join('')
}
