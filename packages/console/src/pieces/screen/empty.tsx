/** Nothing is here yet, why that is, and the next step: here, or as a command. */
import type { ComponentChildren } from 'preact'
import { say } from '../../words/say.tsx'
import { Command } from '../command.tsx'

export interface EmptyProps {
  readonly title: string
  readonly children?: ComponentChildren
  /** What does the same in a terminal. */
  readonly command?: string
}

export function Empty({ title, children, command }: EmptyProps) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children}
      {command !== undefined && (
        <>
          <p class="quiet">{say('pieces.nextStep')}</p>
          <Command text={command} />
        </>
      )}
    </div>
  )
}
