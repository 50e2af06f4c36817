/** Which devices run a release: after its withdrawal those to whom nobody can take it back. */
import { parseFilter } from '../devices/filter/parse-filter.ts'
import type { Stores } from '../stores.ts'

/** As many are named; the filter lists the others, page by page. */
export const NAMED_MAX_COUNT = 100

export interface InstalledOn {
  readonly count: number
  /** Ids, the first of them. */
  readonly devices: readonly string[]
  /** docs/filters.md */
  readonly filter: string
}

/** `version` is one; `now` in seconds since 1970. */
export async function installedOn(
  { deviceSearch }: Pick<Stores, 'deviceSearch'>,
  product: string,
  version: string,
  now: number,
): Promise<InstalledOn> {
  const filter = `version = ${version}`
  const query = { product, filter: parseFilter(filter), now }
  const devices = await deviceSearch.page(query, { limit: NAMED_MAX_COUNT })
  const count = devices.length < NAMED_MAX_COUNT ? devices.length : await deviceSearch.count(query)
  return { count, devices, filter }
}
