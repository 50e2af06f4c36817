/** Shows what was asked for once it is there; before that, that it comes; instead of it, why not. */
import type { ComponentChildren } from 'preact'
import type { Asked } from '../../live/asked.ts'
import { ProblemNote } from '../told/problem-note.tsx'
import { Loading } from './loading.tsx'
import { WhyNothing } from './why-nothing.tsx'

export interface LoadedProps<Value> {
  readonly asked: Asked<Value>
  readonly children: (value: Value) => ComponentChildren
}

export function Loaded<Value>({ asked, children }: LoadedProps<Value>) {
  const { value, error, again } = asked
  if (value === undefined) {
    return error === undefined ? <Loading /> : <WhyNothing error={error} again={again} />
  }
  return (
    <>
      {error !== undefined && <ProblemNote error={error} again={again} />}
      {children(value)}
    </>
  )
}
