/** What a receiver gets: Standard Webhooks' `type`, `timestamp` and `data`, and the product. */
import type { FleetEvent } from '../events/event-store.ts'

export function payloadOf({ type, at, product, data }: Omit<FleetEvent, 'position'>): string {
  const timestamp = new Date(at * 1000).toISOString()
  return JSON.stringify({ type, timestamp, ...(product === undefined ? {} : { product }), data })
}
