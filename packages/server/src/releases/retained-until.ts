/**
 * How long a release has to stay (Art. 13(9), CRA P-023): what mends security for ten years after it was issued, or
 * until the support period ends if that is later. Pure; seconds.
 */
import { endOfSupport } from '@fleetward/shared'

const RETAINED_YEARS = 10

/** Undefined: the law does not ask for it. A kind that is not known is kept. */
export function retainedUntil(
  kind: string,
  issuedAt: number,
  supportEnds: string | undefined,
): number | undefined {
  if (kind === 'functionality') return undefined
  const issued = new Date(issuedAt * 1000)
  // The twenty-ninth of February becomes the first of March.
  const later = issued.setUTCFullYear(issued.getUTCFullYear() + RETAINED_YEARS) / 1000
  return supportEnds === undefined ? later : Math.max(later, endOfSupport(supportEnds))
}
