/** The devices that a filter means, in the order of their ids, a page at a time. */
import type { Filter } from './filter.ts'
import { parseFilter } from './parse-filter.ts'

export interface DeviceQuery {
  readonly product: string
  readonly cohort?: string | undefined
  /** Without one, all devices. */
  readonly filter?: Filter | undefined
  /** For ages, seconds since 1970. */
  readonly now: number
}

/** Decommissioned devices are in none of it. The adapter is adapters/sql/devices/device-search.ts. */
export interface DeviceSearch {
  /** Ids behind `after`, at most `limit`, in their order. */
  page(
    query: DeviceQuery,
    page: { readonly after?: string | undefined; readonly limit: number },
  ): Promise<readonly string[]>

  count(query: DeviceQuery): Promise<number>
}

const PAGE_COUNT = 1000

/**
 * All devices of the cohort that `filterText` means, in pages. What changes while it runs is seen or not; nobody is
 * named twice. Goes on behind `after`, after a restart for example.
 *
 * @throws FilterError
 */
export async function* matching(
  search: DeviceSearch,
  query: {
    readonly product: string
    readonly cohort?: string | undefined
    readonly filterText: string
    readonly now: number
    readonly after?: string | undefined
    readonly pageCount?: number | undefined
  },
): AsyncGenerator<readonly string[], void, undefined> {
  const { filterText, pageCount = PAGE_COUNT, after: start, ...where } = query
  const filter = parseFilter(filterText)
  let after = start
  for (;;) {
    const ids = await search.page({ ...where, filter }, { after, limit: pageCount })
    if (ids.length > 0) yield ids
    if (ids.length < pageCount) return
    after = ids.at(-1)
  }
}
