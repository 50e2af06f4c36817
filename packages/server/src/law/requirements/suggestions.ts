/**
 * What Fleetward does for a product towards the requirements that have to do with updates, in sentences made of the
 * settings as they are now. A suggestion is nobody's word until a person accepts it. Pure.
 */
import type { DisclosureSettings } from '../../disclosure/disclosure-settings.ts'
import type { RetentionSettings } from '../../retention/retention-settings.ts'
import type { RequirementId } from './annex-1.ts'

export interface LiveProduct {
  /** Published and not withdrawn. */
  readonly releases: Readonly<Record<'security' | 'functionality' | 'combined', number>>
  readonly updatePolicy:
    | { readonly automatic: boolean; readonly because?: string | undefined }
    | undefined
  /** A month. */
  readonly supportEnds: string | undefined
  /** Undefined: nobody has said yet where reports go. */
  readonly disclosure: DisclosureSettings | undefined
  readonly retention: RetentionSettings
  readonly hasFreshFeeds: boolean
}

type Sentences = (live: LiveProduct) => readonly (string | false | undefined)[]

const SUGGESTIONS: Partial<Readonly<Record<RequirementId, Sentences>>> = {
  'I.2.b': () => [
    'The agent starts with settings that are secure by default, and goes back to the signed factory settings by command, on the owner’s page or by a button; trust and counters survive that.',
  ],
  'I.2.c': ({ updatePolicy, releases }) =>
    updatePolicy === undefined
      ? []
      : [
          updatePolicy.automatic
            ? 'Security updates install by themselves by default. The owner opts out in one step, with or without an end, and opts in the same way.'
            : `Security updates do not install by themselves: ${updatePolicy.because ?? 'no reason is written'}`,
          'The owner is told of each update, with what it mends, how severe that is and how long it takes, and postpones it within limits that are signed offline with the release.',
          `${counted(releases.security + releases.combined, 'published release mends', 'published releases mend')} security.`,
        ],
  'I.2.d': () => [
    'Devices reach the server by client certificates and their own topics alone; operators by passkeys, or a password with a second factor, with roles per product. Refused attempts are recorded at the server and on the device.',
  ],
  'I.2.e': () => [
    'Updates, reports and operators’ access use TLS 1.3 alone. Keys and secrets of the server are sealed under a key outside of the database.',
  ],
  'I.2.f': () => [
    'A device installs what the manufacturer signed offline and the server’s director signed for it, verified chunk by chunk; it compares its files at start, after each update and daily, and reports what was changed. Commands are signed, for one device and for one use.',
  ],
  'I.2.g': ({ retention }) => [
    'The agent sends what its catalogue of fields names and nothing else; the server keeps networks instead of addresses.',
    retention.hold
      ? 'Deletion is on hold.'
      : `Reports are deleted after ${days(retention.reportsDays)}, commands after ${days(retention.commandsDays)}.`,
  ],
  'I.2.h': () => [
    'An update goes to the slot that does not run, is tested, and rolled back by itself when it fails or power is lost. The product runs on without the server.',
  ],
  'I.2.i': () => [
    'Devices come back with growing, random waits and keep to a limit of bandwidth; their certificates open their own topics alone.',
  ],
  'I.2.l': ({ retention }) => [
    'The agent records access and changes in a chained log whose head the server knows; the owner switches off any class of it, or all.',
    `The server keeps its audit log for ${days(retention.auditDays)}.`,
  ],
  'I.2.m': () => [
    'The owner erases data and settings by command, on the page or by a button: keys first, with a signed receipt. Decommissioning deletes at the server what is known of the device.',
  ],
  'II.1': ({ releases, hasFreshFeeds }) => {
    const all = releases.security + releases.functionality + releases.combined
    return all === 0
      ? []
      : [
          `Each of the ${counted(all, 'published release', 'published releases')} has a CycloneDX or SPDX document whose digest is in the signed release; it is matched with the feeds of vulnerabilities.`,
          !hasFreshFeeds && 'No feed has been read yet.',
        ]
  },
  'II.2': ({ releases, supportEnds }) =>
    supportEnds === undefined
      ? []
      : [
          `Security and functionality are released apart, under keys of their own, until ${supportEnds} at least.`,
          `${counted(releases.security, 'security release', 'security releases')} so far, ${releases.combined} combined with functions for a reason that is signed with ${releases.combined === 1 ? 'it' : 'them'}.`,
          'A security rollout goes before functionality, group after group, and stops itself.',
        ],
  'II.5': ({ disclosure }) =>
    disclosure === undefined
      ? []
      : [
          `The policy and a form for reports, anonymous ones too, are public at ${disclosure.publicUrl || 'the public listener'}/security/.`,
          `Reports are acknowledged within ${hours(disclosure.acknowledgeHours)} and assessed within ${hours(disclosure.assessHours)}; what is late is told.`,
        ],
  'II.6': ({ disclosure }) =>
    disclosure === undefined
      ? []
      : [
          `Reports of vulnerabilities go to ${disclosure.contacts.map((contact) => contact.replace(/^(mailto|tel):/, '')).join(', ')}, as security.txt (RFC 9116) says as well.`,
        ],
  'II.7': ({ updatePolicy }) =>
    updatePolicy === undefined
      ? []
      : [
          'Updates are distributed with TUF metadata under offline keys with thresholds, SHA-256 of every file and chunk, and protection against rollback; over the network or as a bundle on a disk, verified alike.',
          updatePolicy.automatic &&
            'Security updates reach connected devices at once and install by themselves.',
        ],
  'II.8': () => [
    'Security releases go to every device of their rollout, without licence or payment; the notice on the device names what is mended, how severe it is, the advisories and what to do.',
  ],
}

/** Undefined where Fleetward does nothing for it, or where what it hangs on is not set. */
export function suggestionOf(id: RequirementId, live: LiveProduct): string | undefined {
  const sentences = SUGGESTIONS[id]?.(live).filter((sentence) => typeof sentence === 'string') ?? []
  return sentences.length === 0 ? undefined : sentences.join('\n')
}

const counted = (count: number, one: string, more: string) => `${count} ${count === 1 ? one : more}`
const days = (count: number) => counted(count, 'day', 'days')
const hours = (count: number) => counted(count, 'hour', 'hours')
