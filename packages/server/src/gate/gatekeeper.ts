/**
 * Lets releases be published, or holds them back (CRA P-036). It stands in the publishing transaction: what it says
 * there holds for what is written there, also when a feed is imported in the same moment. All that takes its time,
 * reading and matching SBOMs, is done before (prepare.ts); what was not is asked for by `unprepared`, and the
 * publication is tried again.
 */
import type { Release } from '@fleetward/shared'
import type { Actor } from '../accounts/actor.ts'
import type { ReleaseTarget } from '../releases/release-target.ts'
import type { Stores } from '../stores.ts'
import { baseOf } from './compare-releases.ts'
import type { Difference } from './difference.ts'
import type { GateResult } from './gate.ts'
import { isMatched } from './gate-facts.ts'
import { askGate, codesOf } from './keep-result.ts'

/** What was found out about a release before the transaction. */
export interface Prepared {
  readonly sbom: string
  readonly difference: Difference | undefined
  /** It was tried, and nothing more comes of trying again. */
  readonly isFinal: boolean
}

export interface HeldBack {
  readonly version: string
  readonly result: GateResult
}

export class Gatekeeper {
  readonly heldBack: HeldBack[] = []
  readonly unprepared: Release[] = []
  readonly #by: {
    readonly actor: Actor
    readonly requestId?: string | undefined
    readonly now: Date
  }
  readonly #prepared: ReadonlyMap<string, Prepared>

  constructor(
    by: { readonly actor: Actor; readonly requestId?: string | undefined; readonly now: Date },
    /** By version. */
    prepared: ReadonlyMap<string, Prepared> = new Map(),
  ) {
    this.#by = by
    this.#prepared = prepared
  }

  /** Whether all of these may be published, which are those of one file of metadata: all of them or none. */
  async admits(
    stores: Stores,
    product: string,
    listed: readonly ReleaseTarget[],
  ): Promise<boolean> {
    const policy = await stores.gate.policy(product)
    if (policy.mode === 'advisory') return true
    const releases = await newAmong(stores, product, listed)
    let isReady = true
    for (const release of releases) {
      if (await this.#isPrepared(stores, product, release)) continue
      this.unprepared.push(release)
      isReady = false
    }
    if (!isReady) return false
    let isOpen = true
    for (const release of releases) {
      const { version } = release
      const difference = this.#prepared.get(version)?.difference
      const result = await askGate(stores, product, release, { policy, difference, ...this.#by })
      if (result.isOpen) continue
      isOpen = false
      this.heldBack.push({ version, result })
      const at = Math.floor(this.#by.now.getTime() / 1000)
      const data = { version, kind: release.kind, reasons: codesOf(result) }
      await stores.events.add({ at, type: 'release.held-back', product, data })
    }
    return isOpen
  }

  async #isPrepared(stores: Stores, product: string, release: Release): Promise<boolean> {
    const prepared = this.#prepared.get(release.version)
    if (prepared === undefined || prepared.sbom !== release.sbom.sha256) return false
    if (prepared.isFinal) return true
    // Another release may have come in between, which is its base now; or another feed.
    return (
      (await isComparedWithBase(stores, product, release, prepared.difference)) &&
      (await isMatched(stores, product, release))
    )
  }
}

/** Nobody waits for an answer: what is held back by a gate waits for somebody who asks. */
export const NOBODY_ASKS = {
  async admits(
    stores: Stores,
    product: string,
    listed: readonly ReleaseTarget[],
  ): Promise<boolean> {
    const { mode } = await stores.gate.policy(product)
    return mode === 'advisory' || (await newAmong(stores, product, listed)).length === 0
  },
} satisfies Pick<Gatekeeper, 'admits'>

/** What was published once is no question any more. */
export async function newAmong(
  { releases }: Pick<Stores, 'releases'>,
  product: string,
  listed: readonly ReleaseTarget[],
): Promise<readonly Release[]> {
  const found: Release[] = []
  for (const { release } of listed) {
    if ((await releases.find(product, release.version)) === undefined) found.push(release)
  }
  return found
}

async function isComparedWithBase(
  stores: Stores,
  product: string,
  release: Release,
  difference: Difference | undefined,
): Promise<boolean> {
  if (release.kind !== 'security') return true
  const base = await baseOf(stores, product, release)
  if (difference === undefined || difference.kind === 'first') {
    return difference !== undefined && base === undefined
  }
  if (difference.base !== base?.version) return false
  return (
    base.release === undefined || base.isInTheField !== (difference.kind === 'not-in-the-field')
  )
}
