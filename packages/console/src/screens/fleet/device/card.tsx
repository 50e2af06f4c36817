/** A part of a device's page, under its own heading. */
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

export interface CardProps {
  readonly title: string
  readonly children: ComponentChildren
}

export function Card({ title, children }: CardProps) {
  const id = useId()
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  )
}

export interface Fact {
  readonly name: string
  /** Left out when there is nothing to say. */
  readonly value: ComponentChildren
}

export function Facts({ facts }: { readonly facts: readonly (Fact | undefined)[] }) {
  return (
    <dl class="facts">
      {facts.map(
        (fact) =>
          fact !== undefined && (
            <>
              <dt>{fact.name}</dt>
              <dd class="any-text">{fact.value}</dd>
            </>
          ),
      )}
    </dl>
  )
}
