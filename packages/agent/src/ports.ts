/**
 * What the agent's core needs from the outside. Each port has its one contract here and its
 * adapters in adapters/. Every effect may be cut off by a power loss before, inside and after it,
 * and is then repeated: so each of them must be safe to repeat.
 */
import type { Facts, LogClaim, LogHead, Report, VerifiedRelease } from '@fleetward/shared'
import type { ActivityEvent } from './activity/catalogue.ts'
import type { AgentRecord } from './core/agent-record.ts'
import type { SlotName } from './core/update-machine.ts'

export type { ActivityEvent, SlotName }

/** The system's own clock, which may be wrong in either direction. Milliseconds since 1970. */
export interface SystemClock {
  systemMs(): number
}

export interface Place {
  /** IANA name of the time zone that the machine is set to now; it may travel. */
  timeZone(): string
}

export interface Timer {
  /** Resolves after `ms`, or at once when `signal` aborts: never rejects. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

export interface Chance {
  /** 0 ≤ x < 1, for jitter: nobody gains from guessing it. */
  share(): number
  /** At least 128 bits that nobody can guess, as text of at most 64 characters. */
  nonce(): string
}

export interface Log {
  /** Never a secret, a token or the query of a URL. */
  write(level: 'info' | 'warning' | 'error', event: string, facts?: Facts): void
}

/** By which way somebody decided something. */
export type Way = 'cli' | 'page' | 'button' | 'server' | 'product' | 'agent' | 'bundle'

export type ActivityClass =
  | 'security'
  | 'access'
  | 'configuration'
  | 'data'
  | 'update'
  | 'diagnostic'

/** What happened on this device, for its owner: kept in a hash chain, unless switched off by class. */
export interface ActivityLog {
  /** Resolves once the entry is kept, at once for a class that is off; never rejects. */
  record(entry: {
    readonly class: ActivityClass
    readonly event: ActivityEvent
    readonly by: Way
    readonly facts?: Facts
  }): Promise<void>

  /** Of the last entry that a power cut cannot take; `seq` 0 and an empty hash before the first. */
  head(): LogHead

  /** The head for a report, with what became of the one that the report before told (protocol §7). */
  claim(told: LogHead | undefined): LogClaim | undefined

  /** As the owner decided, durably saved before: the switch is the last entry of a class that goes off. */
  setOff(classes: readonly ActivityClass[], by: Way): Promise<void>
}

export interface RecordStore {
  /** The last saved record; undefined on a device that never saved one. A damaged one is replaced
   * by the one before it; with none left, STATE_CORRUPT. */
  load(): Promise<AgentRecord | undefined>

  /** Resolves once a power loss can no longer undo the write; rejects DISK_FULL or DISK_FAILED. */
  save(record: AgentRecord): Promise<void>
}

export interface Releases {
  /**
   * Refreshes the trusted metadata and returns what the release keys signed under this path.
   * TrustError: it must not be installed. TransferError: ask again later.
   */
  verify(path: string): Promise<VerifiedRelease>

  /** A file under trust/, verified against trusted metadata; from the disk when it is there. */
  trustFile(name: string): Promise<Uint8Array>

  /** Refreshes the trusted metadata; the same errors as {@link verify}. */
  refresh(): Promise<void>

  /** Versions of the trusted metadata, for reports (protocol §7). */
  versions(): { root: number; timestamp: number; snapshot: number; targets: number }
}

export interface Transfer {
  /**
   * Brings the whole artifact to the device's disk: every chunk verified before it is written, what
   * is already there verified again and kept. Resolves when length and digest of the whole agree.
   * TransferError: go on later from where it stopped. TrustError: the bytes are wrong. DeviceError: disk.
   */
  fetch(
    release: VerifiedRelease,
    options: { signal: AbortSignal; onProgress(verifiedBytes: number): void },
  ): Promise<void>

  /** Removes what {@link fetch} left, complete or not. Nothing there is no error. */
  discard(): Promise<void>
}

/** What the device itself is short of. Asked again while an update waits for it. */
export interface Readiness {
  /** undefined: nothing stands in the way of this step; never rejects. */
  obstacle(
    release: VerifiedRelease,
    step: 'begin' | 'switch',
  ): Promise<'power' | 'space' | 'product' | undefined>
}

export interface Installer {
  /**
   * Writes the fetched artifact into `slot`, never the booted one: marks the slot not bootable
   * first, verifies every byte again as it is written, marks it bootable last.
   */
  write(release: VerifiedRelease, slot: SlotName, options: { signal: AbortSignal }): Promise<void>

  /** What a bootable slot holds; undefined when the slot is empty, incomplete or damaged. */
  contents(slot: SlotName): Promise<SlotContents | undefined>
}

export interface SlotContents {
  readonly version: string
  readonly securityCounter: number
  /** Absolute path of the folder the product runs in. */
  readonly folder: string
  readonly start: readonly string[]
  readonly selfTest: readonly string[]
}

export interface Bootloader {
  /** Which slot runs now. */
  bootedSlot(): Promise<SlotName>

  /**
   * A boot of the device: takes one try from a slot on trial, or falls back to the permanent slot
   * when no try is left. Returns the slot that runs from now on.
   */
  boot(): Promise<SlotName>

  /** From the next boot on, tries `slot`. Never called for the booted slot. */
  tryBoot(slot: SlotName): Promise<void>

  /** Gives up the trial: the next boot uses the permanent slot. */
  abandonTrial(): Promise<void>

  /** Makes `slot` permanent. Committing a slot again changes nothing. */
  commit(slot: SlotName): Promise<void>
}

export interface Product {
  /**
   * Starts the product from the slot; a product still running from before is ended first. One that
   * cannot be started counts as crashed: it shows in the self-test, not here.
   */
  start(contents: SlotContents): Promise<void>

  /** Ends the product; none running is no error. */
  stop(): Promise<void>

  /**
   * Whether the running firmware works, in the terms of this product. Resolves on every outcome:
   * also on a crash, and as failed when `signal` aborts (the trial's time limit, the agent's end).
   */
  selfTest(contents: SlotContents, options: { signal: AbortSignal }): Promise<SelfTestOutcome>
}

export type SelfTestOutcome =
  | { readonly passed: true }
  | {
      readonly passed: false
      readonly code: 'SELF_TEST_FAILED' | 'PRODUCT_CRASHED'
      readonly facts: Facts
    }

/** Delivers report tokens; keeping and repeating them is the outbox's business. */
export interface ReportChannel {
  /** Resolves once the server side has acknowledged the token; TransferError otherwise. */
  send(token: string): Promise<void>
}

export interface ReportSigner {
  /** With the device's key, which never leaves the device (protocol §7). */
  sign(report: Report): Promise<string>
}

export interface Ports {
  readonly systemClock: SystemClock
  readonly place: Place
  readonly timer: Timer
  readonly chance: Chance
  readonly log: Log
  readonly store: RecordStore
  readonly releases: Releases
  readonly transfer: Transfer
  readonly readiness: Readiness
  readonly installer: Installer
  readonly bootloader: Bootloader
  readonly product: Product
  readonly reportChannel: ReportChannel
  readonly reportSigner: ReportSigner
  readonly activity: ActivityLog
}
