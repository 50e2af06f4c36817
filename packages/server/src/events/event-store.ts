/**
 * Events: what happened that somebody outside may want to hear of at once. They are written in the transaction of
 * what they tell, so there is no event of what did not happen and nothing happens unheard; webhooks and server-sent
 * events read them from here.
 */
import type { Json } from '@fleetward/shared'

export interface NewEvent {
  /** Seconds since 1970. */
  readonly at: number
  /** `rollout.stopped`, `device.quarantined`: docs/operating/webhooks.md lists them. */
  readonly type: string
  /** Undefined: of no product. */
  readonly product?: string | undefined
  /** Small, without secrets and personal data: it goes out to other people's machines. */
  readonly data: Json
}

export interface FleetEvent extends NewEvent {
  /** The same at every delivery. */
  readonly id: string
  /** Their order, without holes at the end: nothing comes in before one that was read. */
  readonly position: number
}

export interface EventStore {
  /** Becomes durable, or not at all, with the transaction of these stores. */
  add(event: NewEvent): Promise<void>
  /** Gives positions to those that have none yet; resolves with how many it were. */
  order(): Promise<number>
  /** In order, from the one after `position`. */
  after(position: number, limit: number): Promise<readonly FleetEvent[]>
  find(id: string): Promise<FleetEvent | undefined>
  /** Of the last event that was ever put in order; 0 when there was none. */
  lastPosition(): Promise<number>
  /** Deletes at most `limit` that happened before `at` (seconds); resolves with how many it were. */
  deleteBefore(at: number, limit: number): Promise<number>
}
