/** What keeps an advisory from being published: of which field, and what is wrong with it. */
import { mistakeWords } from '../../../words/mistakes.ts'
import { say } from '../../../words/say.tsx'
import { DRAFT_FIELDS } from './content.ts'

export function FlawWords({ flaw }: { readonly flaw: string }) {
  const end = flaw.indexOf(': ')
  const words = end < 0 ? undefined : mistakeWords(flaw.slice(end + 2))
  if (words === undefined) return <span lang="en">{flaw}</span>
  const about = flaw.slice(0, end)
  const field = DRAFT_FIELDS.find((one) => one === about)
  return (
    <>
      {field === undefined ? about : say(`advisories.${field}`)}: {words}
    </>
  )
}
