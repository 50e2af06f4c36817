/** Which devices the fleet screen shows, as it stands in its address: a link that is sent shows the same. */
import { to } from '../../addresses.ts'
import { writtenText } from './filter/filter-language.ts'

export interface FleetQuery {
  readonly filter?: string
  /** The name of a saved filter, instead of one. */
  readonly saved?: string
  readonly cohort?: string
  /** The page behind this device. */
  readonly after?: string
}

export function queryIn(query: Readonly<Record<string, string | undefined>>): FleetQuery {
  const { filter, saved, cohort, after } = query
  return {
    ...(filter ? { filter } : saved ? { saved } : {}),
    ...(cohort ? { cohort } : {}),
    ...(after ? { after } : {}),
  }
}

export function addressOf(product: string, { filter, saved, cohort, after }: FleetQuery): string {
  return to.fleet(product, { filter, saved, cohort, after })
}

/** One filter that means the same devices as a filter within a cohort. Undefined: all there are. */
export function filterWithin(filter: string, cohort: string | undefined): string | undefined {
  const text = filter.trim()
  if (cohort === undefined) return text === '' ? undefined : text
  const within = `cohort = ${writtenText(cohort)}`
  return text === '' ? within : `(${text}) and ${within}`
}
