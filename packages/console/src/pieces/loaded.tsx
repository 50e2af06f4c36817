/** Shows what was asked for once it is there; before that, that it comes; instead of it, why not. */
import type { ComponentChildren } from 'preact'
import type { Asked } from '../live/asked.ts'
import { say } from '../words/say.tsx'
import { ProblemNote } from './problem-note.tsx'

export interface LoadedProps<Value> {
  readonly asked: Asked<Value>
  readonly children: (value: Value) => ComponentChildren
}

export function Loaded<Value>({ asked, children }: LoadedProps<Value>) {
  const { value, error, again } = asked
  return (
    <>
      {error !== undefined && <ProblemNote error={error} again={again} />}
      {value === undefined && error === undefined && (
        <p class="quiet" data-loading>
          {say('console.loading')}
        </p>
      )}
      {value !== undefined && children(value)}
    </>
  )
}
