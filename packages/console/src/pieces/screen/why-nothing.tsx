/** Instead of what was asked for: that there is no such thing, or why it was not answered. */
import { Refused } from '../../api/refused.ts'
import { ProblemNote } from '../told/problem-note.tsx'
import { NotThere } from './not-there.tsx'

export interface WhyNothingProps {
  readonly error: Error
  readonly again?: () => void
}

export function WhyNothing({ error, again }: WhyNothingProps) {
  if (error instanceof Refused && error.isNotThere) return <NotThere error={error} />
  return <ProblemNote error={error} {...(again === undefined ? {} : { again })} />
}
