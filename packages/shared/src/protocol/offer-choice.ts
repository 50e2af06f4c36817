/** Which of the offers a device takes (protocol §5.3, §5.4). Pure; verified manifests in, one offer out. */
import { compareVersions } from '../release/version.ts'
import type { Manifest } from './manifest.ts'
import type { Offer } from './offer.ts'
import { takesPart } from './share.ts'

/** The verified manifests a device holds: its cohort's, its own, and that of a bundle. */
export interface HeldManifests {
  readonly cohort?: Manifest | undefined
  readonly device?: Manifest | undefined
  readonly bundle?: Manifest | undefined
}

/** An offer that failed on this device; one more of it needs a larger `attempt`. */
export interface FailedOffer {
  readonly rollout: string
  readonly path: string
  readonly sha256: string
  readonly attempt: number
}

export interface ChoosingDevice {
  readonly device: string
  /** What runs now. */
  readonly version: string
  readonly failed: readonly FailedOffer[]
  /** Seconds since 1970. */
  readonly now: number
}

/**
 * Security before functionality, then the highest version; undefined when no offer applies. A lower version
 * counts where the offer replaces exactly the one that runs. The
 * security counter is not looked at here: an offer below it is taken, refused and reported by
 * requireSuitable, because it is an attack and not a choice.
 */
export function chooseOffer(manifests: HeldManifests, chooser: ChoosingDevice): Offer | undefined {
  return offersInForce(manifests, chooser.now)
    .filter(
      (offer): offer is Offer =>
        !offer.withdrawn &&
        takesPart(offer.share, chooser.device) &&
        (offer.replaces === chooser.version ||
          compareVersions(offer.release.version, chooser.version) > 0) &&
        !hasFailed(offer, chooser.failed),
    )
    .sort(byUrgency)
    .at(0)
}

/**
 * Where an offer that a device has taken stands now. `absent` is no command to stop: the rollout may be
 * paused, or narrowed while this device was already at work.
 */
export function standingOf(
  taken: Offer,
  manifests: HeldManifests,
  now: number,
): 'offered' | 'withdrawn' | 'absent' {
  const { rollout, release } = taken
  const same = offersInForce(manifests, now).filter(
    (offer) => offer.rollout === rollout && offer.release.path === release.path,
  )
  if (same.some((offer) => offer.withdrawn)) return 'withdrawn'
  return same.length > 0 ? 'offered' : 'absent'
}

/**
 * A manifest for the device itself replaces the cohort's, also when it offers nothing. A bundle's offers
 * stand beside them: somebody brought it here on purpose.
 */
function offersInForce({ cohort, device, bundle }: HeldManifests, now: number): Manifest['offers'] {
  const isInForce = (manifest: Manifest | undefined) => manifest !== undefined && now < manifest.exp
  const online = [device, cohort].find(isInForce)
  const offline = isInForce(bundle) ? bundle : undefined
  return [...(online?.offers ?? []), ...(offline?.offers ?? [])]
}

function hasFailed({ rollout, attempt, release }: Offer, failed: readonly FailedOffer[]): boolean {
  return failed.some(
    (before) =>
      before.rollout === rollout &&
      before.path === release.path &&
      before.sha256 === release.sha256 &&
      attempt <= before.attempt,
  )
}

function byUrgency(a: Offer, b: Offer): number {
  return urgency(a) - urgency(b) || compareVersions(b.release.version, a.release.version)
}

/** A combined release carries a fix, so it comes with the security releases (protocol §4.2). */
const urgency = ({ release }: Offer) => (release.kind === 'functionality' ? 1 : 0)
