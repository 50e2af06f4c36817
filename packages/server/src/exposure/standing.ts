/**
 * Where the releases of a product stand with one vulnerability: which are affected, which are known not to be, and which
 * nobody looked up. Pure.
 */
import { compareVersions, type Release } from '@fleetward/shared'
import type { Statement } from '@fleetward/vulnerability'
import { answersOf, isSpared } from '../findings/answers.ts'
import type { Finding, FindingRelease } from '../findings/finding.ts'
import type { PublishedRelease } from '../releases/release-store.ts'

export interface KnownFinding {
  readonly finding: Finding
  readonly releases: readonly FindingRelease[]
}

export interface StandingInput {
  readonly findings: readonly KnownFinding[]
  readonly releases: readonly PublishedRelease[]
  readonly matched: ReadonlySet<string>
  readonly statements: readonly Statement[]
  readonly now: number
}

export interface AffectedVersion {
  readonly version: string
  readonly components: readonly { readonly name: string; readonly version: string | undefined }[]
  readonly isWithdrawn: boolean
  /** What a person said of it; undefined: nobody has. */
  readonly status: string | undefined
  /** The release that a device on it can get to, and be rid of it. */
  readonly fixedBy: string | undefined
}

export interface Standing {
  readonly affected: readonly AffectedVersion[]
  /** Known not to be affected, by the feeds or by what a person said. */
  readonly safe: readonly string[]
  /** The first release that was published with the fix. */
  readonly fix: { readonly version: string; readonly publishedAt: number } | undefined
}

export function standingOf(input: StandingInput): Standing {
  const { releases, matched } = input
  const affected = affectedIn(input)
  const safe = releases
    .map(({ release }) => release.version)
    .filter((version) => matched.has(version) && !affected.has(version))
  const offered = releases.filter(({ listed, withdrawnAt }) => listed && withdrawnAt === undefined)
  const running = new Map(releases.map(({ release }) => [release.version, release]))
  const reached = [...affected.values()].map((one) => {
    const from = running.get(one.version)
    const fixedBy = from && fixReaching(from, offered, new Set(safe))
    return { ...one, fixedBy }
  })
  const fixes = new Set(reached.flatMap(({ fixedBy }) => fixedBy ?? []))
  const [first] = offered
    .filter(({ release }) => fixes.has(release.version))
    .toSorted((one, other) => one.publishedAt - other.publishedAt)
  return {
    affected: reached.toSorted((one, other) => compareVersions(one.version, other.version)),
    safe,
    fix: first && { version: first.release.version, publishedAt: first.publishedAt },
  }
}

function affectedIn({ findings, releases, matched, statements, now }: StandingInput) {
  const affected = new Map<string, Omit<AffectedVersion, 'fixedBy'>>()
  const published = new Map(releases.map((one) => [one.release.version, one]))
  for (const { finding, releases: found } of findings) {
    const there = found
      .filter((one) => isThere(one, published.get(one.version), matched))
      .map((one) => ({ ...one, endedAt: undefined }))
    for (const answer of answersOf(finding, there, statements, now)) {
      if (isSpared(answer)) continue
      const { version, decision } = answer
      const components = there
        .filter((one) => one.version === version)
        .map((one) => ({ name: finding.componentName, version: one.componentVersion }))
      const before = affected.get(version)
      affected.set(version, {
        version,
        components: [...(before?.components ?? []), ...components],
        isWithdrawn: published.get(version)?.withdrawnAt !== undefined,
        status: before?.status ?? decision.counts?.verdict.status,
      })
    }
  }
  return affected
}

/**
 * A release that is withdrawn is matched only as long as a device says that it runs it; then its findings end, and whoever
 * comes back with it, or is on it by a report that was late, has them all the same.
 */
function isThere(
  { version, endedAt }: FindingRelease,
  published: PublishedRelease | undefined,
  matched: ReadonlySet<string>,
): boolean {
  if (endedAt === undefined) return true
  const withdrawnAt = published?.withdrawnAt
  // Still matched, it was the feed that took its record back.
  return withdrawnAt !== undefined && endedAt >= withdrawnAt && !matched.has(version)
}

/** Over as many releases as it takes, each of which the one before may install (protocol §4.2). */
function fixReaching(
  from: Release,
  offered: readonly PublishedRelease[],
  safe: ReadonlySet<string>,
): string | undefined {
  const seen = new Set([from.version])
  for (let some: readonly Release[] = [from]; some.length > 0; ) {
    const next = offered
      .map(({ release }) => release)
      .filter(({ version }) => !seen.has(version))
      .filter((release) => some.some((before) => follows(release, before)))
      .toSorted((one, other) => compareVersions(one.version, other.version))
    const fix = next.find(({ version }) => safe.has(version))
    if (fix !== undefined) return fix.version
    for (const { version } of next) seen.add(version)
    some = next
  }
  return undefined
}

function follows(release: Release, before: Release): boolean {
  const { version, securityCounter, minimumVersion, compatible } = release
  return (
    compareVersions(version, before.version) > 0 &&
    securityCounter >= before.securityCounter &&
    (minimumVersion === undefined || compareVersions(before.version, minimumVersion) >= 0) &&
    compatible.some((one) => before.compatible.includes(one))
  )
}
