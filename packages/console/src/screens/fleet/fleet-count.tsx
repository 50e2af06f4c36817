/**
 * How many devices are meant. Counting a large fleet takes longer than showing a page of it, and a server on SQLite does
 * one thing after the other: it is asked apart, once the page is there and nobody types, so that no row waits for it.
 */
import { call } from '../../api/call.ts'
import { useAsked } from '../../live/asked.ts'
import { say } from '../../words/say.tsx'
import type { FleetQuery } from './fleet-query.ts'

const AGAIN_SECONDS = 30

export interface FleetCountProps {
  readonly product: string
  readonly query: FleetQuery
  /** The page is still on its way, or the next one will be. */
  readonly isWaiting: boolean
}

export function FleetCount(props: FleetCountProps) {
  const { product, isWaiting } = props
  const { filter, saved, cohort } = props.query
  const { value, error } = useAsked(
    async (signal) =>
      isWaiting
        ? undefined
        : (
            await call('GET /products/{product}/device-count', {
              ...{ path: { product }, query: { filter, saved, cohort }, signal },
            })
          ).value.count,
    [product, filter, saved, cohort, isWaiting],
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
