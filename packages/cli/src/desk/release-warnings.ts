/** What a second look should go to before a release is signed. */
import type { Release } from '@fleetward/shared'
import type { ReleaseSbom } from './release-sbom.ts'

/** In sentences; none of them stops a release. */
export function warningsAbout(
  release: Release,
  others: readonly Release[],
  { document, report }: ReleaseSbom,
): readonly string[] {
  const highest = Math.max(0, ...others.map(({ securityCounter }) => securityCounter))
  const warnings: string[] = []
  if (release.securityCounter < highest) {
    warnings.push(
      `The security counter ${release.securityCounter} is below ${highest}, which another release has: devices that installed that one will refuse this one.`,
    )
  }
  if (release.kind === 'security' && release.fixes.length === 0) {
    warnings.push(
      'A security release that names no fix: owners will ask what it is for (--fixes CVE-…).',
    )
  }
  const sbomVersion = document.about?.version
  if (sbomVersion !== undefined && sbomVersion !== release.version) {
    warnings.push(`The SBOM says it is about version ${sbomVersion}, not ${release.version}.`)
  }
  if (!report.passed) {
    const short = report.counts.filter(({ asked, met }) => met < asked).map(({ check }) => check)
    warnings.push(
      `The SBOM falls short of ${report.profile} (${short.join(', ')}): what it does not say cannot be matched with known vulnerabilities. fleetward sbom check says more.`,
    )
  }
  return warnings
}
