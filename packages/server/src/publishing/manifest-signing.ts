/**
 * Signs manifests, inside the transaction that changes what they say: the sequence number is durable before anybody
 * sees it.
 */
import {
  canonicalJson,
  cohortAudience,
  cohortManifestTopic,
  directorIssuer,
  type Json,
  MANIFEST_LIFETIME_SECONDS,
  MANIFEST_RENEWAL_SECONDS,
  type Manifest,
  SHARE_ALL,
  type SigningKeyOfSet,
  signManifest,
  TrustError,
} from '@fleetward/shared'
import { observe } from '../observability/observe.ts'
import { type Clock, secondsOf } from '../ports.ts'
import { type RolloutWithRelease, rolloutsOfCohort } from '../rollouts/standing.ts'
import type { Stores } from '../stores.ts'
import type { SignedManifest } from './manifest-store.ts'
import { nextSequence } from './next-number.ts'
import { type ListedOffer, offersOf } from './offers.ts'
import type { OnlineKeys } from './online-keys.ts'

export interface ManifestSaying {
  readonly product: string
  readonly audience: string
  readonly topic: string
  readonly device?: string
  readonly offers: readonly ListedOffer[]
}

export interface DevicesOfCohort {
  readonly product: string
  readonly cohort: string
  readonly devices: readonly string[]
}

export class ManifestSigning {
  readonly #keys: OnlineKeys
  readonly #clock: Clock

  constructor(keys: OnlineKeys, clock: Clock) {
    this.#keys = keys
    this.#clock = clock
  }

  now(): number {
    return secondsOf(this.#clock)
  }

  /** Signs the cohort's manifest if it has something new to say or its time has come. */
  async sign(stores: Stores, product: string, cohort: string): Promise<void> {
    const offers = offersOf(await rolloutsOfCohort(stores, product, cohort))
    const audience = cohortAudience(product, cohort)
    const last = await stores.manifests.last(audience)
    if (last === undefined && offers.length === 0) return
    if (last === undefined || ownWords(JSON.parse(last.offers)) !== ownWords(offers)) {
      await stores.manifests.markStale(product, { cohort })
    }
    const topic = cohortManifestTopic(product, cohort)
    await this.signWhenNew(stores, last, { product, audience, topic, offers })
  }

  /** Throws what the device would refuse it with: better now than when its turn has come. */
  async requireSignable(stores: Stores, { rollout, release }: RolloutWithRelease): Promise<void> {
    const { product, cohort } = rollout
    const { kid, key } = await this.#keys.signing(stores, product, 'director')
    const iat = this.now()
    const times = { iat, exp: iat + MANIFEST_LIFETIME_SECONDS, seq: 1 }
    const parties = { iss: directorIssuer(product), aud: cohortAudience(product, cohort) }
    const offers = offersOf([{ rollout: { ...rollout, state: 'running' }, release }])
    await signManifest({ ...parties, ...times, offers }, { kid, key: await key.toCryptoKey() })
  }

  async signWhenNew(
    stores: Stores,
    last: SignedManifest | undefined,
    { product, audience, topic, device, offers }: ManifestSaying,
  ): Promise<void> {
    const now = this.now()
    const said = words(offers)
    const { kid, key } = await this.#keys.signing(stores, product, 'director')
    const isSaid =
      last !== undefined &&
      last.offers === said &&
      now - last.issuedAt < MANIFEST_RENEWAL_SECONDS &&
      kidOf(last.token) === kid
    if (isSaid) return
    const seq = nextSequence(last?.seq, now)
    const exp = now + MANIFEST_LIFETIME_SECONDS
    const manifest = { iss: directorIssuer(product), aud: audience, iat: now, exp, seq, offers }
    const signingKey = { kid, key: await key.toCryptoKey() }
    const token = await observe('manifestSigning', {}, () => signWhatFits(manifest, signingKey))
    const signed = { product, audience, topic, seq, token, offers: said, issuedAt: now }
    await stores.manifests.save({ ...signed, ...(device === undefined ? {} : { device }) })
  }

  /** Those of single devices whose time has come, or whose key is another one by now. */
  async markDue(stores: Stores, product: string): Promise<void> {
    const oldest = await stores.manifests.oldestOwn(product)
    if (oldest === undefined) return
    const { kid } = await this.#keys.signing(stores, product, 'director')
    const isOfKey = oldest.token === '' || kidOf(oldest.token) === kid
    const issuedBefore = isOfKey ? this.now() - MANIFEST_RENEWAL_SECONDS : this.now()
    await stores.manifests.markStale(product, { issuedBefore })
  }
}

function words(offers: unknown): string {
  return new TextDecoder().decode(canonicalJson(offers as Json))
}

/** What of it can be new to a device with a manifest of its own: how far the share has come is not. */
function ownWords(offers: readonly ListedOffer[]): string {
  return words(
    offers.map((offer) =>
      offer.withdrawn ? offer : { ...offer, share: { ...offer.share, upTo: SHARE_ALL } },
    ),
  )
}

/** Of a token of ours. A manifest outlives the key that signed it by no tick. */
function kidOf(token: string): unknown {
  const [header = ''] = token.split('.')
  return token === '' ? undefined : JSON.parse(Buffer.from(header, 'base64url').toString()).kid
}

/** Calls back of old rollouts, then finished ones, give way before a manifest gets too long for its limit. */
async function signWhatFits(manifest: Manifest, key: SigningKeyOfSet): Promise<string> {
  try {
    return await signManifest(manifest, key)
  } catch (error) {
    const isTooLong = error instanceof TrustError && error.code === 'TOKEN_TOO_LONG'
    if (!isTooLong || manifest.offers.length <= 1) throw error
    return signWhatFits({ ...manifest, offers: manifest.offers.slice(0, -1) }, key)
  }
}
