/** What operators and rules decide about devices. The adapter is adapters/sql/devices/fleet-store.ts. */
import type { AttributeValue } from './attribute-value.ts'
import type { FilterableDevice } from './filter/matches.ts'

export interface Quarantine {
  /** Seconds since 1970. */
  readonly at: number
  /** Account id, or `server`. */
  readonly by: string
  readonly reason: string
}

export interface TakenId {
  readonly id: string
  readonly product: string
  readonly isRevoked: boolean
  readonly isDecommissioned: boolean
}

/** Methods that change something answer false when the product has no such device; what is said of it is one that has. */
export interface FleetStore {
  find(product: string, device: string): Promise<FilterableDevice | undefined>

  /** Of the ids those that are taken, in whatever product. */
  taken(devices: readonly string[]): Promise<readonly TakenId[]>

  /** Pinned: no rule moves it from there. */
  assign(
    product: string,
    device: string,
    place: { readonly cohort: string; readonly pinned: boolean },
  ): Promise<boolean>

  /** Adds, replaces, and removes those that are undefined. */
  setAttributes(
    product: string,
    device: string,
    changes: ReadonlyMap<string, AttributeValue | undefined>,
  ): Promise<boolean>

  setTest(product: string, device: string, test: boolean): Promise<boolean>

  /** Undefined: it is released. */
  setQuarantine(
    product: string,
    device: string,
    quarantine: Quarantine | undefined,
  ): Promise<boolean>

  /** Undefined: somebody has looked into it; what was seen so far counts no more. */
  setCloneSuspected(product: string, device: string, at: number | undefined): Promise<boolean>

  /**
   * Revokes its certificates and deletes what is known of it: reports, inventory, attributes, commands, tokens. Its
   * id stays as taken, the serial numbers of its certificates for revocation lists, and its part in rollouts.
   */
  decommission(product: string, device: string, at: number): Promise<boolean>
}
