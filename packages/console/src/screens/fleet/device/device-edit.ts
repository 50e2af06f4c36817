/** A device as somebody edits it, and what of it the API has to be told. */
import type { Device, DeviceChange } from '../../../api/operator-api.gen.ts'
import { type AttributeInput, changesOf, inputOf } from '../attribute-input.ts'

export interface Edited {
  readonly cohort: string
  readonly pinned: boolean
  readonly test: boolean
  readonly attributes: readonly AttributeInput[]
}

export function editedFrom({ cohort, pinned, test, attributes }: Device): Edited {
  const inputs = Object.entries(attributes)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => inputOf(name, value))
  return { cohort, pinned, test, attributes: inputs }
}

/** Undefined: nothing was changed. */
export function changeOf(seen: Device, edited: Edited): DeviceChange | undefined {
  const attributes = changesOf(seen.attributes, edited.attributes)
  const change: DeviceChange = {
    ...(edited.cohort === seen.cohort ? {} : { cohort: edited.cohort }),
    // Said with every move: else a device that is moved is pinned without a word.
    ...(edited.pinned === seen.pinned && edited.cohort === seen.cohort
      ? {}
      : { pinned: edited.pinned }),
    ...(edited.test === seen.test ? {} : { test: edited.test }),
    ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
  }
  return Object.keys(change).length === 0 ? undefined : change
}
