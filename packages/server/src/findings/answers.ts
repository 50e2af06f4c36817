/** What was said of a finding in each release that it is in, and what not: decide.ts of the package says what counts. */
import { type Decision, decisionFor, type Statement } from '@fleetward/vulnerability'
import type { Finding, FindingRelease } from './finding.ts'

export interface Answer {
  readonly version: string
  readonly decision: Decision
}

/** A product is no package of anybody's registry. */
export function releasePurl(product: string, version: string): string {
  return `pkg:generic/${product}@${version}`
}

/** Of all its versions; what has no purl is named by itself. */
export function componentPurl({ component }: Pick<Finding, 'component'>): string {
  if (component.startsWith('pkg:')) return component
  return `pkg:generic/${encodeURIComponent(component)}`
}

export function answersOf(
  finding: Finding,
  releases: readonly Pick<FindingRelease, 'version' | 'endedAt'>[],
  statements: readonly Statement[],
  at: number,
): readonly Answer[] {
  const open = releases.filter(({ endedAt }) => endedAt === undefined)
  const versions = [...new Set(open.map(({ version }) => version))]
  const vulnerabilities = new Set(finding.names)
  const component = componentPurl(finding)
  return versions.map((version) => ({
    version,
    decision: decisionFor(
      { vulnerabilities, product: releasePurl(finding.product, version), component },
      ...([statements, at] as const),
    ),
  }))
}

/** What suppliers say of the very packages that are in these releases: suggestions, whatever they say. */
export function suppliersOn(
  { names }: Pick<Finding, 'names'>,
  releases: readonly Pick<FindingRelease, 'purl' | 'endedAt'>[],
  statements: readonly Statement[],
  at: number,
): readonly Statement[] {
  const open = releases.filter(({ endedAt }) => endedAt === undefined)
  const vulnerabilities = new Set(names)
  const said = new Set(
    [...new Set(open.flatMap(({ purl }) => purl ?? []))].flatMap(
      (product) =>
        decisionFor({ vulnerabilities, product, component: undefined }, statements, at).suggestions,
    ),
  )
  return [...said]
}

/** Somebody is still looking, or nobody has: both leave it open. */
export function isUnanswered({ decision: { counts } }: Answer): boolean {
  return counts === undefined || counts.verdict.status === 'under_investigation'
}

/** Not there after all. Mended in another version says that it is not in this one. */
export function isSpared({ version, decision: { counts } }: Answer): boolean {
  const verdict = counts?.verdict
  if (verdict?.status === 'fixed') return verdict.inVersion === version
  return verdict?.status === 'not_affected'
}
