/** A state in a word: colour and shape only repeat what the word says. */
import type { ComponentChildren } from 'preact'

export type Tone = 'good' | 'busy' | 'waits' | 'bad' | 'quiet'

const SHAPES: Readonly<Record<Tone, string>> = {
  ...{ good: '✓', busy: '●', waits: '◐', bad: '▲', quiet: '–' },
}

export function Tag({
  tone,
  children,
}: {
  readonly tone: Tone
  readonly children: ComponentChildren
}) {
  return (
    <span class={`tag ${tone}`}>
      <span aria-hidden="true">{SHAPES[tone]}</span> {children}
    </span>
  )
}
