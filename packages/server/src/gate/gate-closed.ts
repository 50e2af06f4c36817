import { HttpError } from '../http/problem.ts'
import type { HeldBack } from './gatekeeper.ts'

const REASONS_MAX_COUNT = 500

/** Of all releases of one file of metadata: none of them is published. */
export function gateClosed(heldBack: readonly HeldBack[]): HttpError {
  const reasons = heldBack.flatMap(({ version, result }) =>
    result.reasons.map((reason) => ({ version, ...reason })),
  )
  const versions = heldBack.map(({ version }) => version).join(', ')
  return new HttpError(
    409,
    'GATE_CLOSED',
    `The gate holds back ${versions}: nothing of this upload is published`,
    {
      facts: { versions, reasonCount: reasons.length },
      reasons: reasons.slice(0, REASONS_MAX_COUNT),
    },
  )
}
