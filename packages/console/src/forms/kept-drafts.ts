/**
 * What was typed and not saved, for as long as the page lives: whoever goes away and comes back finds it. Not kept by the
 * browser beyond that: somebody else may sit before it next.
 */
import type { Draft, Value } from './draft.ts'

export interface KeptDraft {
  readonly draft: Draft
  /** What the server said when it was begun. */
  readonly base: Value
  readonly etag: string
}

const kept = new Map<string, KeptDraft>()

export const keptDraft = (id: string): KeptDraft | undefined => kept.get(id)

export function keepDraft(id: string, draft: KeptDraft | undefined): void {
  if (draft === undefined) kept.delete(id)
  else kept.set(id, draft)
}
