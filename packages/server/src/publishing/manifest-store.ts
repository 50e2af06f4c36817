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
  /** Of a manifest for one device, which takes the place of its cohort's (protocol §5.4). */
  readonly device?: string | undefined
}

/** The last manifest of every audience. `seq` is kept here, so that it grows across restarts. */
export interface ManifestStore extends CurrentManifests {
  /** In whole; {@link CurrentManifests.find} has the token alone. */
  last(audience: string): Promise<SignedManifest | undefined>

  /** Of all cohorts. */
  ofCohorts(): Promise<readonly SignedManifest[]>

  /** Saved before it is published: a sequence number that a device has seen is never given twice. */
  save(manifest: SignedManifest): Promise<void>

  /** At most `limit` of those of which the broker is not known to have the last one. */
  unpublished(limit: number): Promise<readonly SignedManifest[]>

  /** One without a token is gone with it. */
  markPublished(audience: string, seq: number): Promise<void>

  /** Of single devices, those of these that have one. */
  own(product: string, devices: readonly string[]): Promise<readonly SignedManifest[]>

  /** The one of a single device that was signed longest ago. */
  oldestOwn(product: string): Promise<SignedManifest | undefined>

  /** Manifests of single devices that have something new to say, or whose time has come. */
  markStale(product: string, which: StaleManifests): Promise<void>

  stale(limit: number): Promise<readonly { readonly product: string; readonly device: string }[]>

  /** What they say is as it should be. */
  markFresh(product: string, devices: readonly string[]): Promise<void>

  /** After a start: what the broker has is unknown. */
  forgetPublished(): Promise<void>
}

export type StaleManifests =
  /** Of devices that are in the cohort now. */
  | { readonly cohort: string }
  | { readonly devices: readonly string[] }
  /** Of devices whose turn in the rollout came then. */
  | { readonly rollout: string; readonly offeredAt: number }
  | { readonly issuedBefore: number }
