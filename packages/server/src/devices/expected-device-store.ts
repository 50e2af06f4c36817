/**
 * Devices that are known before they enrol: what is decided about them waits for them here. The adapter is
 * adapters/sql/devices/expected-device-store.ts.
 */
import type { AttributeValue } from './attribute-value.ts'
import type { Page } from './device-store.ts'

export interface ExpectedDevice {
  readonly id: string
  readonly product: string
  /** Undefined: the one its enrolment token names. */
  readonly cohort: string | undefined
  readonly isPinned: boolean
  readonly isTest: boolean
  readonly attributes: ReadonlyMap<string, AttributeValue>
  /** Since when, seconds since 1970. */
  readonly expectedAt: number
}

export interface ExpectedDeviceStore {
  /** Of whatever product: ids are taken once on a server. */
  find(device: string): Promise<ExpectedDevice | undefined>
  some(devices: readonly string[]): Promise<readonly ExpectedDevice[]>
  /** By id. */
  list(product: string, page: Page): Promise<readonly ExpectedDevice[]>
  /** In place of what was expected of it before; it is of no other product. */
  save(device: ExpectedDevice): Promise<void>
  /** False when the product expects no such device. */
  remove(product: string, device: string): Promise<boolean>
}
