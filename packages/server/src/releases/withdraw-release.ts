/** A release is withdrawn with all of its rollouts, and no fix is behind payment by that (P-130). */
import { type Doing, freeWays, waysOf } from '../entitlements/entitlement-changes.ts'
import type { PaidStep } from '../entitlements/paid-way.ts'
import type { Manifests } from '../publishing/manifests.ts'
import { withdrawRollouts } from '../rollouts/withdraw-rollouts.ts'
import type { Stores } from '../stores.ts'
import type { PublishedRelease } from './release-store.ts'

export interface Withdrawal {
  /** Undefined: no such release is published. */
  readonly withdrawn: PublishedRelease | undefined
  /** What asked for an entitlement until now, and would have stood before a fix. */
  readonly freed: readonly PaidStep[]
}

/** Repeating it changes nothing. */
export async function withdraw(
  stores: Stores,
  manifests: Pick<Manifests, 'signFor'>,
  { product, version }: { readonly product: string; readonly version: string },
  doing: Doing,
): Promise<Withdrawal> {
  const found = await stores.releases.find(product, version)
  if (found === undefined) return { withdrawn: undefined, freed: [] }
  const { at, by, requestId } = doing
  const before = await waysOf(stores, product)
  await stores.releases.withdraw(product, version, at)
  await withdrawRollouts(stores, manifests, product, version, at)
  if (found.withdrawnAt !== undefined) return { withdrawn: found, freed: [] }
  await stores.audit.append({
    ...{ at, actor: by, action: 'release.withdrawn', product },
    ...{ subject: `release/${version}`, outcome: 'done', after: { withdrawnAt: at }, requestId },
  })
  const withdrawn = { product, withdrawn: version, before }
  const freed = await freeWays(stores, manifests, withdrawn, doing)
  const data = {
    ...{ version, kind: found.release.kind },
    ...(freed.length === 0 ? {} : { freed: freed.map((one) => one.version) }),
  }
  await stores.events.add({ at, type: 'release.withdrawn', product, data })
  return { withdrawn: await stores.releases.find(product, version), freed }
}
