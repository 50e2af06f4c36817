/**
 * The power fails before each step that leaves a trace, and half way through each that has a middle; of
 * what was not synced the disk keeps nothing, everything, names without bytes, bytes without names,
 * halves, zeros, or what chance leaves.
 */
import { SURVIVALS, type Survival } from '../../support/simulated-disk/survival.ts'
import type { Step } from '../../support/simulated-machine/faults.ts'
import { type Accidents, numbered } from '../walk/course.ts'

export const powerCut: Accidents = (course) =>
  numbered(course).flatMap(({ at, step }) => {
    // Before a read the disk is what it was before the step after it.
    if (step.kind === 'read') return []
    const before = survivalsOf(step.unsynced, at)
    const middle = { names: step.unsynced.names || step.path !== '', bytes: true }
    const inside = step.hasMiddle ? survivalsOf(middle, at) : []
    return [
      ...before.map((survives) => [{ what: 'cut' as const, at, inside: false, survives }]),
      ...inside.map((survives) => [{ what: 'cut' as const, at, inside: true, survives }]),
    ]
  })

/** Only those that can differ: with nothing on its way to the disk there is nothing to lose. */
function survivalsOf({ names, bytes }: Step['unsynced'], at: number): readonly Survival[] {
  if (names && bytes) return [...SURVIVALS, at, at + 10_000]
  if (names) return ['nothing', 'everything', at]
  if (bytes) return ['nothing', 'everything', 'halves', 'zeros']
  return ['everything']
}
