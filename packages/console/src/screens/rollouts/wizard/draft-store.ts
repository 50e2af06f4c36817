/**
 * Keeps what was typed in this tab, over a reload and a session that ended, for whoever typed it: somebody else may sit
 * before it next. Whatever it finds there has to fit.
 */
import { me } from '../../../live/me.ts'
import type { Draft, GroupDraft } from './draft.ts'

const keyOf = (product: string) => `fleetward-new-rollout-${product}`

export function keepDraft(product: string, draft: Draft): void {
  sessionStorage.setItem(keyOf(product), JSON.stringify({ by: me.value?.id, draft }))
}

export function forgetDraft(product: string): void {
  sessionStorage.removeItem(keyOf(product))
}

/** Undefined when there is none, or one of another version of this page. */
export function keptDraft(product: string, like: Draft): Draft | undefined {
  try {
    const found = JSON.parse(sessionStorage.getItem(keyOf(product)) ?? 'null')
    const kept: unknown = found.draft
    if (found.by !== me.value?.id) return undefined
    return isLike(kept, like) && isGroups(kept.groups, like.groups[0]) ? kept : undefined
  } catch {
    return undefined
  }
}

function isLike<T extends object>(value: unknown, like: T): value is T & Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const found = value as Readonly<Record<string, unknown>>
  return Object.entries(like).every(
    ([name, sample]) =>
      typeof found[name] === typeof sample && Array.isArray(found[name]) === Array.isArray(sample),
  )
}

function isGroups(value: unknown, like: GroupDraft | undefined): boolean {
  return Array.isArray(value) && like !== undefined && value.every((each) => isLike(each, like))
}
