/** One proposal in a manifest (protocol §5.2): which release, for whom, on what terms. */

import type { Fields } from '../json/fields.ts'
import type { JsonObject } from '../json/json.ts'
import {
  ADVISORY_ID_MAX_BYTES,
  ARTIFACT_LENGTH_MAX_BYTES,
  NOTICE_ADVISORIES_MAX_COUNT,
  NOTICE_SUMMARY_MAX_BYTES,
  NOTICE_URL_MAX_BYTES,
  POLICY_DURATION_MAX_SECONDS,
  RELEASE_PATH_MAX_BYTES,
  SALT_MAX_BYTES,
} from '../limits.ts'
import { isName } from '../names.ts'
import { RELEASE_KINDS, type ReleaseKind } from '../release/release.ts'
import { isVersion } from '../release/version.ts'
import { SHARE_ALL, type Share } from './share.ts'
import { readWeeklyHours, type WeeklyHours } from './weekly-hours.ts'

export interface Offer {
  readonly rollout: string
  /** A device that failed tries again when this grows. */
  readonly attempt: number
  readonly share: Share
  readonly release: OfferedRelease
  readonly policy: Policy
  readonly notice: Notice
  /**
   * A fleet's return: on a device that runs exactly this version the offer counts although its own is lower. The
   * security counter holds as ever.
   */
  readonly replaces?: string
  readonly withdrawn?: never
}

export interface WithdrawnOffer {
  readonly rollout: string
  readonly withdrawn: true
  readonly release: OfferedRelease
}

/** What must equal the words of the release keys, protocol §5.5. */
export interface OfferedRelease {
  readonly path: string
  readonly version: string
  readonly kind: ReleaseKind
  readonly securityCounter: number
  readonly length: number
  readonly sha256: string
}

export interface Policy {
  readonly apply: 'automatic' | 'ask'
  /** Seconds since 1970. */
  readonly notBefore?: number
  readonly deadline?: number
  /** Seconds in total that an owner may postpone. */
  readonly postponeUpTo?: number
  /** Seconds over which the devices' starts are spread. */
  readonly spread: number
  /** Seconds before a transfer that failed is tried again. */
  readonly retryAfter: number
  /** When an update may start, in the device's own local time; beside the owner's window, not in its place. */
  readonly window?: WeeklyHours
}

export const SEVERITIES = ['none', 'low', 'medium', 'high', 'critical'] as const

export interface Notice {
  readonly summary: string
  readonly severity: (typeof SEVERITIES)[number]
  readonly advisories: readonly string[]
  readonly url?: string
}

export function parseListedOffer(fields: Fields): Offer | WithdrawnOffer {
  return fields.has('withdrawn') ? parseWithdrawn(fields) : parseOffer(fields)
}

function parseWithdrawn(fields: Fields): WithdrawnOffer {
  const offer = {
    rollout: fields.matching('rollout', isName, 'a name'),
    withdrawn: fields.alwaysTrue('withdrawn'),
    release: fields.object('release', parseOfferedRelease),
  }
  fields.refuseOthers()
  return offer
}

/** Also for an offer that a device has kept. */
export function parseOffer(fields: Fields): Offer {
  const offer = {
    rollout: fields.matching('rollout', isName, 'a name'),
    attempt: fields.integer('attempt', 1),
    share: fields.object('share', parseShare),
    release: fields.object('release', parseOfferedRelease),
    policy: fields.object('policy', parsePolicy),
    notice: fields.object('notice', parseNotice),
    ...fields.optional('replaces', (name) => fields.matching(name, isVersion, 'a version')),
  }
  fields.refuseOthers()
  return offer
}

function parseShare(fields: Fields): Share {
  const share = {
    salt: fields.text('salt', SALT_MAX_BYTES),
    upTo: fields.integer('upTo', 0, SHARE_ALL),
  }
  fields.refuseOthers()
  return share
}

function parseOfferedRelease(fields: Fields): OfferedRelease {
  const release = {
    path: fields.text('path', RELEASE_PATH_MAX_BYTES),
    version: fields.matching('version', isVersion, 'a version'),
    kind: fields.oneOf('kind', RELEASE_KINDS),
    securityCounter: fields.integer('securityCounter', 1),
    length: fields.integer('length', 1, ARTIFACT_LENGTH_MAX_BYTES),
    sha256: fields.sha256('sha256'),
  }
  fields.refuseOthers()
  return release
}

function parsePolicy(fields: Fields): Policy {
  const duration = (name: string) => fields.integer(name, 0, POLICY_DURATION_MAX_SECONDS)
  const policy = {
    apply: fields.oneOf('apply', ['automatic', 'ask']),
    ...fields.optional('notBefore', (name) => fields.integer(name)),
    ...fields.optional('deadline', (name) => fields.integer(name)),
    ...fields.optional('postponeUpTo', duration),
    spread: duration('spread'),
    retryAfter: duration('retryAfter'),
    ...fields.optional('window', (name) => fields.object(name, parsePolicyWindow)),
  }
  fields.refuseOthers()
  return policy
}

function parsePolicyWindow(fields: Fields): WeeklyHours {
  const hours = readWeeklyHours(fields)
  fields.refuseOthers()
  return hours
}

function parseNotice(fields: Fields): Notice {
  const notice = {
    summary: fields.text('summary', NOTICE_SUMMARY_MAX_BYTES),
    severity: fields.oneOf('severity', SEVERITIES),
    advisories: fields.list('advisories', { max: NOTICE_ADVISORIES_MAX_COUNT }, (items, index) =>
      items.text(index, ADVISORY_ID_MAX_BYTES),
    ),
    ...fields.optional('url', (name) => fields.matching(name, isWebAddress, 'an https address')),
  }
  fields.refuseOthers()
  return notice
}

/** It is shown to people, who click: no other scheme, nothing that hides where it leads. */
function isWebAddress(text: unknown): text is string {
  return (
    typeof text === 'string' &&
    text.length <= NOTICE_URL_MAX_BYTES &&
    /^https:\/\/[A-Za-z0-9.-]+(?::\d{1,5})?(?:\/[\x21-\x7e]*)?$/.test(text)
  )
}

/** Rebuilt field by field: an offer may come from a wider object, and `undefined` is no JSON. */
export function offerJson(offer: Offer | WithdrawnOffer): JsonObject {
  const { path, version, kind, securityCounter, length, sha256 } = offer.release
  const release = { path, version, kind, securityCounter, length, sha256 }
  if (offer.withdrawn) return { rollout: offer.rollout, withdrawn: true, release }
  const { rollout, attempt, share, policy, notice, replaces } = offer
  const whole = {
    rollout,
    attempt,
    share: { salt: share.salt, upTo: share.upTo },
    release,
    policy: policyJson(policy),
    notice: { ...notice },
    ...(replaces === undefined ? {} : { replaces }),
  }
  // No field is there and undefined; the console's compiler cannot tell (exactOptionalPropertyTypes).
  return whole as JsonObject
}

function policyJson({ window, ...policy }: Policy) {
  if (window === undefined) return policy
  const { weekdays, from, to } = window
  return { ...policy, window: { weekdays, from, to } }
}
