import type { Release, ReleaseRole } from '@fleetward/shared'
import type { PublishedFile, PublishedFiles } from '../ports.ts'

export interface PublishedRelease {
  readonly release: Release
  /** The target file exactly as signed, keys sorted: a published release never changes. */
  readonly target: string
  /** Whether the current metadata lists it; only then can a device verify it. */
  readonly listed: boolean
  /** Seconds since 1970. */
  readonly publishedAt: number
  readonly withdrawnAt?: number
  /** As it was set; what counts is entitlementFor. */
  readonly entitlement?: string
}

export interface ReleaseStore {
  find(product: string, version: string): Promise<PublishedRelease | undefined>

  /** The latest published first. */
  ofProduct(product: string): Promise<readonly PublishedRelease[]>

  /**
   * Makes `releases` the ones that the current metadata of the role lists. New ones are added, none is
   * ever removed. Returns the versions that were listed before and are not any more.
   */
  list(
    product: string,
    role: ReleaseRole,
    releases: readonly { readonly release: Release; readonly target: string }[],
    now: number,
  ): Promise<readonly string[]>

  /** Undefined: everybody is offered it. */
  setEntitlement(product: string, version: string, name: string | undefined): Promise<void>

  /** Withdrawing again keeps the first time. */
  withdraw(product: string, version: string, now: number): Promise<void>
}

export interface FileStore extends PublishedFiles {
  add(product: string, files: readonly PublishedFile[], now: number): Promise<void>
  /** Somebody who may publish the product's releases sent these bytes, and they were read as what they are there. */
  bring(
    product: string,
    files: readonly Pick<PublishedFile, 'sha256' | 'kind'>[],
    now: number,
  ): Promise<void>
  /** Those that nobody brought, nor are published in the product. */
  notBrought<File extends Pick<PublishedFile, 'sha256' | 'kind'>>(
    product: string,
    files: readonly File[],
  ): Promise<readonly File[]>
}
