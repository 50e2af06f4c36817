/**
 * Which versions are in the field: what was published and nobody was offered is in no device. Whether a release got
 * there is said by rollouts, not by devices, for anybody's device at a bench can report anything: a release that was
 * never rolled out would become what a security release may continue, and its functions would ship as security.
 *
 * What no rollout brought came with the devices, published here or not. Of such versions one counts: the one that most
 * devices ran when they were first heard of. To make another of it takes more devices than the fleet has, and the
 * second factory version of a product has to be rolled out before something continues it, for it is new to the others.
 */
import { compareVersions } from '@fleetward/shared'
import { entitlementFor } from '../entitlements/entitlement.ts'
import type { FirstVersion } from '../exposure/exposure-store.ts'
import type { Stores } from '../stores.ts'
import type { RolloutState } from './rollout.ts'

const BEGUN: ReadonlySet<RolloutState> = new Set(['running', 'paused', 'stopped', 'finished'])

export async function versionsInTheField(
  {
    exposure,
    releases,
    rollouts,
    members,
  }: Pick<Stores, 'exposure' | 'releases' | 'rollouts' | 'members'>,
  product: string,
): Promise<ReadonlySet<string>> {
  const running = new Set(await exposure.versions(product))
  const found = new Set<string>()
  const paid = new Set(
    (await releases.ofProduct(product))
      .filter((one) => entitlementFor(one) !== undefined)
      .map(({ release }) => release.version),
  )
  for (const { id, release, state } of await rollouts.ofProduct(product)) {
    if (found.has(release)) continue
    // Of a rollout that was withdrawn is left what devices installed before; and whoever has no right to a paid release
    // has his turn in its rollout too, and is offered nothing.
    const isOffered = BEGUN.has(state) && !paid.has(release)
    const isInstalled = (BEGUN.has(state) || state === 'withdrawn') && running.has(release)
    if (!(isOffered || isInstalled)) continue
    // A rollout to a cohort without devices begins and ends, and nobody saw the release.
    if (await members.wasOffered({ product, id })) found.add(release)
  }
  // Mostly they run what rollouts brought, and nobody has to be counted.
  if (running.isSubsetOf(found)) return found
  const factory = factoryVersion(await exposure.firstVersions(product))
  if (factory !== undefined && running.has(factory)) found.add(factory)
  return found
}

/** Where as many came with another one the lower: devices that came with the higher lose nothing by it. */
export function factoryVersion(first: readonly FirstVersion[]): string | undefined {
  const [most] = first.toSorted(
    (a, b) => b.devices - a.devices || compareVersions(a.version ?? '0.0.0', b.version ?? '0.0.0'),
  )
  return most?.version
}
