/** A screen: its heading, what can be done with all of it, and its content. The window is called like it. */
import type { ComponentChildren } from 'preact'
import { useLayoutEffect } from 'preact/hooks'
import { say } from '../../words/say.tsx'

export interface ScreenProps {
  readonly title: string
  /** Buttons and links beside the heading. */
  readonly actions?: ComponentChildren
  /** A line below the heading: where this belongs. */
  readonly about?: ComponentChildren
  readonly children?: ComponentChildren
}

export function Screen({ title, actions, about, children }: ScreenProps) {
  useLayoutEffect(() => {
    document.title = `${title} · ${say('console.title')}`
  }, [title])
  return (
    <div class="screen">
      <div class="screen-head">
        <div>
          <h1>{title}</h1>
          {about !== undefined && <p class="quiet">{about}</p>}
        </div>
        {actions !== undefined && <div class="actions">{actions}</div>}
      </div>
      {children}
    </div>
  )
}
