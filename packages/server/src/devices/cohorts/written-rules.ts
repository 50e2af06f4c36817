/** The rules of a product as they are kept, read. */
import type { Stores } from '../../stores.ts'
import type { Filter } from '../filter/filter.ts'
import { parseFilter } from '../filter/parse-filter.ts'
import type { CohortRule } from './cohort-rules.ts'
import type { WrittenRule } from './cohort-store.ts'

/** Cohorts that other devices may come into by these rules than by those before: the first that differs shifts the rest. */
export function cohortsReachedAnew(
  before: readonly WrittenRule[],
  after: readonly WrittenRule[],
): readonly string[] {
  const first = after.findIndex(
    ({ cohort, filter }, at) => before[at]?.cohort !== cohort || before[at]?.filter !== filter,
  )
  return first < 0 ? [] : after.slice(first).map(({ cohort }) => cohort)
}

/** Texts repeat at every change and every tick. */
const READ_MAX_COUNT = 1000
const read = new Map<string, Filter>()

/**
 * In their order. A rule that was kept can be read; should it not be, nothing is moved at all: leaving one out would
 * let the rules behind it have its devices.
 */
export async function rulesOf(
  { cohorts }: Pick<Stores, 'cohorts'>,
  product: string,
): Promise<readonly CohortRule[]> {
  const rules = await cohorts.rules(product)
  return rules.map(({ cohort, filter }) => ({ cohort, filter: readOnce(filter) }))
}

function readOnce(text: string): Filter {
  const known = read.get(text)
  if (known !== undefined) return known
  const filter = parseFilter(text)
  if (read.size >= READ_MAX_COUNT) read.clear()
  read.set(text, filter)
  return filter
}
