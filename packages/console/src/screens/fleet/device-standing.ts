/**
 * How a device stands, in words of a few kinds. What its owner chose - to wait, to postpone, to opt out - is a standing
 * of its own and never a failure.
 */
import type { Device } from '../../api/operator-api.gen.ts'
import type { Tone } from '../../pieces/tag.tsx'
import type { Key } from '../../words/language.ts'
import { isZone } from '../../words/zone.ts'

export interface Standing {
  readonly key: Key
  readonly tone: Tone
  /** Seconds since 1970: until when. */
  readonly until?: number
}

type State = NonNullable<Device['state']>
type Wait = NonNullable<Device['waitingFor']>

const STATES: Readonly<Record<State, Standing>> = {
  idle: { key: 'standing.idle', tone: 'good' },
  offered: { key: 'standing.offered', tone: 'busy' },
  downloading: { key: 'standing.downloading', tone: 'busy' },
  installing: { key: 'standing.installing', tone: 'busy' },
  arming: { key: 'standing.arming', tone: 'busy' },
  rebooting: { key: 'standing.rebooting', tone: 'busy' },
  trial: { key: 'standing.trial', tone: 'busy' },
  committing: { key: 'standing.committing', tone: 'busy' },
  rollingBack: { key: 'standing.rollingBack', tone: 'bad' },
  failed: { key: 'standing.failed', tone: 'bad' },
}

const WAITS: Readonly<Record<Wait, Key>> = {
  approval: 'standing.waitsApproval',
  window: 'standing.waitsWindow',
  postponement: 'standing.waitsPostponement',
  optIn: 'standing.waitsOptIn',
  deadline: 'standing.waitsDeadline',
  power: 'standing.waitsPower',
  space: 'standing.waitsSpace',
  product: 'standing.waitsProduct',
  start: 'standing.waitsStart',
}

/** Of protocol §12; the compiler knows when one is missing. */
export const STATE_NAMES: readonly string[] = Object.keys(STATES)
export const WAIT_NAMES: readonly string[] = Object.keys(WAITS)

type Told = Pick<Device, 'state' | 'waitingFor'>

/** Where its update is. */
export function updateStanding({ state, waitingFor }: Told): Standing {
  if (waitingFor !== undefined) return { key: WAITS[waitingFor], tone: 'waits' }
  return state === undefined ? { key: 'standing.unheard', tone: 'quiet' } : STATES[state]
}

/** Everything that is to be seen at a glance, what is worst first. */
export function standingsOf(device: Device, nowSeconds: number): readonly Standing[] {
  const bad = (isSo: boolean, key: Key): Standing[] => (isSo ? [{ key, tone: 'bad' }] : [])
  return [
    ...bad(device.revokedAt !== undefined, 'standing.revoked'),
    ...bad(device.quarantine !== undefined, 'standing.quarantined'),
    ...bad(device.cloneSuspected !== undefined, 'standing.cloneSuspected'),
    ...bad(isFlapping(device, nowSeconds), 'standing.flapping'),
    ...bad(device.integrity === 'corrupt', 'standing.corrupt'),
    ...bad(device.logBroken !== undefined, 'standing.logBroken'),
    ...owned(device, nowSeconds),
  ]
}

/** docs/filters.md: for this long after the last connection that was one too many. Clocks may differ, either way. */
const FLAPPING_SECONDS = 3600

export function isFlapping({ flappedAt }: Pick<Device, 'flappedAt'>, nowSeconds: number): boolean {
  return flappedAt !== undefined && Math.abs(nowSeconds - flappedAt) < FLAPPING_SECONDS
}

/** The update, with what the owner said about it in the place of the bare wait. */
function owned(device: Device, nowSeconds: number): readonly Standing[] {
  const update = updateStanding(device)
  const { optedOut = false, postponedUntil } = device.owner ?? {}
  const isPostponed = postponedUntil !== undefined && postponedUntil > nowSeconds
  const postponed: Standing = {
    ...{ key: 'standing.waitsPostponement', tone: 'waits' },
    ...(isPostponed ? { until: postponedUntil } : {}),
  }
  if (device.waitingFor === 'postponement') return [postponed]
  const choices: readonly Standing[] = [
    ...(optedOut && device.waitingFor !== 'optIn'
      ? [{ key: 'standing.optedOut', tone: 'waits' } as const]
      : []),
    ...(isPostponed ? [postponed] : []),
  ]
  return [update, ...choices]
}

const ZONE_NAMES = ['timeZone', 'timezone', 'time-zone']

/**
 * The zone that an operator, or it itself, says it is in; only one that there is. Operators come first: many a machine
 * is set to UTC wherever it is.
 */
export function zoneOf({ inventory = {}, attributes }: Device): string | undefined {
  const told = [attributes, inventory].flatMap((said) => ZONE_NAMES.map((name) => said[name]))
  return told.find((zone): zone is string => typeof zone === 'string' && isZone(zone))
}
