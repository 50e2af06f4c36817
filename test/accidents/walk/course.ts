/** What a story comes to when nothing goes wrong: the steps that accidents can fall on. */
import type { Fault, Step } from '../../support/simulated-machine/faults.ts'
import type { Scenario } from './scenarios.ts'

export interface Course {
  readonly scenario: Scenario
  readonly steps: readonly Step[]
  /** The first step that accidents fall on. */
  readonly from: number
}

/** Every way in which one kind of accident can befall a course. */
export type Accidents = (course: Course) => readonly (readonly Fault[])[]

/** With their numbers, which count from 1. */
export function numbered({ steps, from }: Course): { readonly at: number; readonly step: Step }[] {
  return steps.map((step, index) => ({ at: index + 1, step })).slice(from - 1)
}

/** The first step of each state, where what the state means is all on the disk, and its middle. */
export function stepsOfStates({ steps, from }: Course): number[] {
  const places: number[] = []
  for (let begin = 0; begin < steps.length; ) {
    let end = begin
    while (end < steps.length && steps[end]?.state === steps[begin]?.state) end += 1
    places.push(begin + 1, (begin + end) >> 1)
    begin = end
  }
  return [...new Set(places.filter((at) => at >= from))]
}
