/** What is longer or wider than its place scrolls there, by keyboard too: it can have the focus. */
import type { ComponentChildren } from 'preact'

export interface ScrollingProps {
  readonly as?: 'section' | 'pre' | 'p'
  readonly class?: string
  /** Says to a screen reader what a section is. */
  readonly label?: string
  readonly children: ComponentChildren
}

export function Scrolling({
  as: Element = 'section',
  class: name,
  label,
  children,
}: ScrollingProps) {
  return (
    <Element class={name} tabIndex={0} aria-label={label}>
      {children}
    </Element>
  )
}
