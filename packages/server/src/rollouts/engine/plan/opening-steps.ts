/**
 * From a number of devices to positions. A manifest opens whole positions (protocol §5.3), and a position has as
 * many devices as chance gave it, a hundred each in a fleet of a million. So whole steps are opened while they
 * fit; only a step that is larger than the pace ever allows is split, by holding back the rest of it.
 */

/** The next devices in the queue of a group: those of one position, fewest positions first. */
export interface Step {
  readonly position: number
  /** Devices of the group whose turn has not come. */
  readonly count: number
}

export interface OpeningOfSteps {
  /** The share's new `upTo`; undefined: it stays. */
  readonly upTo: number | undefined
  /** Devices whose turn comes. */
  readonly count: number
  /**
   * The last position is opened in part: its first `opened` devices, by id, have their turn, the others are
   * held and wait in the same queue.
   */
  readonly split: { readonly position: number; readonly opened: number } | undefined
}

export interface StepBounds {
  /** Of the move. */
  readonly atMost: number
  readonly most: number
  /** Devices of the group whose turn has not come. */
  readonly left: number
  /** The first position behind the group's range. */
  readonly rangeEnd: number
}

/**
 * `steps` in order of position, at least as many as `atMost` devices need. With its last device a group opens
 * its whole range, so that whoever joins it from then on is late and nobody is forgotten.
 */
export function stepsToOpen(
  steps: readonly Step[],
  { atMost, most, left, rangeEnd }: StepBounds,
): OpeningOfSteps {
  let count = 0
  let upTo: number | undefined
  for (const step of steps) {
    if (count + step.count <= atMost) {
      count += step.count
      upTo = step.position + 1
      continue
    }
    const room = atMost - count
    // A step that will never fit is not waited for.
    if (step.count > most && room > 0) {
      const split = { position: step.position, opened: room }
      return { upTo: step.position + 1, count: atMost, split }
    }
    break
  }
  return { upTo: count === left ? rangeEnd : upTo, count, split: undefined }
}
