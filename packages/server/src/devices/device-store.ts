/** What is kept about devices. The adapter is adapters/sql/device-store.ts. */
import type { Report } from '@fleetward/shared'
import type { DeviceAtBroker } from '../broker/access-rules.ts'
import type { DeviceProgress } from '../ports.ts'
import type { LogFinding } from './log-watch.ts'
import type { ReceivedReport } from './report-chain.ts'

export interface Device {
  readonly id: string
  readonly product: string
  readonly cohort: string
  readonly online: boolean
  readonly enrolledAt: number
  readonly revokedAt: number | undefined
  readonly lastSeenAt: number | undefined
  readonly certificate: { readonly serial: string; readonly notAfter: number } | undefined
  readonly state: string | undefined
  readonly waitingFor: string | undefined
  readonly version: string | undefined
  readonly securityCounter: number | undefined
  readonly rollout: string | undefined
  readonly code: string | undefined
  readonly progress: number | undefined
  readonly inventory: Readonly<Record<string, string>> | undefined
  readonly nonce: string | undefined
  readonly integrity: string | undefined
  /** Its activity log: the last entry it told of, and the classes its owner switched off. */
  readonly log: { readonly seq: number; readonly off: readonly string[] } | undefined
  readonly logBroken: LogFinding | undefined
  readonly reports: {
    readonly last: number
    readonly missing: number
    readonly unchained: number
    readonly refused: number
  }
}

export interface KeptReport {
  readonly seq: number
  readonly receivedAt: number
  readonly state: string
  readonly waitingFor: string | undefined
  readonly version: string
  readonly rollout: string | undefined
  readonly code: string | undefined
  readonly refused: string | undefined
  readonly event: Report['event'] | undefined
  readonly missingBefore: number
  readonly prevFits: boolean
  /** The report as the device signed it. */
  readonly token: string
}

/** What happened to each report of a batch. */
export type ReportVerdict = 'taken' | 'redelivered' | 'conflicting' | 'replayed'

export interface Page {
  readonly after?: string | undefined
  readonly limit: number
}

export interface DeviceStore extends DeviceProgress {
  find(product: string, device: string): Promise<Device | undefined>
  /** By id. */
  list(
    product: string,
    filter: Page & { readonly cohort?: string | undefined },
  ): Promise<readonly Device[]>
  /** Newest first. */
  reports(
    device: string,
    page: { readonly before?: number | undefined; readonly limit: number },
  ): Promise<readonly KeptReport[]>

  /** False when the product has no such device. */
  assign(product: string, device: string, cohort: string): Promise<boolean>

  /**
   * Takes each (device, seq) once, in the given order, in one transaction: durable when it resolves.
   * Keeps a bounded history per device.
   */
  takeReports(reports: readonly ReceivedReport[], now: number): Promise<readonly ReportVerdict[]>

  /** Writes who came and went and whose reports were refused since the last time. */
  notePresence(changes: ReadonlyMap<string, PresenceChange>, now: number): Promise<void>

  /** Everybody that is not revoked, for the access rules of an outside broker. */
  allAtBroker(): Promise<readonly DeviceAtBroker[]>

  /** At start nobody is connected yet. */
  everybodyOffline(): Promise<void>
}

export interface PresenceChange {
  readonly online?: boolean
  readonly refusedReports?: number
}
