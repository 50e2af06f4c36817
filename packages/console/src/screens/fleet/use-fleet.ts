/** A page of the fleet, live; while another one is asked for, the one before stays. What is overtaken is given up. */
import { useRef } from 'preact/hooks'
import { call } from '../../api/call.ts'
import type { Device } from '../../api/operator-api.gen.ts'
import { useAsked } from '../../live/asked.ts'
import type { FleetQuery } from './fleet-query.ts'

export const PAGE_COUNT = 100
/** No event tells that a device reported. */
const AGAIN_SECONDS = 10

export interface FleetPage {
  /** Undefined until there is a first answer. */
  readonly rows: readonly Device[] | undefined
  readonly next: string | undefined
  readonly error: Error | undefined
  readonly isLoading: boolean
}

export function useFleet(product: string, { filter, saved, cohort, after }: FleetQuery): FleetPage {
  const asked = useAsked(
    (signal) =>
      call('GET /products/{product}/devices', {
        ...{ path: { product }, signal },
        query: { filter, saved, cohort, after, limit: PAGE_COUNT },
      }),
    [product, filter, saved, cohort, after],
    { events: ['device.*'], everySeconds: AGAIN_SECONDS },
  )
  const last = useRef<{ product: string; answer: typeof asked.value }>({
    ...{ product, answer: undefined },
  })
  if (asked.value !== undefined || last.current.product !== product) {
    last.current = { product, answer: asked.value }
  }
  const shown = asked.value ?? last.current.answer
  return {
    ...{ rows: shown?.value, next: asked.value?.next, error: asked.error },
    // Asked again by itself, it stays as it is.
    isLoading: asked.isLoading && asked.value === undefined,
  }
}
