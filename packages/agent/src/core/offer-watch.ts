/**
 * Holds what goes on against the manifests in memory: withdrawn, gone, or something better. Pure:
 * clock and chance are arguments. The manifests are not in the record: after a restart the server
 * delivers them again.
 */
import {
  chooseOffer,
  deviceAudience,
  type FailedOffer,
  type HeldManifests,
  type Manifest,
  type Offer,
  offlineDirectorIssuer,
  standingOf,
} from '@fleetward/shared'
import type { AgentRecord } from './agent-record.ts'
import { type Backoff, backoffMs } from './backoff.ts'
import { restingReleases } from './failed-trials.ts'
import {
  type Failure,
  isBeforeArming,
  otherSlot,
  type SlotName,
  type Update,
  type UpdateEvent,
} from './update-machine.ts'

/** What the manifests ask of the update machine. */
export interface Turn {
  readonly event: UpdateEvent
  /** Why, where the next state does not say it. */
  readonly failure?: Failure
}

/** What runs now, and when. */
export interface Present {
  readonly slot: SlotName
  readonly version: string
  /** Seconds since 1970, never below the floor. */
  readonly now: number
}

interface Rest {
  readonly offer: FailedOffer
  /** Seconds since 1970. */
  readonly since: number
  readonly until: number
  readonly times: number
}

/** How long an offer rests that could not be verified; the server may repair its metadata. */
const REST: Backoff = { firstDelayMs: 60_000, maxDelayMs: 3_600_000 }

export class OfferWatch {
  readonly #product: string
  readonly #device: string
  #held: HeldManifests = {}
  /** Offers that were refused a moment ago: not looked at again before their time. */
  readonly #resting = new Map<string, Rest>()

  constructor({ product, device }: { readonly product: string; readonly device: string }) {
    this.#product = product
    this.#device = device
  }

  /** One whose order was checked; it takes the place of the one before it for the same audience. */
  hold(manifest: Manifest): void {
    if (manifest.iss === offlineDirectorIssuer(this.#product)) {
      this.#held = { ...this.#held, bundle: manifest }
      return
    }
    const isOwn = manifest.aud === deviceAudience(this.#product, this.#device)
    this.#held = isOwn ? { ...this.#held, device: manifest } : { ...this.#held, cohort: manifest }
  }

  /** The device is in another cohort now, whose manifest is still to come. */
  dropCohortManifest(): void {
    this.#held = { ...this.#held, cohort: undefined }
  }

  /** Something changed that may have repaired what was refused. */
  endRests(): void {
    this.#resting.clear()
  }

  /** Leaves a refused offer alone, longer each time; returns for how long. `chance` is 0 ≤ x < 1. */
  rest({ offer }: Update, now: number, chance: number): number {
    const key = `${offer.rollout} ${offer.release.path}`
    const times = (this.#resting.get(key)?.times ?? 0) + 1
    // At least half of it: a tight loop of refusals would be the attacker's to start.
    const restMs = backoffMs(times, REST, 0.5 + chance / 2)
    this.#resting.set(key, {
      offer: failedOfferOf(offer),
      since: now,
      until: now + restMs / 1000,
      times,
    })
    return restMs
  }

  /** undefined: everything stays as it is. */
  turnFor(record: AgentRecord, present: Present): Turn | undefined {
    const { state } = record
    if (isBeforeArming(state)) {
      const standing = this.#standing(state.update, present.now)
      if (standing === 'withdrawn') {
        const { rollout, release } = state.update.offer
        const facts = { rollout, path: release.path }
        return { event: { name: 'offerGone' }, failure: { code: 'RELEASE_WITHDRAWN', facts } }
      }
      // Paused or narrowed before anything began. What has begun goes on.
      if (standing === 'absent' && state.name === 'offered') return { event: { name: 'offerGone' } }
    }
    if (state.name !== 'idle' && state.name !== 'offered') return undefined
    const update = this.#choose(record, present)
    if (update === undefined) return undefined
    const isKnown =
      state.name === 'offered' && JSON.stringify(update) === JSON.stringify(state.update)
    return isKnown ? undefined : { event: { name: 'offerTaken', update } }
  }

  /**
   * What was taken counts until a manifest says otherwise: after a restart none has come yet, and
   * one that ran out no longer says anything. (Nothing begins on it either, see `decide`.)
   */
  #standing(update: Update, now: number): ReturnType<typeof standingOf> {
    const { cohort, device, bundle } = this.#held
    const isInForce = [cohort, device, bundle].some(
      (manifest) => manifest !== undefined && now < manifest.exp,
    )
    return isInForce ? standingOf(update.offer, this.#held, now) : 'offered'
  }

  #choose(
    { failedOffers, failedTrials, owner }: AgentRecord,
    { slot, version, now }: Present,
  ): Update | undefined {
    // A clock that was set back would make a minute's rest one of years.
    const resting = [...this.#resting.values()].filter(
      ({ since, until }) => since <= now && now < until,
    )
    const { cohort, device, bundle } = this.#held
    const releases = restingReleases(failedTrials, owner.approved?.path, now)
    const offered = [cohort, device, bundle].flatMap((held) => held?.offers ?? [])
    const offer = chooseOffer(this.#held, {
      device: this.#device,
      version,
      failed: [
        ...failedOffers,
        ...resting.map((rest) => rest.offer),
        ...offered.flatMap((one) =>
          !one.withdrawn && releases.has(one.release.path) ? [failedOfferOf(one)] : [],
        ),
      ],
      now,
    })
    const manifest = [device, cohort, bundle].find(
      (held) => offer !== undefined && held?.offers.includes(offer),
    )
    if (offer === undefined || manifest === undefined) return undefined
    return { offer, validUntil: manifest.exp, slot: otherSlot(slot) }
  }
}

function failedOfferOf({ rollout, release, attempt }: Offer): FailedOffer {
  return { rollout, path: release.path, sha256: release.sha256, attempt }
}
