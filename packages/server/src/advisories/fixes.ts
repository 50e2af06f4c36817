/** Which releases mend what an advisory tells of. Pure. */
import type { AdvisoryContent, AdvisoryVulnerability } from '@fleetward/vulnerability'
import type { PublishedRelease } from '../releases/release-store.ts'

type KnownRelease = Pick<PublishedRelease, 'release' | 'listed' | 'withdrawnAt'>

/** Versions that an owner can have and that are signed to fix it. */
export function fixesOf(
  names: readonly string[],
  releases: readonly KnownRelease[],
): readonly string[] {
  return available(releases)
    .filter(({ release }) => release.fixes.some((fix) => names.includes(fix)))
    .map(({ release }) => release.version)
    .toSorted()
}

/** With every release that fixes it, but for those that a person says are affected. */
export function withFixes(
  content: AdvisoryContent,
  releases: readonly KnownRelease[],
): AdvisoryContent {
  const vulnerabilities = content.vulnerabilities.map((one) => {
    const signed = fixesOf([one.name, ...one.aliases], releases)
    const added = signed.filter((version) => !one.affected.includes(version))
    return { ...one, fixed: [...new Set([...one.fixed, ...added])] }
  })
  return { ...content, vulnerabilities }
}

/** Vulnerabilities for which owners can get no fixed release yet. */
export function unfixed(
  { vulnerabilities }: AdvisoryContent,
  releases: readonly KnownRelease[],
): readonly AdvisoryVulnerability[] {
  const versions = new Set(available(releases).map(({ release }) => release.version))
  return vulnerabilities.filter(({ fixed }) => !fixed.some((version) => versions.has(version)))
}

function available(releases: readonly KnownRelease[]): readonly KnownRelease[] {
  return releases.filter(({ listed, withdrawnAt }) => listed && withdrawnAt === undefined)
}
