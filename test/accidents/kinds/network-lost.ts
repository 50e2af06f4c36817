/**
 * Each exchange with the server breaks off, is answered with 503, or resumes elsewhere in the file (a
 * report arrives, and its acknowledgement does not); or from there on the server is away for days, or
 * hears no reports.
 */
import { NETWORK_TROUBLES } from '../../support/simulated-machine/faults.ts'
import { type Accidents, numbered } from '../walk/course.ts'

export const networkLost: Accidents = (course) =>
  numbered(course).flatMap(({ at, step }) =>
    step.kind !== 'network'
      ? []
      : NETWORK_TROUBLES.map((how) => [{ what: 'network' as const, at, how }]),
  )
