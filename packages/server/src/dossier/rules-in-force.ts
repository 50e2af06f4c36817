/**
 * What a product asks of its releases before they go out, who approves rollouts, until when fixes have to be on devices
 * and how long what is kept, in words and in units that a person reads.
 */
import type { Role } from '../accounts/permission.ts'
import type { EvidenceKind } from '../evidence/evidence.ts'
import type { GateCode } from '../gate/gate.ts'
import type { GatePolicy } from '../gate/policy.ts'
import type { RetentionSettings } from '../retention/retention-settings.ts'
import type { ApprovalRule } from '../rollouts/approval.ts'
import { type DeadlinePolicy, GRADES } from '../rollouts/deadlines/deadline-policy.ts'

type Rows = readonly (readonly [string, string])[]

const HOUR_SECONDS = 3_600
/** As the law counts them: 24 and 72 hours; what is longer is days. */
const HOURS_MAX = 72

export function hoursWords(hours: number): string {
  const inDays = hours > HOURS_MAX && hours % 24 === 0
  return inDays ? counted(hours / 24, 'day') : counted(hours, 'hour')
}

function daysWords(days: number): string {
  return days > 365 && days % 365 === 0 ? counted(days / 365, 'year') : counted(days, 'day')
}

const counted = (count: number, unit: string) => `${count} ${unit}${count === 1 ? '' : 's'}`

const EVIDENCE_WORDS: Readonly<Record<EvidenceKind, string>> = {
  sarif: 'static analysis (SARIF)',
  junit: 'results of tests (JUnit)',
  'test-report': 'a test report',
  pentest: 'a penetration test',
  'ai-review': 'a review by AI',
  'arch-review': 'a review of the architecture',
  other: 'another report',
}

const ROLE_WORDS: Readonly<Record<Role, string>> = {
  viewer: 'viewers',
  operator: 'operators',
  releaseManager: 'release managers',
  securityOfficer: 'security officers',
  auditor: 'auditors',
  administrator: 'administrators',
}

export function gateRows(policy: GatePolicy): Rows {
  const { mode, reason, threshold, evidence, riskAssessment } = policy
  const because = reason === '' ? '' : `: ${reason}`
  return [
    [
      'When it is closed',
      mode === 'enforced' ? 'nothing is published' : `it says so and holds nothing back${because}`,
    ],
    ['Vulnerabilities that must be answered', `rated ${threshold} or worse, or by nobody`],
    [
      'Evidence that must be there',
      evidence.length === 0 ? 'none' : evidence.map((kind) => EVIDENCE_WORDS[kind]).join(', '),
    ],
    [
      'A review of the risks that is not overdue',
      riskAssessment ? 'must be there' : 'not asked for',
    ],
  ]
}

export function deadlineRows(policy: DeadlinePolicy): Rows {
  return GRADES.map((grade) => {
    const seconds = policy[grade]
    return [grade, seconds === null ? 'no deadline' : hoursWords(seconds / HOUR_SECONDS)]
  })
}

export function approvalWords({ count, roles }: ApprovalRule): string {
  if (count === 0) return 'nobody has to'
  const who = count === 1 ? '1 person' : `${count} different people`
  const of = roles.map((role) => ROLE_WORDS[role]).join(' or ')
  return `${who} of the ${of}, never who made or changed the rollout`
}

const KEPT_WORDS: Readonly<Record<Exclude<keyof RetentionSettings, 'hold'>, string>> = {
  reportsDays: 'Reports of devices',
  commandsDays: 'Commands that were sent to devices',
  signInsDays: 'Who signed in when',
  eventsDays: 'Events for webhooks and live views',
  deliveriesDays: 'Deliveries of webhooks',
  staysDays: 'Which version a device ran until when',
  auditDays: 'The audit log',
}

export function retentionRows(retention: RetentionSettings): Rows {
  const rows = Object.entries(KEPT_WORDS).map(([name, words]) => {
    const days = retention[name as keyof typeof KEPT_WORDS]
    return [words, daysWords(days)] as const
  })
  if (!retention.hold) return rows
  return [...rows, ['While something is investigated', 'nothing is deleted now']]
}

/** For who reads why a gate was closed, and not its codes. */
export const GATE_WORDS: Readonly<Record<GateCode, string>> = {
  FEED_MISSING: 'a feed of vulnerabilities was missing',
  FEED_NOT_FRESH: 'a feed of vulnerabilities was old',
  NOT_MATCHED: 'not matched with the feeds yet',
  MATCHED_WITH_OLDER_FEEDS: 'matched with older feeds',
  EXPLOITED: 'a vulnerability in it is exploited',
  UNANSWERED: 'a vulnerability without an answer',
  AFFECTED: 'a vulnerability affects it',
  FIX_MISSING: 'a fix that it promises is missing',
  EVIDENCE_MISSING: 'evidence was missing',
  EVIDENCE_FAILED: 'evidence says that it failed',
  RISK_ASSESSMENT_MISSING: 'risks were never assessed',
  RISK_ASSESSMENT_OVERDUE: 'the review of risks was overdue',
  BASE_MISSING: 'the release that it continues is missing',
  BASE_NOT_ROLLED_OUT: 'the release that it continues was never rolled out',
  FIX_BEHIND_ENTITLEMENT: 'devices would reach a fix only over a release that costs',
  MORE_THAN_FIXES: 'a security release changed more than what it fixes',
}
