/** What a form would hold, to be read: for who may not change it, and before somebody does. */

import { numberWords, say } from '../words/say.tsx'
import { dayText, monthText, timeWords } from '../words/time.ts'
import { type Draft, draftOf, rowNumbers, type Value } from './draft.ts'
import { groupsOf } from './fields.tsx'
import type { FormField } from './form-field.ts'
import { choiceName, fieldName } from './names.ts'
import './forms.css'

export interface WrittenProps {
  readonly fields: readonly FormField[]
  readonly value: Value
  /** Says also what is empty. */
  readonly isWhole?: boolean
  /** The path of a field that is in English in every language of the page. */
  readonly inEnglish?: string | undefined
}

export function Written({ fields, value, isWhole = false, inEnglish }: WrittenProps) {
  const draft = draftOf(fields, value)
  const filled = (field: FormField) =>
    isWhole ||
    (field.kind === 'rows' ? rowNumbers(field.path, draft).length > 0 : draft[field.path])
  const shown = groupsOf(fields.filter(filled))
  return (
    <div class="stack written-form">
      {shown.map(([group, members]) => (
        <section key={`${group}-${members[0]?.path}`} class="stack">
          {group !== '' && <h3>{fieldName(`${group}Group`)}</h3>}
          <dl class="facts">
            {members.map((field) => (
              <WrittenField
                key={field.path}
                {...{ field, draft }}
                lang={field.path === inEnglish ? 'en' : undefined}
              />
            ))}
          </dl>
        </section>
      ))}
      {shown.length === 0 && <p class="quiet">{say('form.empty')}</p>}
    </div>
  )
}

interface WrittenFieldProps {
  readonly field: FormField
  readonly draft: Draft
  readonly lang: string | undefined
}

function WrittenField({ field, draft, lang }: WrittenFieldProps) {
  const texts =
    field.kind === 'rows'
      ? rowNumbers(field.path, draft).map((number) =>
          (field.fields ?? [])
            .map((inner, index) =>
              rowText(inner, index, draft[`${field.path}/${number}/${inner.path}`]),
            )
            .filter((text) => text !== '')
            .join(' · '),
        )
      : [writtenText(field, draft[field.path] ?? '')]
  return (
    <>
      <dt>{fieldName(field.path)}</dt>
      <dd class="written" lang={lang}>
        {texts.join('\n') === '' ? (
          <span class="quiet">{say('form.notWritten')}</span>
        ) : (
          texts.join('\n')
        )}
      </dd>
    </>
  )
}

/** What a row is called says itself; a yes says nothing without its question. */
function rowText(inner: FormField, index: number, text = ''): string {
  const said = writtenText(inner, text)
  return said === '' || index === 0 ? said : `${fieldName(inner.path)}: ${said}`
}

/** A text of a draft as a person reads it. */
export function writtenText({ kind, path }: FormField, text: string): string {
  if (text === '') return ''
  switch (kind) {
    case 'choice':
    case 'yesNo':
      return choiceName(path, text)
    case 'choices':
      return text
        .split('\n')
        .map((one) => choiceName(path, one))
        .join(', ')
    case 'number':
      return Number.isFinite(Number(text)) ? numberWords(Number(text)) : text
    case 'day':
      return dayText(text)
    case 'month':
      return monthText(text)
    case 'time':
      return timeWords(new Date(text).getTime() / 1000)
    default:
      return text
  }
}
