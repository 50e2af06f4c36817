/** Shows what was asked for once it is there; before that, that it comes; instead of it, why not. */
import type { ComponentChildren } from 'preact'
import { Refused } from '../../api/refused.ts'
import type { Asked } from '../../live/asked.ts'
import { ProblemNote } from '../told/problem-note.tsx'
import { Loading } from './loading.tsx'
import { NotThere } from './not-there.tsx'

export interface LoadedProps<Value> {
  readonly asked: Asked<Value>
  readonly children: (value: Value) => ComponentChildren
}

export function Loaded<Value>({ asked, children }: LoadedProps<Value>) {
  const { value, error, again } = asked
  if (value === undefined && error instanceof Refused && error.isNotThere) {
    return <NotThere error={error} />
  }
  return (
    <>
      {error !== undefined && <ProblemNote error={error} again={again} />}
      {value === undefined && error === undefined && <Loading />}
      {value !== undefined && children(value)}
    </>
  )
}
