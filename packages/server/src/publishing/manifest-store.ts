import type { CurrentManifests } from '../ports.ts'

export interface SignedManifest {
  readonly product: string
  /** `aud` of the token: `<product>/cohorts/<cohort>`. */
  readonly audience: string
  readonly topic: string
  readonly seq: number
  readonly token: string
  /** What it says, as canonical JSON: equal offers need no new signature before their time. */
  readonly offers: string
  /** Seconds since 1970. */
  readonly issuedAt: number
}

/** The last manifest of every audience. `seq` is kept here, so that it grows across restarts. */
export interface ManifestStore extends CurrentManifests {
  /** In whole; {@link CurrentManifests.find} has the token alone. */
  last(audience: string): Promise<SignedManifest | undefined>

  all(): Promise<readonly SignedManifest[]>

  /** Devices of the cohort that have a manifest of their own. */
  devicesOf(product: string, cohort: string): Promise<readonly string[]>

  /** Saved before it is published: a sequence number that a device has seen is never given twice. */
  save(manifest: SignedManifest): Promise<void>

  /** Those of which the broker is not known to have the last one. */
  unpublished(): Promise<readonly SignedManifest[]>

  markPublished(audience: string, seq: number): Promise<void>

  /** After a start: what the broker has is unknown. */
  forgetPublished(): Promise<void>
}
