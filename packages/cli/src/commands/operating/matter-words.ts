/**
 * What needs somebody, in words: the server tells kinds and facts. Each kind has its name, its sentence and the command
 * that leads on. One that is new there is shown as it came: an older command line keeps nothing back.
 */
import { plain } from '../../plain.ts'
import { stageWords } from '../vulnerabilities/case-words.ts'

export interface Matter {
  readonly kind: string
  readonly severity: string
  readonly product: string | null
  /** Seconds since 1970, both. */
  readonly since: number
  readonly by: number | null
  readonly subject: object
  readonly facts: object
}

/** Its members as a terminal may show them, those of members beside them; what is null is empty. */
type Texts = Readonly<Record<string, string>>

interface Kind {
  readonly name: string
  /** Of the members of subject and facts together; no two are of the same name. */
  readonly says: (of: Texts) => string
  /** Of `fleetward`; empty: there is none. `on`: names the product. */
  readonly next: (of: Texts, on: string) => string
}

const KINDS: Readonly<Record<string, Kind>> = {
  caseDue: {
    name: 'clocks of Article 14',
    says: ({ stage = '', title, isOverdue }) =>
      `the ${stageWords(stage)} of "${title}" ${isOverdue === 'true' ? 'is OVERDUE' : 'has to be submitted'}`,
    next: (of) => `cases show ${of.case}`,
  },
  exploitedExposure: {
    name: 'exploited vulnerabilities',
    says: ({ vulnerability, components, devices, releases, fixedBy }) =>
      `${vulnerability} in ${components} is exploited, and ${counted(devices)} run it (${releases}); ${fixedBy === '' ? 'no release has a fix' : `fixed by ${fixedBy}`}`,
    next: ({ vulnerability }, on) => `exposure ${vulnerability}${on}`,
  },
  caseSuggested: {
    name: 'what may be a case',
    says: ({ vulnerability, devices, sign }) =>
      `${vulnerability === '' ? `${counted(devices)} reported ${sign}` : `${vulnerability} is exploited`}, which may be a case: take it up or dismiss it`,
    next: () => 'cases suggestions list',
  },
  rolloutHalted: {
    name: 'rollouts that halted',
    says: (of) =>
      `${rolloutWords(of)} ${haltedWords(of)}${of.returnsTo === '' ? '' : `; its devices go back to ${of.returnsTo}`}`,
    next: ({ rollout }, on) => `rollout explain ${rollout}${on}`,
  },
  rolloutStuck: {
    name: 'rollouts that cannot go on',
    says: (of) => `${rolloutWords(of)} ${stuckWords(of)}`,
    next: ({ rollout }, on) => `rollout explain ${rollout}${on}`,
  },
  rolloutWaits: {
    name: 'rollouts that wait for somebody',
    says: (of) =>
      `${rolloutWords(of)} ${of.waitsFor === 'start' ? 'is ready and waits to be started' : `cannot be created as planned: ${of.trouble}`}`,
    next: ({ rollout, waitsFor }, on) =>
      `rollout ${waitsFor === 'start' ? 'begin' : 'status'} ${rollout}${on}`,
  },
  reportUnanswered: {
    name: 'reports from outside',
    says: ({ title, waitsFor, isOverdue }) =>
      `the report "${title}" ${isOverdue === 'true' ? 'waits too long' : 'waits'} for its ${waitsFor}`,
    next: ({ report }) => `disclosure show ${report}`,
  },
  reporterWaits: {
    name: 'reporters who wrote last',
    says: ({ title }) => `the reporter of "${title}" wrote, and waits for an answer`,
    next: ({ report }) => `disclosure show ${report}`,
  },
  approvalWaiting: {
    name: 'approvals',
    says: (of) =>
      `${rolloutWords(of)} waits for approval, ${of.given} of ${of.needed} given; ${mayWords(of)}`,
    next: ({ rollout, mayApprove }, on) =>
      `rollout ${mayApprove === 'true' ? 'approve' : 'preview'} ${rollout}${on}`,
  },
  emergencyUnseen: {
    name: 'emergencies that one person started',
    says: (of) =>
      `${rolloutWords(of)} was started by ${of.startedBy} in an emergency ("${of.reason}"), and nobody else has looked; ${mayWords(of)}`,
    next: ({ rollout, mayApprove }, on) =>
      `rollout ${mayApprove === 'true' ? 'seen' : 'status'} ${rollout}${on}`,
  },
  devicesSilent: devices('silent devices', 'went silent: not seen for 3 to 30 days'),
  devicesFlapping: devices('flapping devices', 'flap: connected more than 6 times in an hour'),
  devicesSuspected: devices('suspected clones', 'look like two: seen in two places at once'),
  devicesCorrupt: devices('corrupt devices', 'say that their software is not what was installed'),
  metadataExpiring: {
    name: 'metadata',
    says: ({ role, version, isOffline, isOver }) =>
      `${role} version ${version} ${isOver === 'true' ? 'HAS EXPIRED' : 'expires'}${isOffline === 'true' ? '' : '; the server failed to renew it, see its log'}`,
    next: ({ role, isOffline }, on) => {
      if (isOffline !== 'true') return ''
      return role === 'root' ? `root rotate${on}` : `repository renew${on} --role ${role}`
    },
  },
  metadataToSign: {
    name: 'metadata to sign',
    says: ({ roles }) => `${roles} lists other keys than it is to list: sign it at the desk`,
    next: (_, on) => `keys server${on}`,
  },
  certificateExpiring: {
    name: 'certificates',
    says: ({ purpose, isOver }) =>
      `the certificate ${purpose} of the server ${isOver === 'true' ? 'HAS EXPIRED' : 'expires'}`,
    next: ({ purpose }) => `keys rotate ${purpose}`,
  },
  feedUnwell: {
    name: 'feeds',
    says: ({ feed, status = '', failures }) =>
      `the feed ${feed} ${FEEDS[status] ?? status}${failures === '0' ? '' : `; the last ${failures} tries to fetch it failed`}`,
    next: () => 'feeds list',
  },
  feedsMissing: {
    name: 'whether there is a feed',
    says: () => 'there is no feed: nothing can be found in any product',
    next: () => 'feeds import --help',
  },
  waiverEnding: {
    name: 'waivers of the gate',
    says: ({ code, release, givenBy }) =>
      `what ${givenBy} waived of ${release} (${code}) is held back again from then on`,
    next: ({ release }, on) => `gate check ${release}${on}`,
  },
  advisoryUnpublished: {
    name: 'advisories that are not published',
    says: ({ advisory, title, state, isHoldOver }) =>
      `advisory ${advisory}, "${title}", ${isHoldOver === 'true' ? 'was held back, and the time is over' : `is not published (${state})`}`,
    next: ({ advisory }, on) => `advisories show ${advisory}${on}`,
  },
  supportEnding: {
    name: 'ends of support',
    says: ({ ends, monthsBefore }) =>
      monthsBefore === '0'
        ? `support was over with ${ends}`
        : `support is over with ${ends}, in ${monthsBefore === '1' ? 'a month' : `${monthsBefore} months`} or less`,
    next: (_, on) => `products facts show${on.replace(' --product', '')}`,
  },
}

/** All that this command line has words for. */
export const KNOWN_KINDS = Object.keys(KINDS)

const FEEDS: Readonly<Record<string, string>> = {
  stale: 'is too old to count',
  empty: 'has fewer records than it must',
  controlFailed: 'does not find what it must',
  neverImported: 'was never imported',
  failing: 'counts still',
}

const REFUSALS: Readonly<Record<string, string>> = {
  APPROVER_NOT_A_PERSON: 'no person answers for you',
  APPROVAL_BY_AUTHOR: 'somebody else has to, for you wrote it',
  APPROVED_ALREADY: 'you have approved it already',
  APPROVER_ROLE_WRONG: 'not in one of your roles',
  NOT_PERMITTED: 'not yours to approve',
}

export function kindWords(kind: string): string {
  return KINDS[kind]?.name ?? plain(kind)
}

/** `next` is without `fleetward`; undefined where no command leads on. */
export function matterWords(matter: Matter): {
  readonly says: string
  readonly next: string | undefined
} {
  const { kind, product, subject, facts } = matter
  const of = { ...textsOf(subject), ...textsOf(facts) }
  const known = KINDS[kind]
  if (known === undefined) {
    const members = Object.entries(of).map(([name, value]) => `${name} ${value}`)
    return { says: `${plain(kind)}: ${members.join(', ')}`, next: undefined }
  }
  const on = product === null ? '' : ` --product ${plain(product)}`
  return { says: known.says(of), next: known.next(of, on) || undefined }
}

function textsOf(members: object): Texts {
  const texts: Record<string, string> = {}
  for (const [name, value] of Object.entries(members)) {
    if (Array.isArray(value)) texts[name] = plain(value.join(', '))
    else if (typeof value === 'object' && value !== null) Object.assign(texts, textsOf(value))
    else texts[name] = plain(String(value ?? ''))
  }
  return texts
}

function devices(name: string, what: string): Kind {
  return {
    name,
    says: ({ devices: count }) => `${counted(count)} ${what}`,
    next: ({ filter }, on) => `devices search '${filter}'${on}`,
  }
}

function rolloutWords({ rollout, release, releaseKind, cohort }: Texts): string {
  return `rollout ${rollout} (${release}, ${releaseKind}, to ${cohort})`
}

function haltedWords({ state, rule, name, ...figures }: Texts): string {
  const { failed, silent, counted: all, succeeded } = figures
  switch (rule) {
    case 'byHand':
      return `was ${state} by hand`
    case 'errorThreshold':
      return `${state} itself: in group ${name} ${failed} failed and ${silent} stayed silent, of ${all} that count`
    case 'groupPassed':
      return `${state} itself as planned: in group ${name} ${succeeded} of ${all} succeeded`
    case 'groupPassedUntried':
      return `${state} itself as planned: nobody in group ${name} can take the release`
    default:
      return `${state} itself (${rule})`
  }
}

function stuckWords({ state, rule, name, succeeded, failed, counted: all }: Texts): string {
  if (rule === 'successOutOfReach') {
    return `cannot reach its success share any more: in group ${name} ${succeeded} of ${all} succeeded`
  }
  if (rule === 'errorThreshold') {
    return `has ${state} and lets nobody in any more: of those who joined late ${failed} failed, of ${all} that count`
  }
  return `goes on only if a person decides (${rule})`
}

function mayWords({ mayApprove, whyNot = '' }: Texts): string {
  return mayApprove === 'true' ? 'you may' : (REFUSALS[whyNot] ?? whyNot)
}

function counted(count: string | undefined): string {
  return count === '1' ? '1 device' : `${count} devices`
}
