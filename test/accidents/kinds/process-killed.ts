/** The agent is killed before each step and inside it: everything it wrote is there, synced or not. */
import { type Accidents, numbered } from '../walk/course.ts'

export const processKilled: Accidents = (course) =>
  numbered(course).flatMap(({ at, step }) => {
    if (step.kind === 'read') return []
    const before = [{ what: 'kill' as const, at, inside: false }]
    return step.hasMiddle ? [before, [{ what: 'kill' as const, at, inside: true }]] : [before]
  })
