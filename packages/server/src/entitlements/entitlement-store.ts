import type { Entitlement, Holder } from './entitlement.ts'

export interface EntitlementStore {
  /** Replaces its end where a device has it already; resolves with those for which that is news. */
  give(
    product: string,
    devices: readonly string[],
    entitlement: Entitlement,
  ): Promise<readonly string[]>
  /** Resolves with those that had it. */
  take(product: string, devices: readonly string[], name: string): Promise<readonly string[]>
  /** Also what has ended, by name. */
  ofDevice(product: string, device: string): Promise<readonly Entitlement[]>
  /** Also those whose has ended, by device, from the one after `after`. */
  holders(
    product: string,
    name: string,
    page: { readonly after: string | undefined; readonly limit: number },
  ): Promise<readonly Holder[]>
  /** Which of these devices have it at this time. */
  among(
    product: string,
    devices: readonly string[],
    name: string,
    at: number,
  ): Promise<ReadonlySet<string>>
}
