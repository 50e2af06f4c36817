/**
 * Whether devices can only get to a fix over a release that somebody has to pay for: then the fix is paid for too,
 * whatever its own kind says (CRA Annex I, Part II (8), P-130). A device comes to a release with a `minimumVersion` over
 * one of those from there on, and to that one maybe over another. Pure.
 */
import { compareVersions, type Release } from '@fleetward/shared'
import type { PublishedRelease } from '../releases/release-store.ts'
import { entitlementFor, mendsSecurity } from './entitlement.ts'

type Step = Pick<PublishedRelease, 'release' | 'entitlement' | 'withdrawnAt'>
type Mending = Pick<Release, 'version' | 'minimumVersion' | 'fixes'>

export interface PaidStep {
  readonly version: string
  readonly entitlement: string
}

/** Undefined: everybody gets there. `inTheField`: rollouts/in-the-field.ts. */
export function paidWayTo(
  fix: Mending,
  published: readonly Step[],
  inTheField: ReadonlySet<string>,
): PaidStep | undefined {
  const steps = published
    .filter(({ release }) => compareVersions(release.version, fix.version) < 0)
    .toSorted((a, b) => compareVersions(a.release.version, b.release.version))
  const paid = new Map<string, PaidStep>()
  for (const step of steps) {
    const { version } = step.release
    const entitlement = entitlementFor(step)
    const over =
      entitlement === undefined
        ? paidStep(step.release, steps, { paid, inTheField })
        : { version, entitlement }
    if (over !== undefined) paid.set(version, over)
  }
  const over = paidStep(fix, steps, { paid, inTheField })
  return over !== undefined && isMendedBelow(fix, steps, paid) ? undefined : over
}

/** What is published and in the field at one moment. */
export interface Ways {
  readonly published: readonly Step[]
  readonly inTheField: ReadonlySet<string>
}

/** What may ask for nothing any more, so that no published fix is paid for that was not `before`. */
export function stepsToFree(before: Ways, after: Ways): readonly PaidStep[] {
  const free: PaidStep[] = []
  let steps = after.published
  for (const { release, withdrawnAt } of after.published) {
    if (withdrawnAt !== undefined || !mendsSecurity(release)) continue
    if (paidWayTo(release, before.published, before.inTheField) !== undefined) continue
    for (;;) {
      const over = paidWayTo(release, steps, after.inTheField)
      if (over === undefined) break
      free.push(over)
      steps = steps.map(({ entitlement, ...step }) =>
        entitlement === undefined || step.release.version === over.version
          ? step
          : { ...step, entitlement },
      )
    }
  }
  return free
}

function paidStep(
  { version, minimumVersion }: Pick<Mending, 'version' | 'minimumVersion'>,
  steps: readonly Step[],
  { paid, inTheField }: { paid: ReadonlyMap<string, PaidStep>; inTheField: ReadonlySet<string> },
): PaidStep | undefined {
  if (minimumVersion === undefined) return undefined
  const over = steps.filter(
    ({ release }) =>
      compareVersions(release.version, minimumVersion) >= 0 &&
      compareVersions(release.version, version) < 0,
  )
  // One that was withdrawn is a way for those alone who paid in time; one that nobody was offered is none.
  const isFree = over.some(
    ({ release, withdrawnAt }) =>
      withdrawnAt === undefined && !paid.has(release.version) && inTheField.has(release.version),
  )
  if (isFree) return undefined
  return over.map(({ release }) => paid.get(release.version)).find((one) => one !== undefined)
}

/** Who has not paid gets the same fixes on the line where he is. */
function isMendedBelow(
  { minimumVersion = '', fixes }: Mending,
  steps: readonly Step[],
  paid: ReadonlyMap<string, PaidStep>,
): boolean {
  if (fixes.length === 0) return false
  return steps.some(
    ({ release, withdrawnAt }) =>
      withdrawnAt === undefined &&
      mendsSecurity(release) &&
      !paid.has(release.version) &&
      compareVersions(release.version, minimumVersion) < 0 &&
      fixes.every((one) => release.fixes.includes(one)),
  )
}
