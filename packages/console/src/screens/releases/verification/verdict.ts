/** What a verification in the browser comes to, and what is kept of it. */
import type { Release } from '@fleetward/shared'

/** As TUF names what a client walks through; `role` is the one that signed the release. */
export type StepName = 'kept' | 'root' | 'timestamp' | 'snapshot' | 'targets' | 'role' | 'release'

export interface Step {
  readonly name: StepName
  /** In the metadata: `root`, `security`. */
  readonly role: string
  readonly version: number
  readonly threshold: number
  /** Key ids: who of them signed, as far as the threshold needed to know. */
  readonly signers: readonly string[]
  /** Seconds since 1970. */
  readonly expires: number
}

/** What a browser keeps of a product from one time to the next. */
export interface KeptTrust {
  /** Seconds since 1970. */
  readonly firstSeenAt: number
  /** Key ids of the root role, as it was seen first. */
  readonly firstKeys: readonly string[]
  readonly root: Uint8Array
  readonly timestamp: Uint8Array
  readonly snapshot: Uint8Array
}

export type Verdict = {
  readonly steps: readonly Step[]
  readonly isFirstUse: boolean
  /** Of the root that was seen first. */
  readonly firstKeys: readonly string[]
  readonly firstSeenAt: number
} & (
  | { readonly outcome: 'verified'; readonly release: Release; readonly keep: KeptTrust }
  /** No role lists it any more, and the server does not say otherwise: no device would take it. */
  | { readonly outcome: 'not-listed'; readonly keep: KeptTrust }
  | {
      readonly outcome: 'refused'
      readonly step: StepName
      readonly code: string
      readonly facts: Readonly<Record<string, string | number | boolean>>
    }
)
