/** Of two states of one thing, what differs: an entry says what was changed and does not repeat what was not. */
import { isDeepStrictEqual } from 'node:util'
import { isJsonList, type Json } from '@fleetward/shared'

export interface Difference {
  readonly before?: Json
  readonly after?: Json
}

/** A state that is undefined did not exist: then the other one is kept whole. */
export function changedFields(before: Json | undefined, after: Json | undefined): Difference {
  if (before === undefined || after === undefined) {
    return {
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    }
  }
  if (!isMembers(before) || !isMembers(after)) {
    return isDeepStrictEqual(before, after) ? {} : { before, after }
  }
  const was: Record<string, Json> = {}
  const is: Record<string, Json> = {}
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const difference = changedFields(before[name], after[name])
    if (difference.before !== undefined) was[name] = difference.before
    if (difference.after !== undefined) is[name] = difference.after
  }
  if (Object.keys(was).length + Object.keys(is).length === 0) return {}
  return { before: was, after: is }
}

function isMembers(value: Json): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !isJsonList(value)
}
