/**
 * Who is offered a release of new functions: if it asks for an entitlement, only devices that have it. What mends
 * security is behind none, whatever somebody wrote: it is free of charge for everybody (CRA Annex I, Part II (8),
 * P-130). Pure.
 */
import type { PublishedRelease } from '../releases/release-store.ts'

export interface Entitlement {
  readonly name: string
  /** Seconds since 1970; undefined: it has no end. */
  readonly until: number | undefined
}

export interface Holder extends Entitlement {
  readonly device: string
}

/** The name of what a device needs, by the release's own kind. */
export function entitlementFor({
  release,
  entitlement,
}: Pick<PublishedRelease, 'entitlement'> & {
  readonly release: Pick<PublishedRelease['release'], 'kind' | 'fixes'>
}): string | undefined {
  return mendsSecurity(release) ? undefined : entitlement
}

/** By its kind, or by what it says that it fixes. */
export function mendsSecurity({
  kind,
  fixes,
}: Pick<PublishedRelease['release'], 'kind' | 'fixes'>) {
  return kind !== 'functionality' || fixes.length > 0
}
