/** Two accidents of any kind in one story, drawn from a seed. */

import { numbersFrom } from '../../support/simulated-disk/survival.ts'
import type { Fault } from '../../support/simulated-machine/faults.ts'
import type { Course } from '../walk/course.ts'

export function twoAtOnce(
  course: Course,
  single: readonly (readonly Fault[])[],
  count: number,
  seed: number,
): Fault[][] {
  const chance = numbersFrom(seed)
  const draw = () => single[Math.floor(chance() * single.length)] ?? []
  return Array.from({ length: count }, () => {
    const first = draw()
    // The second may fall anywhere, also into what the first one leads to.
    const later = 1 + Math.floor(chance() * course.steps.length * 1.5)
    return [...first, ...draw().map((fault) => ({ ...fault, at: later }))]
  })
}
