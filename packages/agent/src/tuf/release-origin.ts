/** Where the files come from that vouch for a release. Nothing that comes is believed. */
import type { MetadataSource } from './metadata-source.ts'

export interface ReleaseOrigin {
  readonly metadata: MetadataSource
  readonly targets: MetadataSource
  /** Of the offline director, when it comes from a bundle (protocol §14). */
  readonly bundleToken?: string
}
