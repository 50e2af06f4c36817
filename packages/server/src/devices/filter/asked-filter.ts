/** The filter that a request asks with: written out, or by the name it was saved under. */
import { HttpError } from '../../http/problem.ts'
import type { Filter } from './filter.ts'
import { FilterError } from './filter-error.ts'
import { parseFilter } from './parse-filter.ts'
import type { SavedFilterStore } from './saved-filter-store.ts'

export interface Asked {
  readonly filter?: string | undefined
  readonly saved?: string | undefined
}

/** Undefined when it asks for all devices. Throws HttpError. */
export async function askedFilter(
  savedFilters: SavedFilterStore,
  product: string,
  { filter, saved }: Asked,
): Promise<Filter | undefined> {
  if (saved === undefined) return filter === undefined ? undefined : readFilter(filter)
  if (filter !== undefined) {
    throw new HttpError(400, 'REQUEST_INVALID', 'Give a filter or the name of a saved one')
  }
  const found = await savedFilters.find(product, saved)
  if (found === undefined) throw noSuchFilter()
  return readFilter(found.filter)
}

/** The facts say where the mistake is, for whoever shows it beside the text. */
export function readFilter(text: string): Filter {
  try {
    return parseFilter(text)
  } catch (error) {
    if (!(error instanceof FilterError)) throw error
    const { message, position, expected, seen, suggestion } = error
    throw new HttpError(400, 'FILTER_INVALID', `The filter cannot be read. ${message}`, {
      facts: { position, expected, seen, ...(suggestion === undefined ? {} : { suggestion }) },
      cause: error,
    })
  }
}

export function noSuchFilter(): HttpError {
  return new HttpError(404, 'NO_SUCH_FILTER', 'No filter is saved under this name')
}
