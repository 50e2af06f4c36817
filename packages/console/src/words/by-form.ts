/**
 * A sentence of the server that comes without a code, found again by its form. What has another form than these stands
 * in English: nothing is lost when the server learns to say it otherwise. Pure.
 */
export type Forms = readonly (readonly [RegExp, string])[]

export interface Form {
  readonly key: string
  /** The named groups of the form. */
  readonly facts: Readonly<Record<string, string>>
}

export function formOf(forms: Forms, sentence: string): Form | undefined {
  for (const [form, key] of forms) {
    const found = form.exec(sentence)
    if (found !== null) return { key, facts: { ...found.groups } }
  }
  return undefined
}
