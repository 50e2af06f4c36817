/** The line in which somebody says which devices they mean: it completes itself, and points at the character that is wrong. */
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { say } from '../../../words/say.tsx'
import { completionAt, type Known, type Option, taken } from './complete-filter.ts'
import { type Mistake, mended } from './filter-mistake.ts'
import { FilterMistake } from './filter-mistake.tsx'
import { optionWords } from './option-words.ts'

/** The server takes no longer one (docs/filters.md). */
const FILTER_MAX_CHARACTERS = 2000

export interface FilterBarProps {
  readonly text: string
  /** A saved filter was asked for: what is typed before it is there would be lost to it. */
  readonly isComing: boolean
  readonly onText: (text: string) => void
  /** Somebody wants it now, and all that is wrong with it. */
  readonly onEnter: () => void
  readonly known: Known
  readonly mistake: Mistake | undefined
}

export function FilterBar({ text, isComing, onText, onEnter, known, mistake }: FilterBarProps) {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const [caret, setCaret] = useState(text.length)
  const [isOpen, setOpen] = useState(false)
  const [chosen, setChosen] = useState(-1)
  const completion = completionAt(text, Math.min(caret, text.length), known)
  const { options } = completion
  const isShown = isOpen && options.length > 0

  /** Where the caret goes once the text stands there, and before anybody types on. */
  const wanted = useRef<number>(undefined)
  useLayoutEffect(() => {
    if (wanted.current === undefined || input.current?.value !== text) return
    input.current.setSelectionRange(wanted.current, wanted.current)
    wanted.current = undefined
  })
  const write = (next: string, at: number) => {
    onText(next)
    setCaret(at)
    setChosen(-1)
    wanted.current = at
  }
  const take = (option: Option | undefined) => {
    if (option === undefined) return
    const done = taken(text, completion, option)
    write(done.text, done.caret)
    input.current?.focus()
  }
  const choose = (next: number) => {
    setOpen(true)
    setChosen(next)
    list.current?.children[next]?.scrollIntoView({ block: 'nearest' })
  }
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined && options.length > 0) {
      event.preventDefault()
      // From none, the first or the last.
      const from = chosen < 0 && step < 0 ? 0 : chosen
      choose(isShown ? (from + step + options.length) % options.length : 0)
    } else if (isShown && chosen >= 0 && (event.key === 'Enter' || event.key === 'Tab')) {
      event.preventDefault()
      take(options[chosen])
    } else if (event.key === 'Enter') {
      event.preventDefault()
      setOpen(false)
      onEnter()
    } else if (event.key === 'Escape' && isShown) {
      event.preventDefault()
      setOpen(false)
      setChosen(-1)
    }
  }

  return (
    <div class="filter-bar">
      <label for={id}>{say('filter.label')}</label>
      <div class="filter-line">
        <input
          id={id}
          ref={input}
          type="text"
          role="combobox"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          placeholder='version < 1.4.3 and attr.region = "eu"'
          maxLength={FILTER_MAX_CHARACTERS}
          aria-autocomplete="list"
          aria-expanded={isShown}
          aria-controls={`${id}-list`}
          aria-activedescendant={isShown && chosen >= 0 ? `${id}-${chosen}` : undefined}
          aria-invalid={mistake === undefined ? undefined : true}
          aria-describedby={mistake === undefined ? undefined : `${id}-mistake`}
          readOnly={isComing}
          aria-busy={isComing}
          value={text}
          onInput={({ currentTarget }) => {
            onText(currentTarget.value)
            setCaret(currentTarget.selectionStart ?? currentTarget.value.length)
            setOpen(true)
            setChosen(-1)
          }}
          onKeyDown={onKey}
          onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart ?? 0)}
          onClick={() => setOpen(true)}
          onBlur={() => setOpen(false)}
        />
        <div
          id={`${id}-list`}
          ref={list}
          class="filter-options"
          role="listbox"
          aria-label={say('filter.options')}
          hidden={!isShown}
        >
          {isShown &&
            options.map((option, index) => (
              // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field
              // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are at the field, which has the focus
              <div
                key={`${option.kind} ${option.text}`}
                id={`${id}-${index}`}
                role="option"
                aria-selected={index === chosen}
                // The field keeps the focus.
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => take(option)}
              >
                <code>{option.text}</code> <span class="quiet">{optionWords(option)}</span>
              </div>
            ))}
        </div>
      </div>
      <div id={`${id}-mistake`} role="status">
        {mistake !== undefined && (
          <FilterMistake
            text={text}
            mistake={mistake}
            onMend={() => {
              const next = mended(text, mistake)
              write(next, next.length)
              input.current?.focus()
            }}
          />
        )}
      </div>
    </div>
  )
}
