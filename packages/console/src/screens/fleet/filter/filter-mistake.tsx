/** Where a filter is wrong: the text with the mistake marked and a caret beneath it, and what belongs there. */
import { say } from '../../../words/say.tsx'
import { EXPECTED, type Mistake, markedAt } from './filter-mistake.ts'

export interface FilterMistakeProps {
  readonly text: string
  readonly mistake: Mistake
  readonly onMend: () => void
}

export function FilterMistake({ text, mistake, onMend }: FilterMistakeProps) {
  const { before, marked, after } = markedAt(text, mistake)
  const { at, expected, suggestion } = mistake
  return (
    <div class="filter-mistake">
      <pre aria-hidden="true">
        {before}
        <mark>{marked === '' ? '\u00a0' : marked}</mark>
        {after}
      </pre>
      <p class="field-error">
        {say(marked === '' ? 'filter.mistakeAtEnd' : 'filter.mistake', {
          ...{ position: at + 1, expected: expectedWords(expected), seen: marked },
        })}
      </p>
      {suggestion !== undefined && (
        <button type="button" onClick={onMend}>
          {say('filter.mend', { suggestion })}
        </button>
      )}
    </div>
  )
}

function expectedWords(expected: string): string {
  const known = EXPECTED[expected]
  if (known !== undefined) return say(known)
  const one = /^one of (.+)$/.exec(expected)?.[1]
  return one === undefined ? expected : say('filter.expectOneOf', { words: one })
}
