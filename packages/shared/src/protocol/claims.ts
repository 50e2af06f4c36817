/** The claims every token shares: who says it, to whom, and when (RFC 7519 §4.1, protocol §5.4). */
import { TrustError } from '../errors.ts'
import { CLOCK_TOLERANCE_SECONDS } from '../limits.ts'

export function requireIssuer(iss: string, expected: string): void {
  if (iss !== expected) throw new TrustError('TOKEN_ISSUER_WRONG', { expected, seen: iss })
}

/** RFC 7519 allows a list of audiences; ours is one, so that no token serves two topics. */
export function requireAudience(aud: string, expected: string): void {
  if (aud !== expected) throw new TrustError('TOKEN_AUDIENCE_WRONG', { expected, seen: aud })
}

/** All in seconds since 1970. A message may come from a clock slightly ahead of ours. */
export function requireNotFromTheFuture(
  iat: number,
  now: number,
  toleranceSeconds: number = CLOCK_TOLERANCE_SECONDS,
): void {
  if (iat > now + toleranceSeconds) throw new TrustError('TOKEN_NOT_YET_VALID', { iat, now })
}

/** No tolerance here: at `exp` it is over. */
export function requireNotExpired(exp: number, now: number): void {
  if (exp <= now) throw new TrustError('TOKEN_EXPIRED', { exp, now })
}
