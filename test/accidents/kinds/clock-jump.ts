/** The device's clock jumps in each state: to 1970, ten years ahead, back by an hour or a year. */
import { CLOCK_JUMPS } from '../../support/simulated-machine/faults.ts'
import { type Accidents, stepsOfStates } from '../walk/course.ts'

export const clockJump: Accidents = (course) =>
  stepsOfStates(course).flatMap((at) =>
    CLOCK_JUMPS.map((to) => [{ what: 'clock' as const, at, to }]),
  )
