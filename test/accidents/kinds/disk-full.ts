/**
 * The disk has no room: for one write alone, or from a step on for some hours because somebody else
 * fills it. What overwrites its own place needs none.
 */
import { type Accidents, numbered } from '../walk/course.ts'

export const diskFull: Accidents = (course) =>
  numbered(course).flatMap(({ at, step }) => [
    ...(step.allocates ? [[{ what: 'ENOSPC' as const, at }]] : []),
    ...(step.kind === 'change' ? [[{ what: 'full' as const, at }]] : []),
  ])
