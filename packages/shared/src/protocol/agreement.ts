/**
 * Where director and release keys meet (protocol §5.5). The director chooses and narrows; what is
 * installed, and what an owner is entitled to, stands in the signed release.
 */
import { TrustError } from '../errors.ts'
import type { VerifiedRelease } from '../release/release.ts'
import type { Offer } from './offer.ts'

const AGREED = ['path', 'length', 'sha256', 'version', 'kind', 'securityCounter'] as const

export function requireAgreement(offer: Offer, release: VerifiedRelease): void {
  for (const field of AGREED) {
    if (offer.release[field] !== release[field]) {
      throw new TrustError('MANIFEST_OVERRIDES_RELEASE', {
        field,
        signed: release[field],
        offered: offer.release[field],
      })
    }
  }
}

export interface OwnersBounds {
  /** Seconds in total that the owner may postpone. */
  readonly postponeUpToSeconds: number
  /** Seconds since 1970. */
  readonly deadline?: number
}

/** What of the offer's policy counts once the release's own bounds are kept. */
export function ownersBounds(
  { policy }: Offer,
  release: VerifiedRelease,
  firstNoticeAt: number,
): OwnersBounds {
  const postponeUpToSeconds = Math.max(policy.postponeUpTo ?? 0, release.postponeMax)
  if (policy.deadline === undefined) return { postponeUpToSeconds }
  const earliest = firstNoticeAt + release.deadlineMin
  return { postponeUpToSeconds, deadline: Math.max(policy.deadline, earliest) }
}
