/**
 * What a device would do with an offer, as far as it reported what its owner chose: rule for rule what the agent
 * decides (packages/agent/src/core/decide.ts). Pure.
 */
import { compareVersions, type Policy } from '@fleetward/shared'
import type { DeviceFacts } from './membership.ts'

export const PROSPECTS = [
  /** Installs it by itself: its owner said so, or left it at that. */
  'takesIt',
  'asksOwner',
  /** Its owner put this release off, until a time. */
  'postponed',
  'optedOut',
  /** It was seen, and has not reported what its owner chose. */
  'saidNothing',
  'runsIt',
  'runsNewer',
  /** Below the release's minimum version. */
  'unsuitable',
  'blocked',
  /** Not seen for a week: it takes the offer when it is back. */
  'away',
] as const

export type Prospect = (typeof PROSPECTS)[number]

/** As the device last reported it. */
export interface ReportedChoices {
  readonly automaticSecurity: boolean
  readonly automaticFunctionality: boolean
  /** Of the release that is put off until its `postponedUntil`; undefined: none, or it did not say. */
  readonly postponedVersion: string | undefined
  /** `none`, or its owner's maintenance window as JSON; undefined: it does not tell. */
  readonly ownWindow: string | undefined
  /** The zone that the machine is set to, where it tells. */
  readonly timeZone: string | undefined
}

export interface ProspectiveOffer {
  readonly version: string
  readonly minimumVersion: string | undefined
  /** Undefined: the release is gone. */
  readonly kind: string | undefined
  readonly apply: Policy['apply']
}

export interface ProspectiveDevice
  extends Pick<DeviceFacts, 'version' | 'optedOut' | 'postponedUntil' | 'blocked'> {
  readonly choices: ReportedChoices | undefined
  /** Seconds since 1970; a connected device was seen now. */
  readonly lastSeenAt: number | undefined
}

const AWAY_SECONDS = 7 * 86_400

/** `now` in seconds since 1970. */
export function prospectOf(
  device: ProspectiveDevice,
  offer: ProspectiveOffer,
  now: number,
): Prospect {
  const { version, lastSeenAt, choices } = device
  if (device.blocked !== undefined) return 'blocked'
  if (version !== undefined) {
    const ahead = compareVersions(version, offer.version)
    if (ahead >= 0) return ahead === 0 ? 'runsIt' : 'runsNewer'
    const { minimumVersion } = offer
    if (minimumVersion !== undefined && compareVersions(version, minimumVersion) < 0) {
      return 'unsuitable'
    }
  }
  if (device.optedOut) return 'optedOut'
  if (lastSeenAt === undefined || now - lastSeenAt > AWAY_SECONDS) return 'away'
  const isPutOff = choices?.postponedVersion === offer.version
  if (isPutOff && (device.postponedUntil ?? 0) > now) return 'postponed'
  if (offer.apply === 'ask') return 'asksOwner'
  if (choices === undefined) return 'saidNothing'
  // A combined release counts as security.
  const { automaticSecurity, automaticFunctionality } = choices
  const isUnasked = offer.kind === 'functionality' ? automaticFunctionality : automaticSecurity
  return isUnasked ? 'takesIt' : 'asksOwner'
}
