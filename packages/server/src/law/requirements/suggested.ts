/**
 * What Fleetward says that it does for a product, each sentence by a code and with its facts: the console says it in its
 * own languages. An answer that somebody accepted is compared with these words, so a changed one asks everybody again. Pure.
 */

export type SuggestedFacts = Readonly<Record<string, string | number>>

export interface Suggested {
  readonly code: SuggestedCode
  readonly facts: SuggestedFacts
  readonly sentence: string
}

type Sentence = (facts: SuggestedFacts) => string

const SENTENCES = {
  factoryReset: () =>
    'The agent starts with settings that are secure by default, and goes back to the signed factory settings by command, on the owner’s page or by a button; trust and counters survive that.',
  automatic: () =>
    'Security updates install by themselves by default. The owner opts out in one step, with or without an end, and opts in the same way.',
  manual: ({ because }) => `Security updates do not install by themselves: ${because}`,
  manualUnexplained: () => 'Security updates do not install by themselves: no reason is written',
  ownerTold: () =>
    'The owner is told of each update, with what it mends, how severe that is and how long it takes, and postpones it within limits that are signed offline with the release.',
  mending: ({ count }) =>
    `${counted(count, 'published release mends', 'published releases mend')} security.`,
  access: () =>
    'Devices reach the server by client certificates and their own topics alone; operators by passkeys, or a password with a second factor, with roles per product. Refused attempts are recorded at the server and on the device.',
  encryption: () =>
    'Updates, reports and operators’ access use TLS 1.3 alone. Keys and secrets of the server are sealed under a key outside of the database.',
  integrity: () =>
    'A device installs what the manufacturer signed offline and the server’s director signed for it, verified chunk by chunk; it compares its files at start, after each update and daily, and reports what was changed. Commands are signed, for one device and for one use.',
  minimal: () =>
    'The agent sends what its catalogue of fields names and nothing else; the server keeps networks instead of addresses.',
  deletionHeld: () => 'Deletion is on hold.',
  deleted: ({ reportsDays, commandsDays }) =>
    `Reports are deleted after ${days(reportsDays)}, commands after ${days(commandsDays)}.`,
  availability: () =>
    'An update goes to the slot that does not run, is tested, and rolled back by itself when it fails or power is lost. The product runs on without the server.',
  otherServices: () =>
    'Devices come back with growing, random waits and keep to a limit of bandwidth; their certificates open their own topics alone.',
  recording: () =>
    'The agent records access and changes in a chained log whose head the server knows; the owner switches off any class of it, or all.',
  audit: ({ auditDays }) => `The server keeps its audit log for ${days(auditDays)}.`,
  removal: () =>
    'The owner erases data and settings by command, on the page or by a button: keys first, with a signed receipt. Decommissioning deletes at the server what is known of the device.',
  components: ({ count }) =>
    `Each of the ${counted(count, 'published release', 'published releases')} has a CycloneDX or SPDX document whose digest is in the signed release; it is matched with the feeds of vulnerabilities.`,
  noFeed: () => 'No feed has been read yet.',
  apart: ({ supportEnds }) =>
    `Security and functionality are released apart, under keys of their own, until ${supportEnds} at least.`,
  releasedSoFar: ({ security, combined }) =>
    `${counted(security, 'security release', 'security releases')} so far, ${combined} combined with functions for a reason that is signed with ${combined === 1 ? 'it' : 'them'}.`,
  securityFirst: () =>
    'A security rollout goes before functionality, group after group, and stops itself.',
  policy: ({ url }) =>
    `The policy and a form for reports, anonymous ones too, are public at ${url}/security/.`,
  policyAtListener: () =>
    'The policy and a form for reports, anonymous ones too, are public at the public listener/security/.',
  answered: ({ acknowledgeHours, assessHours }) =>
    `Reports are acknowledged within ${hours(acknowledgeHours)} and assessed within ${hours(assessHours)}; what is late is told.`,
  contacts: ({ contacts }) =>
    `Reports of vulnerabilities go to ${contacts}, as security.txt (RFC 9116) says as well.`,
  distribution: () =>
    'Updates are distributed with TUF metadata under offline keys with thresholds, SHA-256 of every file and chunk, and protection against rollback; over the network or as a bundle on a disk, verified alike.',
  atOnce: () => 'Security updates reach connected devices at once and install by themselves.',
  freeOfCharge: () =>
    'Security releases go to every device of their rollout, without licence or payment; the notice on the device names what is mended, how severe it is, the advisories and what to do.',
} as const satisfies Readonly<Record<string, Sentence>>

export type SuggestedCode = keyof typeof SENTENCES

export const SUGGESTED_SENTENCES: Readonly<Record<SuggestedCode, Sentence>> = SENTENCES
export const SUGGESTED_CODES = Object.keys(SENTENCES) as [SuggestedCode, ...SuggestedCode[]]

export function suggested(code: SuggestedCode, facts: SuggestedFacts = {}): Suggested {
  return { code, facts, sentence: SUGGESTED_SENTENCES[code](facts) }
}

type Count = SuggestedFacts[string] | undefined

const counted = (count: Count, one: string, more: string) => `${count} ${count === 1 ? one : more}`
const days = (count: Count) => counted(count, 'day', 'days')
const hours = (count: Count) => counted(count, 'hour', 'hours')
