/**
 * Whether a release may go out (CRA Annex I.I.2(a), P-036, P-044, P-015): the feeds are to be believed, the release was
 * matched with them, nothing known to be exploited is in it, and what is as bad as the product's threshold, or of nobody
 * knows what badness, is not there after all, mended in this very version, or accepted until a date; what the product
 * asks for as evidence is there and did not fail, its risks were reviewed, and a security release changes nothing but
 * what it fixes (II.2) and is reached by everybody, free of charge (II.8). Everything that closes it is said, and what of that a person waived. Pure.
 */
import type { Facts } from '@fleetward/shared'
import { freshnessOf } from '@fleetward/vulnerability'
import type { PaidStep } from '../entitlements/paid-way.ts'
import type { Evidence } from '../evidence/evidence.ts'
import type { Feed, FeedKind } from '../feeds/feed.ts'
import { policyOf, stateOf } from '../feeds/feed-policy.ts'
import { type Answer, isSpared, isUnanswered } from '../findings/answers.ts'
import { type Finding, RATINGS, type RatingOrUnknown } from '../findings/finding.ts'
import { isOverdue } from '../risks/assessment.ts'
import { type Difference, differenceReasons } from './difference.ts'
import { evidenceReasons } from './evidence-reasons.ts'
import type { GatePolicy } from './policy.ts'
import { type Waiver, waives } from './waiver.ts'

export const GATE_CODES = [
  'FEED_MISSING',
  'FEED_NOT_FRESH',
  'NOT_MATCHED',
  'MATCHED_WITH_OLDER_FEEDS',
  'EXPLOITED',
  'UNANSWERED',
  'AFFECTED',
  'FIX_MISSING',
  'EVIDENCE_MISSING',
  'EVIDENCE_FAILED',
  'RISK_ASSESSMENT_MISSING',
  'RISK_ASSESSMENT_OVERDUE',
  'BASE_MISSING',
  'BASE_NOT_ROLLED_OUT',
  'MORE_THAN_FIXES',
  'FIX_BEHIND_ENTITLEMENT',
] as const
export type GateCode = (typeof GATE_CODES)[number]

export interface GateReason {
  readonly code: GateCode
  readonly sentence: string
  /** What the sentence is made of; `cause` where a code has several. Results that were kept before there were any have none. */
  readonly facts?: Facts
  /** Id. */
  readonly finding?: string
  /** Which of several of this code: a feed, a kind of evidence, the digest of an SBOM. */
  readonly about?: string
}

export interface WaivedReason extends GateReason {
  readonly waiver: string
  /** Who waived it. */
  readonly by: string
  readonly until: number
}

export interface GateResult {
  readonly isOpen: boolean
  readonly threshold: RatingOrUnknown
  /** What closes it. */
  readonly reasons: readonly GateReason[]
  /** What would, were it not waived by somebody until a time. */
  readonly waived: readonly WaivedReason[]
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
  readonly policy: Pick<GatePolicy, 'threshold' | 'evidence' | 'riskAssessment'>
  /** CVEs that the release says it fixes. */
  readonly fixes: readonly string[]
  readonly feeds: readonly Feed[]
  readonly matched:
    | {
        readonly isCurrent: boolean
        readonly notLookedUpCount: number
        readonly undecidedCount: number
      }
    | { readonly trouble: string }
    | undefined
  /** In this release now. */
  readonly findings: readonly { readonly finding: Finding; readonly answer: Answer | undefined }[]
  /** For its artifact and its SBOM. */
  readonly evidence: readonly Evidence[]
  /** Of the newest assessment; undefined: there is none. */
  readonly nextReviewOn: string | undefined
  /** Undefined: of a kind that may change whatever it likes. */
  readonly difference: Difference | undefined
  /** What devices have to pay for before they get this fix. */
  readonly paidStep: PaidStep | undefined
  /** In force. */
  readonly waivers: readonly Waiver[]
  readonly now: Date
}

/** Without the first nobody knows of any hole, without the second nobody knows what is exploited. */
const NEEDED: readonly {
  readonly about: string
  readonly kinds: readonly FeedKind[]
  readonly sentence: string
}[] = [
  {
    ...{ about: 'vulnerabilities', kinds: ['osv', 'cve'] },
    sentence: 'There is no feed of vulnerabilities (osv or cve).',
  },
  {
    ...{ about: 'exploited', kinds: ['kev', 'euvd'] },
    sentence: 'There is no feed of what is exploited (kev or euvd).',
  },
]

export function gateOf(input: GateInput): GateResult {
  const { policy, feeds, matched, version, now } = input
  const all: GateReason[] = [
    ...feedReasons(feeds, now),
    ...matchingOf(version, matched),
    ...input.findings.flatMap(({ finding, answer }) => findingReasons(finding, answer, input)),
    ...evidenceReasons(policy.evidence, input.evidence, version),
    ...reviewReasons(input),
    ...differenceReasons(version, input.difference),
    ...paidReasons(input),
  ]
  const waived = all.flatMap((reason) => {
    const waiver = input.waivers.find((one) => waives(one, reason))
    if (waiver === undefined) return []
    return { ...reason, waiver: waiver.id, by: waiver.name, until: waiver.until }
  })
  const reasons = all.filter((reason) => !input.waivers.some((one) => waives(one, reason)))
  const counts = matched !== undefined && 'isCurrent' in matched ? matched : undefined
  return {
    ...{ isOpen: reasons.length === 0, threshold: policy.threshold, reasons, waived },
    notLookedUpCount: counts?.notLookedUpCount ?? 0,
    undecidedCount: counts?.undecidedCount ?? 0,
    feeds: feeds.map(({ id, importedAt, records, sha256 }) => ({
      ...{ id, importedAt, records, ...(sha256 === undefined ? {} : { sha256 }) },
    })),
  }
}

/** Why the silence of the feeds says nothing; none when it does. */
export function feedReasons(feeds: readonly Feed[], now: Date): readonly GateReason[] {
  const missing = NEEDED.filter(({ kinds }) => !feeds.some(({ kind }) => kinds.includes(kind)))
  return [
    ...missing.map(({ about, sentence }) => ({
      ...{ code: 'FEED_MISSING' as const, about, sentence, facts: { cause: about } },
    })),
    ...feeds.flatMap((feed) => staleness(feed, now)),
  ]
}

function staleness(feed: Feed, now: Date): readonly GateReason[] {
  const freshness = freshnessOf(feed.id, stateOf(feed), policyOf(feed.kind), now)
  const { status, sentence, cause } = freshness
  if (status === 'fresh') return []
  const facts = { ...freshness.facts, cause }
  return [{ code: 'FEED_NOT_FRESH', about: feed.id, sentence, facts }]
}

function matchingOf(version: string, matched: GateInput['matched']): readonly GateReason[] {
  if (matched === undefined) {
    const sentence = `${version} was not matched with the feeds yet.`
    return [{ code: 'NOT_MATCHED', sentence, facts: { version, cause: 'notYet' } }]
  }
  if ('trouble' in matched) {
    const { trouble } = matched
    const sentence = `The SBOM of ${version} cannot be matched: ${trouble}`
    return [{ code: 'NOT_MATCHED', sentence, facts: { version, trouble, cause: 'unreadable' } }]
  }
  if (matched.isCurrent) return []
  const sentence = `${version} was matched with older feeds: wait until it is matched again.`
  return [{ code: 'MATCHED_WITH_OLDER_FEEDS', sentence, facts: { version } }]
}

function reviewReasons({ policy, nextReviewOn, now }: GateInput): readonly GateReason[] {
  if (!policy.riskAssessment) return []
  if (nextReviewOn === undefined) {
    const sentence = 'Nobody has assessed the risks of the product yet.'
    return [{ code: 'RISK_ASSESSMENT_MISSING', sentence }]
  }
  if (!isOverdue(nextReviewOn, now.getTime() / 1000)) return []
  const sentence = `The risks of the product were to be reviewed until ${nextReviewOn}.`
  return [{ code: 'RISK_ASSESSMENT_OVERDUE', sentence, facts: { until: nextReviewOn } }]
}

function paidReasons({ version, paidStep }: GateInput): readonly GateReason[] {
  if (paidStep === undefined) return []
  const { version: over, entitlement } = paidStep
  const sentence = `${version} mends security, and devices get to it over ${over} alone, which asks for the entitlement ${entitlement}: lower its minimumVersion, let a release without an entitlement out in between, or take that of ${over} away.`
  const facts = { version, over, entitlement }
  return [{ code: 'FIX_BEHIND_ENTITLEMENT', about: over, sentence, facts }]
}

function findingReasons(
  finding: Finding,
  answer: Answer | undefined,
  { policy: { threshold }, fixes, version }: GateInput,
): readonly GateReason[] {
  const { id, name, names, component, rating, isExploited } = finding
  const verdict = answer?.decision.counts?.verdict
  if (answer !== undefined && isSpared(answer)) return []
  // Accepting is for what nobody uses yet.
  if (isExploited) {
    const sentence = `${name} in ${component} is known to be exploited: ship a version without it.`
    return [{ code: 'EXPLOITED', sentence, facts: { name, component }, finding: id }]
  }
  const isBad = rating === 'unknown' || RATINGS.indexOf(rating) <= RATINGS.indexOf(threshold)
  const isAccepted = verdict?.status === 'accepted'
  const rated = rating === 'unknown' ? 'rated by nobody' : rating
  const what = `${name} in ${component} is ${rated}`
  const facts = { name, component, rating }
  if (isBad && !isAccepted && (answer === undefined || isUnanswered(answer))) {
    const sentence = `${what}, and nobody has said what it means here.`
    return [{ code: 'UNANSWERED', sentence, facts, finding: id }]
  }
  if (isBad && !isAccepted) {
    const sentence = `${what}, and affects this version: mend it, or accept it until a date.`
    return [{ code: 'AFFECTED', sentence, facts, finding: id }]
  }
  if (!names.some((one) => fixes.includes(one))) return []
  const sentence = `${version} says that it fixes ${name}, which still is in ${component}.`
  return [{ code: 'FIX_MISSING', sentence, facts: { version, name, component }, finding: id }]
}
