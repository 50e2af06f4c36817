/** What is counted of devices and their stays. The adapter is adapters/sql/exposure/exposure-store.ts. */
import type { ExposedCounts, Moment } from './exposed-state.ts'

/** Devices that run one version, in one cohort and one country. */
export interface CountedGroup {
  readonly version: string
  readonly cohort: string
  /** Undefined: nobody said it. */
  readonly country: string | undefined
  readonly counts: ExposedCounts
}

export interface OnVersions {
  readonly product: string
  readonly versions: readonly string[]
}

/** Within one step of {@link STEP_SECONDS}, which ends at `at`. */
export interface ProtectionStep {
  readonly at: number
  readonly devices: number
}

export interface FirstVersion {
  readonly version: string | undefined
  readonly devices: number
}

/** Times to protection are told to ten minutes, rounded up. */
export const STEP_SECONDS = 600

export interface ExposureStore {
  /** All that any device of the product runs. */
  versions(product: string): Promise<readonly string[]>
  /**
   * What devices ran when they were first heard of, as counts of devices; undefined: nobody knows any more (retention).
   * One pass over the stays of a product.
   */
  firstVersions(product: string): Promise<readonly FirstVersion[]>
  /** How many devices run one of them. */
  running(on: OnVersions): Promise<number>
  /** How many never said what they run. */
  neverReported(product: string): Promise<number>
  exposed(on: OnVersions, at: Moment): Promise<readonly CountedGroup[]>
  /**
   * When devices that ran one of the versions after `knownAt` left them for good, in order; without those that run one of
   * `others` now or do not say what.
   */
  protectedBySteps(
    on: OnVersions,
    of: { readonly knownAt: number; readonly others: readonly string[] },
  ): Promise<readonly ProtectionStep[]>
  /** Of all devices, on one of the versions between the two times. `isAtLeast`: some were there longer than is known. */
  exposedSeconds(
    on: OnVersions,
    of: { readonly knownAt: number; readonly now: number },
  ): Promise<{ readonly seconds: number; readonly isAtLeast: boolean }>
  /** Versions that were looked up in the feeds. */
  matchedVersions(product: string): Promise<ReadonlySet<string>>
  /** By country, of all devices of the product or of those that run one of the versions. */
  countries(
    product: string,
    versions: readonly string[] | undefined,
  ): Promise<readonly { readonly country: string | undefined; readonly devices: number }[]>
}
