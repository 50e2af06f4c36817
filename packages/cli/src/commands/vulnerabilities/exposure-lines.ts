/** Exposure as somebody reads it at night: the answer first, then where, then how fast. */
import { plain } from '../../plain.ts'

type State = 'pending' | 'postponed' | 'optedOut' | 'offline' | 'unsupported'
type Counts = Readonly<Record<State, number>>

interface Where {
  readonly name: string
  readonly exposed: number
  readonly counts: Counts
}

interface Reached {
  readonly at: number
  readonly secondsSinceKnown: number
  readonly secondsSinceFix?: number
}

export interface Exposure {
  readonly product: string
  readonly vulnerability: string
  readonly isExploited: boolean
  readonly knownAt: number
  readonly asOf: number
  readonly fix?: { readonly version: string; readonly publishedAt: number }
  readonly isSupportOver: boolean
  readonly total: number
  readonly exposed: number
  readonly counts: Counts & { readonly updated: number }
  readonly releases: readonly {
    readonly version: string
    readonly devices: number
    readonly isWithdrawn: boolean
    readonly components: readonly { readonly name: string; readonly version?: string }[]
    readonly status?: string
    readonly fixedBy?: string
  }[]
  readonly cohorts: readonly Where[]
  readonly cohortsLeftOut: number
  readonly countries: readonly Where[]
  readonly notKnown: {
    readonly neverReported: number
    readonly notMatched: number
    readonly versions: readonly string[]
  }
  readonly exposedDeviceDays: { readonly days: number; readonly isAtLeast: boolean }
  readonly half?: Reached
  readonly goal?: Reached
  readonly forecast:
    | { readonly kind: 'reached'; readonly at: number }
    | { readonly kind: 'expected'; readonly at: number; readonly perDay: number }
    | { readonly kind: 'none'; readonly why: string }
}

const STATES: Readonly<Record<State, string>> = {
  pending: 'pending',
  postponed: 'postponed',
  optedOut: 'opted out',
  offline: 'offline',
  unsupported: 'unsupported',
}
const STATE_NAMES = Object.keys(STATES) as State[]
const SHOWN_MAX_COUNT = 20

const WHY_NONE: Readonly<Record<string, string>> = {
  nobodyConcerned: 'no device is concerned',
  noFix: 'no forecast of 95 %: there is no release with a fix',
  outOfReach: 'no forecast of 95 %: too many are offline, opted out or unsupported',
  noProgress: 'no forecast of 95 %: none was updated in the last day',
  tooSlow: 'no forecast of 95 %: at this pace it takes more than a year',
}

export function exposureLines(exposure: Exposure): string[] {
  const { product, counts, exposed, total, notKnown, exposedDeviceDays } = exposure
  const { days, isAtLeast } = exposedDeviceDays
  return [
    `${plain(product)}: ${exposed} of ${total} devices still exposed, ${outlook(exposure)}`,
    `  ${plain(exposure.vulnerability)}${exposure.isExploited ? ', EXPLOITED' : ''}, known here since ${moment(exposure.knownAt)}; ${fixWords(exposure)}`,
    `  updated ${counts.updated}, ${STATE_NAMES.map((state) => `${STATES[state]} ${counts[state]}`).join(', ')}`,
    ...(notKnown.notMatched + notKnown.neverReported > 0 ? [notKnownWords(exposure)] : []),
    ...exposure.releases.flatMap(releaseLine),
    ...table('cohort', exposure.cohorts, exposure.cohortsLeftOut),
    ...table('country', exposure.countries, 0),
    `  exposed device-days: ${isAtLeast ? 'at least ' : ''}${days}`,
    reachedLine('50 %', exposure.half),
    reachedLine('95 %', exposure.goal),
  ]
}

function outlook({ forecast }: Exposure): string {
  switch (forecast.kind) {
    case 'reached':
      return `95 % protected since ${moment(forecast.at)}`
    case 'expected':
      return `95 % by ${moment(forecast.at)} at ${forecast.perDay} a day`
    case 'none':
      return WHY_NONE[forecast.why] ?? 'no forecast of 95 %'
  }
}

function fixWords({ fix, isSupportOver }: Exposure): string {
  const over = isSupportOver ? '; its support is over' : ''
  if (fix === undefined) return `no release with a fix${over}`
  return `fixed by ${fix.version}, published ${moment(fix.publishedAt)}${over}`
}

function notKnownWords({ notKnown }: Exposure): string {
  const { neverReported, notMatched, versions } = notKnown
  const which = notMatched === 0 ? '' : ` (${versions.map(plain).join(', ')})`
  return `  not counted: ${notMatched} run what was not looked up${which}, ${neverReported} never said what they run`
}

function releaseLine(release: Exposure['releases'][number]): string[] {
  const { version, devices, components, isWithdrawn, status, fixedBy } = release
  const parts = components.map(({ name, version: of = '' }) => plain(`${name} ${of}`.trim()))
  const words = [
    ...(isWithdrawn ? ['withdrawn'] : []),
    status ?? 'unanswered',
    fixedBy === undefined ? 'no fix reaches it' : `fixed by ${fixedBy}`,
  ]
  return [`  ${version}: ${devices} devices, ${parts.join(', ')}; ${words.join(', ')}`]
}

function table(heading: string, rows: readonly Where[], leftOut: number): string[] {
  if (rows.length === 0) return []
  const shown = rows.slice(0, SHOWN_MAX_COUNT)
  const width = Math.max(heading.length, ...shown.map(({ name }) => plain(name).length))
  const cells = (first: string, exposed: string, others: readonly string[]) =>
    `  ${first.padEnd(width)}  ${[exposed, ...others].map((cell) => cell.padStart(11)).join(' ')}`
  const others = rows.length - shown.length + leftOut
  return [
    cells(
      heading,
      'exposed',
      STATE_NAMES.map((state) => STATES[state]),
    ),
    ...shown.map(({ name, exposed, counts }) =>
      cells(
        plain(name),
        String(exposed),
        STATE_NAMES.map((state) => String(counts[state])),
      ),
    ),
    ...(others > 0 ? [`  and ${others} more; --json has them`] : []),
  ]
}

function reachedLine(share: string, reached: Reached | undefined): string {
  if (reached === undefined) return `  ${share} protected: not yet`
  const { at, secondsSinceKnown, secondsSinceFix } = reached
  const sinceFix =
    secondsSinceFix === undefined
      ? ''
      : `, ${duration(secondsSinceFix)} after the fix was published`
  return `  ${share} protected: ${moment(at)}, ${duration(secondsSinceKnown)} after it was known${sinceFix}`
}

function duration(seconds: number): string {
  const hours = Math.floor(seconds / 3600)
  if (hours < 48) return `${hours} h ${Math.floor((seconds % 3600) / 60)} min`
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}

function moment(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
