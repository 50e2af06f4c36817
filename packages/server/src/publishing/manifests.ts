/**
 * The manifests of all cohorts. Signing happens inside the transaction that changes a rollout, and the
 * sequence number is durable before anybody sees it; publishing comes after, as often as it takes.
 * What the broker has is a copy: the truth is in the store.
 */
import {
  canonicalJson,
  cohortAudience,
  cohortManifestTopic,
  deviceAudience,
  deviceManifestTopic,
  directorIssuer,
  type Json,
  MANIFEST_LIFETIME_SECONDS,
  MANIFEST_RENEWAL_SECONDS,
  type Manifest,
  parseTopic,
  type Release,
  type SigningKeyOfSet,
  signManifest,
  TrustError,
} from '@fleetward/shared'
import type { Logger } from 'pino'
import type { Instances } from '../instances/instances.ts'
import { observe } from '../observability/observe.ts'
import type { Clock, ManifestPublisher } from '../ports.ts'
import type { Rollout } from '../rollouts/rollout.ts'
import { rolloutsOfCohort } from '../rollouts/standing.ts'
import type { Database, Stores } from '../stores.ts'
import type { SignedManifest } from './manifest-store.ts'
import { nextSequence } from './next-number.ts'
import { type ByName, offersFor, offersOf } from './offers.ts'
import type { OnlineKeys } from './online-keys.ts'

/** A broker that is away is asked again this much later; a broker that hangs is not waited for longer. */
const RETRY_MS = 5_000
const PUBLISH_TIME_LIMIT_MS = 10_000

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
  #publishing: Promise<void> = Promise.resolve()
  #retry: NodeJS.Timeout | undefined
  #stopped = false

  readonly #ends: readonly (() => void)[]

  constructor(needs: ManifestsNeeds) {
    this.#needs = needs
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

  /** After a change of this rollout: what its cohort hears, and the devices that it reaches by name. */
  async signFor(stores: Stores, rollout: Rollout): Promise<void> {
    const { product, cohort, plan } = rollout
    const groups = plan.groups.flatMap(({ members }, group) => ('filter' in members ? [group] : []))
    const byName = [
      ...(await stores.members.offeredIn(rollout, groups)),
      ...(await stores.members.heldIn(rollout)),
    ]
    await this.sign(stores, product, cohort, byName)
  }

  /** Throws what a device would refuse in the rollout's offer, before anybody is offered it. */
  async requireSignable(stores: Stores, rollout: Rollout, release: Release): Promise<void> {
    const { product, cohort } = rollout
    const { kid, key } = await this.#needs.keys.signing(stores, product, 'director')
    const now = Math.floor(this.#needs.clock.now().getTime() / 1000)
    const offers = offersOf([{ rollout: { ...rollout, state: 'running' }, release }])
    const claims = { iss: directorIssuer(product), aud: cohortAudience(product, cohort) }
    const times = { iat: now, exp: now + MANIFEST_LIFETIME_SECONDS, seq: now }
    await signManifest({ ...claims, ...times, offers }, { kid, key: await key.toCryptoKey() })
  }

  /** One that rollouts reach by name. */
  async signDevice(
    stores: Stores,
    { product, cohort, device }: { product: string; cohort: string; device: string },
  ): Promise<void> {
    const offers = offersOf(await rolloutsOfCohort(stores, product, cohort))
    await this.#signDevice(stores, product, device, offers)
  }

  /**
   * Signs the cohort's manifest if it has something new to say or its time has come, and those of its devices that
   * have one of their own, or get one now.
   */
  async sign(
    stores: Stores,
    product: string,
    cohort: string,
    byName: readonly string[] = [],
  ): Promise<void> {
    const offers = offersOf(await rolloutsOfCohort(stores, product, cohort))
    const audience = cohortAudience(product, cohort)
    await this.#sign(stores, product, audience, cohortManifestTopic(product, cohort), offers)
    const devices = new Set([...byName, ...(await stores.manifests.devicesOf(product, cohort))])
    for (const device of devices) await this.#signDevice(stores, product, device, offers)
  }

  async #signDevice(
    stores: Stores,
    product: string,
    device: string,
    offers: Manifest['offers'],
  ): Promise<void> {
    const own = offersFor(offers, await reachedByName(stores, product, device))
    const topic = deviceManifestTopic(product, device)
    await this.#sign(stores, product, deviceAudience(product, device), topic, own, 'always')
  }

  async #sign(
    stores: Stores,
    product: string,
    audience: string,
    topic: string,
    offers: Manifest['offers'],
    empty: 'always' | 'never' = 'never',
  ): Promise<void> {
    const last = await stores.manifests.last(audience)
    if (last === undefined && offers.length === 0 && empty === 'never') return
    const now = Math.floor(this.#needs.clock.now().getTime() / 1000)
    const said = new TextDecoder().decode(canonicalJson(offers as unknown as Json))
    const { kid, key } = await this.#needs.keys.signing(stores, product, 'director')
    const isSaid = last?.offers === said && !isDue(last, now) && kidOf(last.token) === kid
    if (isSaid) return

    const seq = nextSequence(last?.seq, now)
    const manifest = {
      iss: directorIssuer(product),
      aud: audience,
      iat: now,
      exp: now + MANIFEST_LIFETIME_SECONDS,
      seq,
      offers,
    }
    const signingKey = { kid, key: await key.toCryptoKey() }
    const token = await observe('manifestSigning', {}, () => signWhatFits(manifest, signingKey))
    await stores.manifests.save({
      ...{ product, audience, topic, seq, token, offers: said },
      issuedAt: now,
    })
  }

  /** Every 6 hours (protocol §5.2), and what a change has left unsigned. */
  async renew(): Promise<void> {
    for (const { product, topic } of await this.#needs.database.manifests.all()) {
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

  /** One after another: an older manifest must never replace a newer one on its topic. */
  async #publishPending(): Promise<void> {
    for (const manifest of await this.#needs.database.manifests.unpublished()) {
      try {
        await this.#publish(manifest)
      } catch (error) {
        const { topic, seq } = manifest
        this.#needs.log.warn({ err: error, topic, seq }, 'manifest not published, trying again')
        this.#retryLater()
        return
      }
    }
  }

  async #publish({ audience, topic, seq, token }: SignedManifest): Promise<void> {
    await withinTime(this.#needs.publisher.publishRetained(topic, token))
    await this.#needs.database.manifests.markPublished(audience, seq)
    this.#needs.log.info({ event: 'manifest-published', topic, seq }, 'manifest published')
  }

  #retryLater(): void {
    clearTimeout(this.#retry)
    if (this.#stopped) return
    this.#retry = setTimeout(() => this.publishSoon(), RETRY_MS)
    this.#retry.unref()
  }
}

/** Of a token of ours. A manifest outlives the key that signed it by no tick. */
function kidOf(token: string): unknown {
  const [header = ''] = token.split('.')
  return JSON.parse(Buffer.from(header, 'base64url').toString()).kid
}

function isDue({ issuedAt }: SignedManifest, now: number): boolean {
  return now - issuedAt >= MANIFEST_RENEWAL_SECONDS
}

async function reachedByName(stores: Stores, product: string, device: string): Promise<ByName> {
  const offered = new Set<string>()
  const held = new Set<string>()
  for (const { id, group, isHeld } of await stores.members.rolloutsOf(device)) {
    if (isHeld) held.add(id)
    const rollout = isHeld ? undefined : await stores.rollouts.find(product, id)
    const members = rollout?.plan.groups[group]?.members
    if (members !== undefined && 'filter' in members) offered.add(id)
  }
  return { offered, held }
}

/** Calls back of old rollouts, then finished ones, give way before a manifest gets too long for its limit. */
async function signWhatFits(manifest: Manifest, key: SigningKeyOfSet): Promise<string> {
  try {
    return await signManifest(manifest, key)
  } catch (error) {
    const isTooLong = error instanceof TrustError && error.code === 'TOKEN_TOO_LONG'
    if (!isTooLong) throw error
    if (manifest.offers.length <= 1) throw error
    return signWhatFits({ ...manifest, offers: manifest.offers.slice(0, -1) }, key)
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
