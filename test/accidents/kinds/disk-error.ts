/** The disk answers one operation, whichever, with an error of its own. */
import { type Accidents, numbered } from '../walk/course.ts'

export const diskError: Accidents = (course) =>
  numbered(course).flatMap(({ at, step }) =>
    step.kind === 'network' || step.kind === 'product' ? [] : [[{ what: 'EIO' as const, at }]],
  )
