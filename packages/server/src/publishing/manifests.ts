/**
 * The manifests of all cohorts. Signing happens inside the transaction that changes a rollout, and the
 * sequence number is durable before anybody sees it; publishing comes after, as often as it takes.
 * What the broker has is a copy: the truth is in the store.
 */
import { parseTopic, type Release } from '@fleetward/shared'
import type { Logger } from 'pino'
import type { Instances } from '../instances/instances.ts'
import type { Clock, ManifestPublisher } from '../ports.ts'
import type { Rollout } from '../rollouts/rollout.ts'
import type { Database, Stores } from '../stores.ts'
import { type DevicesOfCohort, ManifestSigning } from './manifest-signing.ts'
import type { SignedManifest } from './manifest-store.ts'
import type { OnlineKeys } from './online-keys.ts'
import { signOwn } from './own-manifests.ts'

/** A broker that is away is asked again this much later; a broker that hangs is not waited for longer. */
const RETRY_MS = 5_000
const PUBLISH_TIME_LIMIT_MS = 10_000
const PAGE_MAX_COUNT = 500

export interface ManifestsNeeds {
  readonly database: Database
  readonly keys: OnlineKeys
  readonly publisher: ManifestPublisher
  /** Of several servers the leader publishes: two would overtake each other on a topic. */
  readonly instances: Instances
  readonly clock: Clock
  readonly log: Logger
}

export class Manifests {
  readonly #needs: ManifestsNeeds
  readonly #signing: ManifestSigning
  #publishing: Promise<void> = Promise.resolve()
  #retry: NodeJS.Timeout | undefined
  #stopped = false

  readonly #ends: readonly (() => void)[]

  constructor(needs: ManifestsNeeds) {
    this.#needs = needs
    this.#signing = new ManifestSigning(needs.keys, needs.clock)
    const { instances } = needs
    this.#ends = [
      instances.watch((leads) => {
        if (leads) this.#publishNow()
      }),
      instances.onRing('manifests', () => {
        if (instances.leads()) this.#publishNow()
      }),
    ]
    needs.publisher.whenBack(() => {
      if (instances.leads()) this.#publishAnew()
    })
  }

  /** After a change of this rollout: what its cohort hears, and what these devices of it hear by name. */
  async signFor(
    stores: Stores,
    { product, cohort }: Rollout,
    devices: readonly string[] = [],
  ): Promise<void> {
    await this.sign(stores, product, cohort)
    await this.signOwn(stores, { product, cohort, devices })
  }

  /** Inside the transaction that changes what it says. */
  sign(stores: Stores, product: string, cohort: string): Promise<void> {
    return this.#signing.sign(stores, product, cohort)
  }

  /** The manifests of single devices, which are in the cohort now. */
  signOwn(stores: Stores, whose: DevicesOfCohort): Promise<void> {
    return signOwn(this.#signing, stores, whose)
  }

  /** Throws what a device would refuse in the rollout's offer, before anybody is offered it. */
  requireSignable(stores: Stores, rollout: Rollout, release: Release): Promise<void> {
    return this.#signing.requireSignable(stores, { rollout, release })
  }

  /** Every 6 hours (protocol §5.2), and what a change has left unsigned. */
  async renew(): Promise<void> {
    for (const { product, topic } of await this.#needs.database.manifests.ofCohorts()) {
      const parsed = parseTopic(topic)
      if (parsed === undefined || !('cohort' in parsed)) continue
      try {
        const work = (stores: Stores) => this.sign(stores, product, parsed.cohort)
        await this.#needs.database.transaction(work)
      } catch (error) {
        this.#needs.log.error(
          { err: error, topic },
          'manifest not renewed; the next tick tries again',
        )
      }
    }
    for (const { id } of await this.#needs.database.products.all()) {
      await this.#needs.database.transaction((stores) => this.#signing.markDue(stores, id))
    }
    this.publishSoon()
  }

  /** Does not wait for the broker: what was decided stands, whether or not it can be reached now. */
  publishSoon(): void {
    if (this.#needs.instances.leads()) this.#publishNow()
    else this.#needs.instances.ring('manifests')
  }

  /** What the broker has retained is not known any more. */
  #publishAnew(): void {
    if (this.#stopped) return
    this.#publishing = this.#publishing
      .then(() => this.#needs.database.manifests.forgetPublished())
      .catch((error) => {
        this.#needs.log.error({ err: error }, 'manifests could not be published anew')
      })
    this.#publishNow()
  }

  #publishNow(): void {
    if (this.#stopped) return
    this.#publishing = this.#publishing
      .then(() => this.#publishPending())
      .catch((error) => {
        this.#needs.log.error({ err: error }, 'manifests could not be published')
      })
  }

  /** Resolves once the last {@link publishSoon} has ended, well or not. */
  async settled(): Promise<void> {
    await this.#publishing
  }

  async stop(): Promise<void> {
    this.#stopped = true
    for (const end of this.#ends) end()
    clearTimeout(this.#retry)
    await this.#publishing
  }

  /** Those of cohorts first: they reach the most. */
  async #publishPending(): Promise<void> {
    for (;;) {
      const pending = await this.#needs.database.manifests.unpublished(PAGE_MAX_COUNT)
      for (const manifest of pending) if (!(await this.#tryToPublish(manifest))) return
      const isLast = pending.length < PAGE_MAX_COUNT
      if (isLast && (this.#stopped || !(await this.#signSomeStale()))) return
    }
  }

  /** What a change of a cohort's offers means for devices with a manifest of their own: many, so in parts. */
  async #signSomeStale(): Promise<boolean> {
    const { database } = this.#needs
    const stale = await database.manifests.stale(PAGE_MAX_COUNT)
    for (const [product, manifests] of Map.groupBy(stale, (manifest) => manifest.product)) {
      const devices = manifests.map(({ device }) => device)
      await database.transaction(async (stores) => {
        for (const [cohort, ids] of await stores.members.cohortsOf(product, devices)) {
          await this.signOwn(stores, { product, cohort, devices: ids })
        }
        await stores.manifests.markFresh(product, devices)
      })
    }
    return stale.length > 0
  }

  /** One after another: an older manifest must never replace a newer one on its topic. */
  async #tryToPublish({ audience, topic, seq, token }: SignedManifest): Promise<boolean> {
    const { database, publisher, log } = this.#needs
    try {
      await withinTime(publisher.publishRetained(topic, token))
      await database.manifests.markPublished(audience, seq)
      log.info({ event: 'manifest-published', topic, seq }, 'manifest published')
      return true
    } catch (error) {
      log.warn({ err: error, topic, seq }, 'manifest not published, trying again')
      this.#retryLater()
      return false
    }
  }

  #retryLater(): void {
    clearTimeout(this.#retry)
    if (this.#stopped) return
    this.#retry = setTimeout(() => this.publishSoon(), RETRY_MS)
    this.#retry.unref()
  }
}

async function withinTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer from the broker')), PUBLISH_TIME_LIMIT_MS)
  })
  try {
    await Promise.race([work, tooLate])
  } finally {
    clearTimeout(timer)
  }
}
