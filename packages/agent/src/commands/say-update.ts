/** An update in sentences. What each word of the protocol means to a person stands here once. */
import { sayBytes, sayDuration, sayMoment } from './durations.ts'

export interface ShownNotice {
  readonly version: string
  readonly kind: string
  readonly what: string
  readonly why: { readonly fixes: readonly string[]; readonly advisories: readonly string[] }
  readonly severity: string
  readonly url?: string
  readonly lengthBytes: number
  readonly expectedSeconds: number
  readonly restarts: string
  readonly state: string
  readonly waitingFor?: string
  readonly startsAt?: number
  readonly deadline?: number
  readonly postponement: { readonly remainingSeconds: number; readonly latest: number }
}

const WAITS: Readonly<Record<string, string>> = {
  approval: 'waits for you: fleetward-agent install',
  window: 'waits for the maintenance window',
  postponement: 'is postponed',
  optIn: 'does not install by itself, because you opted out',
  deadline: 'waits for you, and installs by itself at its deadline',
  power: 'waits for power',
  space: 'waits for space on the disk',
  product: 'waits until the product is not busy',
  start: 'starts soon',
}

export function sayNotice(notice: ShownNotice): string[] {
  const { version, kind, severity, why, postponement } = notice
  const weight = severity === 'none' ? '' : `, severity ${severity}`
  const reasons = [...why.fixes, ...why.advisories]
  const interrupted = notice.restarts === 'device' ? 'the device restarts' : 'the product restarts'
  return [
    `Update ${version} (${kind}${weight})`,
    `  what      ${notice.what}`,
    ...(reasons.length > 0 ? [`  why       ${reasons.join(', ')}`] : []),
    ...(notice.url === undefined ? [] : [`  more      ${notice.url}`]),
    `  takes     about ${sayDuration(notice.expectedSeconds)}, ${sayBytes(notice.lengthBytes)}; ${interrupted}`,
    `  now       ${sayState(notice.state, notice.waitingFor, notice.startsAt)}`,
    ...(notice.deadline === undefined ? [] : [`  deadline  ${sayMoment(notice.deadline)}`]),
    postponement.remainingSeconds > 0
      ? `  postpone  up to ${sayMoment(postponement.latest)} (${sayDuration(postponement.remainingSeconds)} left)`
      : '  postpone  not any more',
  ]
}

export function sayState(state: string, waitingFor?: string, until?: number): string {
  if (waitingFor === undefined) return state
  const when = until === undefined ? '' : `, until ${sayMoment(until)}`
  return `${WAITS[waitingFor] ?? waitingFor}${when}`
}
