/**
 * Which group takes a device by its filter; the first filter that matches. Devices are asked for in the order of their
 * ids, a page at a time, and each filter is read along with them: a filter that few devices match is never read to the
 * end of the fleet for one page.
 */
import { parseFilter } from '../devices/filter/parse-filter.ts'
import type { Stores } from '../stores.ts'
import type { Rollout } from './rollout.ts'

const PAGE_COUNT = 5_000

interface Reader {
  readonly group: number
  /** Ids behind what was asked for last, in order. */
  ahead: readonly string[]
  next(): Promise<{ readonly found: readonly string[]; readonly isLast: boolean }>
  isAtEnd: boolean
}

export class NamedByFilter {
  readonly #readers: readonly Reader[]

  /** `pageCount`: how many are read at once; the answers are the same whatever it is. */
  constructor(
    { deviceSearch }: Pick<Stores, 'deviceSearch'>,
    { product, cohort, plan }: Pick<Rollout, 'product' | 'cohort' | 'plan'>,
    now: number,
    pageCount = PAGE_COUNT,
  ) {
    this.#readers = plan.groups.flatMap(({ members }, group) => {
      if (!('filter' in members)) return []
      const query = { product, cohort, filter: parseFilter(members.filter), now }
      let after: string | undefined
      const next = async () => {
        const found = await deviceSearch.page(query, { after, limit: pageCount })
        after = found.at(-1) ?? after
        return { found, isLast: found.length < pageCount }
      }
      return [{ group, ahead: [], next, isAtEnd: false }]
    })
  }

  /** Groups of those behind the last page and up to `last`. */
  async upTo(last: string | undefined): Promise<ReadonlyMap<string, number>> {
    const named = new Map<string, number>()
    if (last === undefined) return named
    for (const reader of this.#readers) {
      while (!reader.isAtEnd && (reader.ahead.at(-1) ?? '') <= last) {
        const { found, isLast } = await reader.next()
        reader.isAtEnd = isLast
        reader.ahead = [...reader.ahead, ...found]
      }
      const beyond = reader.ahead.findIndex((device) => device > last)
      const here = beyond < 0 ? reader.ahead : reader.ahead.slice(0, beyond)
      reader.ahead = beyond < 0 ? [] : reader.ahead.slice(beyond)
      for (const device of here) if (!named.has(device)) named.set(device, reader.group)
    }
    return named
  }
}
