/** How many devices are meant. Counting a large fleet takes longer than showing a page of it, so it is asked apart. */
import { call } from '../../api/call.ts'
import { useAsked } from '../../live/asked.ts'
import { say } from '../../words/say.tsx'
import type { FleetQuery } from './fleet-query.ts'

const AGAIN_SECONDS = 30

export interface FleetCountProps {
  readonly product: string
  readonly query: FleetQuery
}

export function FleetCount({ product, query: { filter, saved, cohort } }: FleetCountProps) {
  const { value, error } = useAsked(
    async (signal) =>
      (
        await call('GET /products/{product}/device-count', {
          ...{ path: { product }, query: { filter, saved, cohort }, signal },
        })
      ).value.count,
    [product, filter, saved, cohort],
    { everySeconds: AGAIN_SECONDS },
  )
  // Why there is none, the rows say.
  if (value === undefined && error !== undefined) return null
  return (
    <p class="quiet fleet-count" role="status">
      {value === undefined ? say('fleet.counting') : say('fleet.count', { count: value })}
    </p>
  )
}
