import type { Role, UploadedRole } from './role.ts'

export interface StoredMetadata<R extends Role = Role> {
  readonly role: R
  readonly version: number
  /** Exactly as it was signed. */
  readonly bytes: Uint8Array
  readonly expires: Date
}

/**
 * The metadata of all products. What is published here is what devices get: there is no second copy
 * that could disagree after a crash.
 */
export interface MetadataStore {
  /** The version of the role that is published now. */
  current(product: string, role: Role): Promise<StoredMetadata | undefined>

  /** Of every role that has one, the version that is published now, without its bytes. */
  expiries(product: string): Promise<readonly Omit<StoredMetadata, 'bytes'>[]>

  find(product: string, role: Role, version: number): Promise<Uint8Array | undefined>

  /** Verified, but waiting for files or for another role; at most one per role. */
  staged(product: string): Promise<readonly StagedMetadata[]>

  /** Replaces what was staged for the role. */
  stage(product: string, metadata: StagedMetadata, now: Date): Promise<void>

  /** Makes it current, and no longer staged. A version that is there already is an error. */
  publish(product: string, metadata: StoredMetadata, now: Date): Promise<void>

  unstage(product: string, role: UploadedRole): Promise<void>
}

export interface StagedMetadata {
  readonly role: UploadedRole
  readonly version: number
  readonly bytes: Uint8Array
}
