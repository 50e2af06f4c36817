/**
 * The Node.js this process runs on. The releases that npm has today carry known holes; they serve
 * development, and production only when a person says in so many words that they accept them.
 */

/** Fixed in 22.23.4, 24.22.1 and 26.12.1 (2026-10-21). First one: remote code through a Brotli body. */
const HOLES: readonly string[] = [
  'CVE-2026-111497',
  'CVE-2026-105482',
  'CVE-2026-105483',
  'CVE-2026-106069',
  'CVE-2026-106072',
  'CVE-2026-106074',
]

/** The first release of each line without them; lines that are not here got no fix. */
const FIXED_IN: ReadonlyMap<number, readonly [minor: number, patch: number]> = new Map([
  [22, [23, 4]],
  [24, [22, 1]],
  [26, [12, 1]],
])
const NEWEST_FIXED_LINE = 26

export const ACCEPT_VULNERABLE_NODE = 'I accept the known vulnerabilities of this Node.js version'

/** The known holes of a Node.js version; empty when there are none that we know of. */
export function knownHoles(version: string = process.version): readonly string[] {
  const match = /^v?(\d+)\.(\d+)\.(\d+)(-.+)?$/.exec(version)
  // A version we cannot read, a nightly or a candidate has not been shown to be fixed.
  if (match === null || match[4] !== undefined) return HOLES
  const [major = 0, minor = 0, patch = 0] = match.slice(1, 4).map(Number)
  if (major > NEWEST_FIXED_LINE) return []
  const fixed = FIXED_IN.get(major)
  if (fixed === undefined) return HOLES
  const isFixed = minor > fixed[0] || (minor === fixed[0] && patch >= fixed[1])
  return isFixed ? [] : HOLES
}

export class RuntimeRefusedError extends Error {
  override readonly name = 'RuntimeRefusedError'
}

export interface RuntimeSettings {
  readonly production: boolean
  /** Must be {@link ACCEPT_VULNERABLE_NODE} word for word to have an effect. */
  readonly acceptVulnerableNode?: string | undefined
}

/** The lines to log at start; throws in production mode on a Node.js with known holes. */
export function requireRuntime(
  { production, acceptVulnerableNode }: RuntimeSettings,
  version: string = process.version,
): readonly string[] {
  const holes = knownHoles(version)
  if (holes.length === 0) return []
  const known = `Node.js ${version} has known vulnerabilities: ${holes.join(', ')}. They are fixed in 26.12.1, 24.22.1 and 22.23.4.`
  if (!production) return [`${known} Use this version for development only.`]
  if (acceptVulnerableNode === ACCEPT_VULNERABLE_NODE) {
    return [`${known} Production mode goes on because "acceptVulnerableNode" accepts them.`]
  }
  throw new RuntimeRefusedError(
    `${known} Production mode does not start on it. Install a fixed Node.js, or set "acceptVulnerableNode" to "${ACCEPT_VULNERABLE_NODE}".`,
  )
}
