/** What is kept about devices. The adapter is adapters/sql/devices/device-store.ts. */
import type { Report } from '@fleetward/shared'
import type { DeviceAtBroker } from '../broker/access-rules.ts'
import type { AttributeValue } from './attribute-value.ts'
import type { Quarantine } from './fleet-store.ts'
import type { Suspected } from './reports/clone-alarm.ts'
import type { Sighting } from './reports/clone-watch.ts'
import type { LogFinding } from './reports/log-watch.ts'
import type { ReceivedReport } from './reports/report-chain.ts'

export interface Device {
  readonly id: string
  readonly product: string
  readonly cohort: string
  /** No rule moves it from there. */
  readonly pinned: boolean
  readonly test: boolean
  readonly quarantine: Quarantine | undefined
  /** Since when one identity seems to be in two places, and the signs of it. */
  readonly cloneSuspected: CloneSuspicion | undefined
  /** What operators set. */
  readonly attributes: Readonly<Record<string, AttributeValue>>
  readonly online: boolean
  readonly enrolledAt: number
  readonly revokedAt: number | undefined
  readonly lastSeenAt: number | undefined
  /** When it last connected once too often (flapping.ts). */
  readonly flappedAt: number | undefined
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
  /** What its owner chose, as it last reported. */
  readonly owner: Report['owner'] | undefined
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

export interface CloneSuspicion {
  /** Seconds since 1970. */
  readonly since: number
  readonly returns: number
  readonly conflicts: number
  readonly wentBack: number
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

export interface TakenReports {
  /** In the order of the reports. */
  readonly verdicts: readonly ReportVerdict[]
  /** Devices that run another version or have another inventory now. */
  readonly changed: readonly { readonly product: string; readonly device: string }[]
}

export interface DeviceStore {
  find(product: string, device: string): Promise<Device | undefined>
  /** Those of the ids that the product has, by id. */
  some(product: string, devices: readonly string[]): Promise<readonly Device[]>
  /** Newest first. */
  reports(
    device: string,
    page: { readonly before?: number | undefined; readonly limit: number },
  ): Promise<readonly KeptReport[]>

  /**
   * Takes each (device, seq) once, in the given order, in one transaction: durable when it resolves.
   * Keeps a bounded history per device.
   */
  takeReports(reports: readonly ReceivedReport[], now: number): Promise<TakenReports>

  /**
   * Writes who came and went, whose reports were refused, and what was seen of whom since the last time. Resolves
   * with those that are suspicious by now.
   */
  notePresence(
    changes: ReadonlyMap<string, PresenceChange>,
    now: number,
  ): Promise<readonly Suspected[]>

  /** Everybody that is not revoked, for the access rules of an outside broker. */
  allAtBroker(): Promise<readonly DeviceAtBroker[]>

  /** At start nobody is connected yet. */
  everybodyOffline(): Promise<void>
}

export interface PresenceChange {
  readonly online?: boolean
  /** How often it connected. */
  readonly connections?: number
  readonly refusedReports?: number
  readonly sightings?: readonly Sighting[]
}
