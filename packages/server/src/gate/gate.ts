/**
 * Whether a release may go out as far as its parts are known (CRA Annex I.I.2(a), P-036): the feeds are to be believed,
 * the release was matched with them, nothing known to be exploited is in it, and what is as bad as the product's
 * threshold, or of nobody knows what badness, is not there after all, mended in this very version, or accepted until a
 * date. Everything that closes it is said. Pure.
 */
import { freshnessOf } from '@fleetward/vulnerability'
import type { Feed, FeedKind } from '../feeds/feed.ts'
import { policyOf, stateOf } from '../feeds/feed-policy.ts'
import { type Answer, isUnanswered } from '../findings/answers.ts'
import { type Finding, RATINGS, type RatingOrUnknown } from '../findings/finding.ts'

export const GATE_CODES = [
  'FEED_MISSING',
  'FEED_NOT_FRESH',
  'NOT_MATCHED',
  'MATCHED_WITH_OLDER_FEEDS',
  'EXPLOITED',
  'UNANSWERED',
  'AFFECTED',
] as const
export type GateCode = (typeof GATE_CODES)[number]

export interface GateReason {
  readonly code: GateCode
  readonly sentence: string
  readonly finding?: string
}

export interface GateResult {
  readonly isOpen: boolean
  readonly threshold: RatingOrUnknown
  readonly reasons: readonly GateReason[]
  /** What does not close it and somebody should know: an open gate says nothing of these. */
  readonly notLookedUpCount: number
  readonly undecidedCount: number
  /** By which feeds, as they were. */
  readonly feeds: readonly {
    readonly id: string
    readonly importedAt: number
    readonly records: number
    readonly sha256?: string
  }[]
}

export interface GateInput {
  readonly version: string
  readonly threshold: RatingOrUnknown
  readonly feeds: readonly Feed[]
  readonly matched:
    | {
        readonly isCurrent: boolean
        readonly notLookedUpCount: number
        readonly undecidedCount: number
      }
    | undefined
  /** In this release now. */
  readonly findings: readonly { readonly finding: Finding; readonly answer: Answer | undefined }[]
  readonly now: Date
}

/** Without the first nobody knows of any hole, without the second nobody knows what is exploited. */
const NEEDED: readonly { readonly kinds: readonly FeedKind[]; readonly sentence: string }[] = [
  { kinds: ['osv', 'cve'], sentence: 'There is no feed of vulnerabilities (osv or cve).' },
  { kinds: ['kev', 'euvd'], sentence: 'There is no feed of what is exploited (kev or euvd).' },
]

export function gateOf(input: GateInput): GateResult {
  const { threshold, feeds, matched, findings, version, now } = input
  const reasons: GateReason[] = [
    ...NEEDED.filter(({ kinds }) => !feeds.some(({ kind }) => kinds.includes(kind))).map(
      ({ sentence }) => ({ code: 'FEED_MISSING' as const, sentence }),
    ),
    ...feeds.flatMap((feed) => staleness(feed, now)),
    ...matchingOf(version, matched),
    ...findings.flatMap(({ finding, answer }) => reasonOf(finding, answer, threshold)),
  ]
  return {
    ...{ isOpen: reasons.length === 0, threshold, reasons },
    notLookedUpCount: matched?.notLookedUpCount ?? 0,
    undecidedCount: matched?.undecidedCount ?? 0,
    feeds: feeds.map(({ id, importedAt, records, sha256 }) => ({
      ...{ id, importedAt, records, ...(sha256 === undefined ? {} : { sha256 }) },
    })),
  }
}

function staleness(feed: Feed, now: Date): readonly GateReason[] {
  const { status, sentence } = freshnessOf(feed.id, stateOf(feed), policyOf(feed.kind), now)
  return status === 'fresh' ? [] : [{ code: 'FEED_NOT_FRESH', sentence }]
}

function matchingOf(version: string, matched: GateInput['matched']): readonly GateReason[] {
  if (matched === undefined) {
    return [{ code: 'NOT_MATCHED', sentence: `${version} was not matched with the feeds yet.` }]
  }
  if (matched.isCurrent) return []
  const sentence = `${version} was matched with older feeds: wait until it is matched again.`
  return [{ code: 'MATCHED_WITH_OLDER_FEEDS', sentence }]
}

function reasonOf(
  finding: Finding,
  answer: Answer | undefined,
  threshold: RatingOrUnknown,
): readonly GateReason[] {
  const { id, name, component, rating, isExploited } = finding
  const verdict = answer?.decision.counts?.verdict
  // Mended in another version says that it is not in this one.
  const isMended = verdict?.status === 'fixed' && verdict.inVersion === answer?.version
  if (verdict?.status === 'not_affected' || isMended) return []
  // Accepting is for what nobody uses yet.
  if (isExploited) {
    const sentence = `${name} in ${component} is known to be exploited: ship a version without it.`
    return [{ code: 'EXPLOITED', sentence, finding: id }]
  }
  const isBad = rating === 'unknown' || RATINGS.indexOf(rating) <= RATINGS.indexOf(threshold)
  if (!isBad || verdict?.status === 'accepted') return []
  const rated = rating === 'unknown' ? 'rated by nobody' : rating
  const what = `${name} in ${component} is ${rated}`
  if (answer === undefined || isUnanswered(answer)) {
    const sentence = `${what}, and nobody has said what it means here.`
    return [{ code: 'UNANSWERED', sentence, finding: id }]
  }
  const sentence = `${what}, and affects this version: mend it, or accept it until a date.`
  return [{ code: 'AFFECTED', sentence, finding: id }]
}
