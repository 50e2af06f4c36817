/** A list that comes in pages: the first at once, the next when somebody asks; anew from the start when something happens. */
import { useRef, useState } from 'preact/hooks'
import type { Answer } from '../api/call.ts'
import { type Asked, useAsked } from './asked.ts'
import type { EventPattern } from './events.ts'

export interface Paged<Item> extends Asked<readonly Item[]> {
  /** Undefined at the end. */
  readonly more: (() => void) | undefined
}

export type AskPage<Item> = (
  after: string | undefined,
  signal: AbortSignal,
) => Promise<Answer<readonly Item[]>>

/** How many pages are asked again when something happens: a person who read far stays there. */
const PAGES_MAX_COUNT = 20

export function usePages<Item>(
  askPage: AskPage<Item>,
  needs: readonly unknown[],
  options: { events?: readonly EventPattern[]; everySeconds?: number } = {},
): Paged<Item> {
  const key = JSON.stringify(needs)
  const [wanted, setWanted] = useState({ key, pages: 1 })
  const pages = wanted.key === key ? wanted.pages : 1
  const next = useRef<string>(undefined)
  const shown = useRef<{ key: string; items: readonly Item[] }>({ key, items: [] })
  const asked = useAsked(
    async (signal) => {
      const items: Item[] = []
      let after: string | undefined
      for (let page = 0; page < pages; page++) {
        const answer = await askPage(after, signal)
        items.push(...answer.value)
        after = answer.next
        if (after === undefined) break
      }
      next.current = after
      shown.current = { key, items }
      return items
    },
    [key, pages],
    options,
  )
  const kept =
    shown.current.key === key && shown.current.items.length > 0 ? shown.current.items : undefined
  const more = () => setWanted({ key, pages: Math.min(pages + 1, PAGES_MAX_COUNT) })
  return {
    ...asked,
    // While the next page comes, those before it stay.
    value: asked.value ?? kept,
    more: next.current === undefined || pages >= PAGES_MAX_COUNT ? undefined : more,
  }
}
