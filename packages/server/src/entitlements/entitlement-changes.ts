/** Who has an entitlement, and what asks for one: each change with its entry, and the manifests that follow from it. */
import type { Actor } from '../accounts/actor.ts'
import { HttpError } from '../http/problem.ts'
import type { Manifests } from '../publishing/manifests.ts'
import { versionsInTheField } from '../rollouts/in-the-field.ts'
import type { RolloutState } from '../rollouts/rollout.ts'
import type { Stores } from '../stores.ts'
import { entitlementFor, mendsSecurity } from './entitlement.ts'
import { type PaidStep, paidWayTo, stepsToFree, type Ways } from './paid-way.ts'

export interface Doing {
  readonly by: Actor
  readonly at: number
  readonly requestId: string | undefined
}

export interface Given {
  readonly product: string
  readonly name: string
  readonly devices: readonly string[]
  /** Null: without an end. */
  readonly until: number | null
}

/** @returns the devices for which it is news. */
export async function give(
  stores: Stores,
  manifests: Pick<Manifests, 'signOwn'>,
  { product, name, devices, until }: Given,
  { by, at, requestId }: Doing,
): Promise<readonly string[]> {
  await requireDevices(stores, product, devices)
  const isTaken = until !== null && until <= at
  const news = isTaken
    ? await stores.entitlements.take(product, devices, name)
    : await stores.entitlements.give(product, devices, { name, until: until ?? undefined })
  for (const device of news) {
    await stores.audit.append({
      ...{ at, actor: by, action: 'device.entitlement-set', product, outcome: 'done', requestId },
      ...{ subject: `device/${device}`, after: { entitlement: name, until, isTaken } },
    })
  }
  const rollouts = await rolloutsBehind(stores, product, name)
  if (news.length === 0 || rollouts.length === 0) return news
  // Whoever had no right to it when its turn came has the whole time from now on.
  if (!isTaken) await stores.members.offerAgain(product, rollouts, news, at)
  for (const [cohort, ids] of await stores.members.cohortsOf(product, news)) {
    await manifests.signOwn(stores, { product, cohort, devices: ids })
  }
  return news
}

/** Before its first rollout: what devices were offered is not shut behind them. */
export async function setBehind(
  stores: Stores,
  { product, version, name }: { product: string; version: string; name: string | null },
  { by, at, requestId }: Doing,
): Promise<void> {
  const published = await stores.releases.find(product, version)
  if (published === undefined) {
    throw new HttpError(404, 'NO_SUCH_RELEASE', `No release ${version} is published`)
  }
  if (name !== null && mendsSecurity(published.release)) {
    const message = `${version} is a ${published.release.kind} release that fixes something: what mends security is offered to everybody, free of charge`
    throw new HttpError(422, 'SECURITY_FOR_EVERYBODY', message)
  }
  const rollouts = await stores.rollouts.ofRelease(product, version)
  const open = rollouts.find(({ state }) => state !== 'withdrawn')
  if (open !== undefined) {
    const message = `Rollout ${open.id} offers ${version} already: withdraw it first`
    throw new HttpError(409, 'RELEASE_IN_ROLLOUT', message, { facts: { rollout: open.id } })
  }
  if (name !== null) await requireFixesFree(stores, product, version, name)
  await stores.releases.setEntitlement(product, version, name ?? undefined)
  await stores.audit.append({
    ...{ at, actor: by, action: 'release.entitlementSet', product, outcome: 'done', requestId },
    ...{ subject: `release/${version}`, before: { entitlement: published.entitlement ?? null } },
    after: { entitlement: name },
  })
}

/** What is published and mends security must not be reached over this release alone. */
async function requireFixesFree(
  stores: Pick<Stores, 'releases' | 'exposure' | 'rollouts' | 'members'>,
  product: string,
  version: string,
  entitlement: string,
): Promise<void> {
  const before = await stores.releases.ofProduct(product)
  const after = before.map((one) =>
    one.release.version === version ? { ...one, entitlement } : one,
  )
  const field = await versionsInTheField(stores, product)
  const fix = before.find(
    ({ release, withdrawnAt }) =>
      withdrawnAt === undefined &&
      mendsSecurity(release) &&
      paidWayTo(release, before, field) === undefined &&
      paidWayTo(release, after, field) !== undefined,
  )
  if (fix === undefined) return
  const { version: fixed, kind, minimumVersion } = fix.release
  const message = `Devices come to the ${kind} release ${fixed} from ${minimumVersion} on, and over ${version}: what mends security is offered to everybody, free of charge. Publish the fix for the versions before, or let a release without an entitlement out in between`
  throw new HttpError(422, 'SECURITY_FOR_EVERYBODY', message, { facts: { release: fixed } })
}

async function requireDevices(
  { devices: store }: Stores,
  product: string,
  devices: readonly string[],
): Promise<void> {
  const known = new Set((await store.some(product, devices)).map(({ id }) => id))
  const unknown = devices.find((device) => !known.has(device))
  if (unknown === undefined) return
  throw new HttpError(404, 'NO_SUCH_DEVICE', `No device ${unknown} is on record`)
}

/**
 * Withdrawing always goes through. Where it would leave a paid release as the only way to a published fix, that one is
 * for everybody from then on, also in the rollouts that offer it already. `before`: as it was before the withdrawal.
 */
export async function freeWays(
  stores: Stores,
  manifests: Pick<Manifests, 'signFor'>,
  { product, withdrawn, before }: { product: string; withdrawn: string; before: Ways },
  { by, at, requestId }: Doing,
): Promise<readonly PaidStep[]> {
  const freed = stepsToFree(before, await waysOf(stores, product))
  for (const { version, entitlement } of freed) {
    await stores.releases.setEntitlement(product, version, undefined)
    await stores.audit.append({
      ...{ at, actor: by, action: 'release.entitlementSet', product, outcome: 'done', requestId },
      ...{ subject: `release/${version}`, before: { entitlement } },
      after: { entitlement: null, withdrawn },
    })
    for (const rollout of await stores.rollouts.ofRelease(product, version)) {
      if (rollout.state === 'withdrawn') continue
      // Whom a filter chose has a manifest of its own; the others hear it as their cohort.
      const single = rollout.plan.groups.flatMap(({ members }, group) =>
        'filter' in members ? [group] : [],
      )
      const devices = await stores.members.offerToAll(rollout, single, at)
      await manifests.signFor(stores, rollout, devices)
    }
  }
  return freed
}

export async function waysOf(
  stores: Pick<Stores, 'releases' | 'exposure' | 'rollouts' | 'members'>,
  product: string,
): Promise<Ways> {
  const published = await stores.releases.ofProduct(product)
  const isAnyPaid = published.some((one) => entitlementFor(one) !== undefined)
  // Where nothing is paid for, nobody has to be counted.
  const inTheField = isAnyPaid ? await versionsInTheField(stores, product) : new Set<string>()
  return { published, inTheField }
}

const OFFERING: ReadonlySet<RolloutState> = new Set([
  ...(['running', 'paused', 'stopped', 'finished'] as const),
])

/** Ids. */
async function rolloutsBehind(
  stores: Pick<Stores, 'releases' | 'rollouts'>,
  product: string,
  name: string,
): Promise<readonly string[]> {
  const behind = (await stores.releases.ofProduct(product)).filter(
    (published) => entitlementFor(published) === name,
  )
  const found: string[] = []
  for (const { release } of behind) {
    for (const { id, state } of await stores.rollouts.ofRelease(product, release.version)) {
      if (OFFERING.has(state)) found.push(id)
    }
  }
  return found
}
