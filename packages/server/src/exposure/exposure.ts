/** How exposed a product's fleet is to one vulnerability: figures from what was counted. Pure. */
import { UNKNOWN_COUNTRY } from './country.ts'
import {
  addCounts,
  type ExposedCounts,
  type ExposedState,
  nobodyExposed,
  sumOf,
} from './exposed-state.ts'
import type { CountedGroup, ProtectionStep } from './exposure-store.ts'
import {
  type CurvePoint,
  curveOf,
  type Forecast,
  forecast,
  GOAL_SHARE,
  reachedAt,
} from './protection.ts'
import type { AffectedVersion, KnownFinding, Standing } from './standing.ts'

const DAY_SECONDS = 86_400
const HALF_SHARE = 0.5
/** The largest; the others are counted together. */
const COHORTS_MAX_COUNT = 100

export interface Counted {
  readonly groups: readonly CountedGroup[]
  readonly steps: readonly ProtectionStep[]
  readonly notKnown: Exposure['notKnown']
  readonly exposed: { readonly seconds: number; readonly isAtLeast: boolean }
}

export interface ExposureInput extends Counted {
  readonly product: string
  readonly findings: readonly KnownFinding[]
  readonly standing: Standing
  readonly isSupportOver: boolean
  readonly now: number
}

/** Exactly these six, and no device is in two. */
export type DeviceCounts = ExposedCounts & { readonly updated: number }

export interface Where {
  readonly name: string
  readonly exposed: number
  readonly counts: ExposedCounts
}

/** Undefined seconds: there is no fix. */
export interface Reached {
  readonly at: number
  readonly secondsSinceKnown: number
  readonly secondsSinceFix: number | undefined
}

export interface Exposure {
  readonly product: string
  readonly vulnerability: string
  readonly names: readonly string[]
  readonly findings: readonly { readonly id: string; readonly component: string }[]
  readonly isExploited: boolean
  /** Seconds since 1970. */
  readonly knownAt: number
  readonly asOf: number
  readonly fix: Standing['fix']
  readonly isSupportOver: boolean
  readonly total: number
  readonly exposed: number
  readonly counts: DeviceCounts
  readonly releases: readonly (AffectedVersion & { readonly devices: number })[]
  readonly cohorts: readonly Where[]
  readonly cohortsLeftOut: number
  readonly countries: readonly Where[]
  /** Of them nobody can say: in no other figure. */
  readonly notKnown: {
    readonly neverReported: number
    readonly notMatched: number
    readonly versions: readonly string[]
  }
  readonly exposedDeviceDays: { readonly days: number; readonly isAtLeast: boolean }
  readonly half: Reached | undefined
  readonly goal: Reached | undefined
  readonly forecast: Forecast
  /** Of today's total, in order of time. */
  readonly curve: readonly CurvePoint[]
}

const VERSIONS_NAMED_MAX_COUNT = 20

export function exposureFrom(input: ExposureInput): Exposure {
  const { product, findings, standing, steps, isSupportOver, now } = input
  const { affected, fix } = standing
  const knownAt = knownSince(findings)
  const groups = supported(input)
  const exposed = nobodyExposed()
  for (const { counts } of groups) addCounts(exposed, counts)
  const updated = steps.reduce((sum, { devices }) => sum + devices, 0)
  const counts = { updated, ...exposed }
  const total = updated + sumOf(exposed)
  const reached = (share: number): Reached | undefined => {
    const step = reachedAt(steps, total, share)
    if (step === undefined) return undefined
    const at = Math.min(step, now)
    const secondsSinceFix = fix && Math.max(0, at - fix.publishedAt)
    return { at, secondsSinceKnown: at - knownAt, secondsSinceFix }
  }
  const devicesOn = Map.groupBy(groups, ({ version }) => version)
  const running = (version: string) =>
    (devicesOn.get(version) ?? []).reduce((sum, group) => sum + sumOf(group.counts), 0)
  const cohorts = by(groups, ({ cohort }) => cohort)
  const fleet = {
    ...{ total, updated, coming: exposed.pending + exposed.postponed },
    hasFix: fix !== undefined,
  }
  const [first] = findings
  return {
    ...{ product, vulnerability: first?.finding.name ?? '', names: namesOf(findings) },
    findings: findings.map(({ finding: { id, component } }) => ({ id, component })),
    isExploited: findings.some(({ finding }) => finding.isExploited),
    ...{ knownAt, asOf: now, fix, isSupportOver, total, exposed: sumOf(exposed), counts },
    releases: affected.map((one) => ({ ...one, devices: running(one.version) })),
    cohorts: cohorts.slice(0, COHORTS_MAX_COUNT),
    cohortsLeftOut: Math.max(0, cohorts.length - COHORTS_MAX_COUNT),
    countries: by(groups, ({ country = UNKNOWN_COUNTRY }) => country),
    notKnown: {
      ...input.notKnown,
      versions: input.notKnown.versions.slice(0, VERSIONS_NAMED_MAX_COUNT),
    },
    exposedDeviceDays: {
      days: Math.round((input.exposed.seconds / DAY_SECONDS) * 10) / 10,
      isAtLeast: input.exposed.isAtLeast,
    },
    ...{ half: reached(HALF_SHARE), goal: reached(GOAL_SHARE) },
    forecast: forecast(steps, fleet, now),
    curve: curveOf(steps, total, { knownAt, now }),
  }
}

export function knownSince(findings: readonly KnownFinding[]): number {
  return Math.min(...findings.map(({ finding }) => finding.firstSeenAt))
}

/** No time that passes helps a device that no fix can reach; while there is no fix at all, everybody waits for it. */
function supported({ groups, standing, isSupportOver }: ExposureInput): readonly CountedGroup[] {
  const { affected, fix } = standing
  const reachable = new Set(
    affected.filter(({ fixedBy }) => fixedBy !== undefined).map(({ version }) => version),
  )
  const isOut = (version: string) => isSupportOver || (fix !== undefined && !reachable.has(version))
  return groups.map((group) => {
    if (!isOut(group.version)) return group
    return { ...group, counts: { ...nobodyExposed(), unsupported: sumOf(group.counts) } }
  })
}

function by(groups: readonly CountedGroup[], nameOf: (group: CountedGroup) => string): Where[] {
  const found = new Map<string, Record<ExposedState, number>>()
  for (const group of groups) {
    const name = nameOf(group)
    const counts = found.get(name) ?? nobodyExposed()
    addCounts(counts, group.counts)
    found.set(name, counts)
  }
  return [...found]
    .map(([name, counts]) => ({ name, exposed: sumOf(counts), counts }))
    .toSorted((one, other) => other.exposed - one.exposed || (one.name < other.name ? -1 : 1))
}

function namesOf(findings: readonly KnownFinding[]): readonly string[] {
  return [...new Set(findings.flatMap(({ finding }) => finding.names))]
}
