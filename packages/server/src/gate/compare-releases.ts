/**
 * Compares the SBOM of a security release with that of the release it continues. What it may change are the components
 * in which the vulnerabilities that it names were found in that release.
 */
import { compareVersions, type Release } from '@fleetward/shared'
import type { Other } from '@fleetward/vulnerability'
import { readStored } from '../artifacts/stored-file.ts'
import type { ArtifactStore } from '../ports.ts'
import { stagedReleases } from '../releases/staged-releases.ts'
import { versionsInTheField } from '../rollouts/in-the-field.ts'
import type { Stores } from '../stores.ts'
import { type Trouble, threadAnswer } from '../threads/thread-answer.ts'
import { WorkQueue } from '../threads/work-queue.ts'
import type { Difference } from './difference.ts'

const queue = new WorkQueue()
const THREAD = new URL('./compare-thread.ts', import.meta.url)
/** As when SBOMs are uploaded (releases/read-sbom.ts); here are two. */
const LIMITS = { silenceMs: 240_000, memoryMib: 1024 }
const FINDINGS_AT_ONCE = 500

export interface CompareQuestion {
  readonly base: Uint8Array
  readonly next: Uint8Array
  /** Components that may change. */
  readonly fixes: readonly string[]
}

export type CompareAnswer =
  | { readonly isLast: true; readonly others: readonly Other[]; readonly othersCount: number }
  | Trouble

export interface Base {
  readonly version: string
  /** Undefined: it is not published. */
  readonly release: Release | undefined
  /** rollouts/in-the-field.ts; what a base brought that nobody had would come with its fix, unseen. */
  readonly isInTheField: boolean
}

/**
 * The release that it names, or else the newest one before it that is in the field; undefined: there is none
 * before it. As long as no device runs anything, each counts. What is in the same file of metadata counts, for it is
 * published with it or not at all; what waits elsewhere may never be.
 */
export async function baseOf(
  stores: Stores,
  product: string,
  { version, base, role }: Pick<Release, 'version' | 'base' | 'role'>,
): Promise<Base | undefined> {
  const published = await stores.releases.ofProduct(product)
  const staged = (await stagedReleases(stores, product)).filter((one) => one.role === role)
  const field = await versionsInTheField(stores, product)
  const isInTheField = (one: string) => field.size === 0 || field.has(one)
  const older = [...published, ...staged.map((release) => ({ release, withdrawnAt: undefined }))]
    .filter(({ release }) => compareVersions(release.version, version) < 0)
    .toSorted((a, b) => compareVersions(b.release.version, a.release.version))
  if (base !== undefined) {
    // One that was withdrawn can be continued, when somebody says so.
    const release = older.find((one) => one.release.version === base)?.release
    return { version: base, release, isInTheField: isInTheField(base) }
  }
  // Withdrawing all that was before it makes no release the first one.
  const rest = older.filter(({ withdrawnAt }) => withdrawnAt === undefined)
  const among = [...rest, ...older]
  const newest = among.find(({ release }) => isInTheField(release.version)) ?? among[0]
  if (newest === undefined) return undefined
  const { release } = newest
  return { version: release.version, release, isInTheField: isInTheField(release.version) }
}

/** Undefined: of a kind that may change whatever it likes. */
export async function differenceOf(
  { database, artifacts }: { readonly database: Stores; readonly artifacts: ArtifactStore },
  product: string,
  release: Release,
): Promise<Difference | undefined> {
  if (release.kind !== 'security') return undefined
  const base = await baseOf(database, product, release)
  if (base === undefined) return { kind: 'first' }
  const sbom = release.sbom.sha256
  const missing = { kind: 'no-base', base: base.version, sbom } as const
  if (base.release === undefined) return missing
  if (!base.isInTheField) return { ...missing, kind: 'not-in-the-field' }
  const fixes = await fixedComponents(database, product, base.version, release.fixes)
  const released = base.release.sbom.sha256
  // In turn: what waits holds no memory. Without a place: whoever asks a gate holds one there, and readers of gates keep
  // no release from being published.
  const answer = await queue.takeBeside(async () => {
    const before = await readStored(artifacts, released)
    const next = await readStored(artifacts, sbom)
    return before && next && compared({ base: before, next, fixes })
  })
  if (answer === undefined || 'trouble' in answer) return missing
  const { others, othersCount } = answer
  return { kind: 'compared', base: base.version, sbom, others, othersCount }
}

async function fixedComponents(
  { findings }: Pick<Stores, 'findings'>,
  product: string,
  base: string,
  fixes: readonly string[],
): Promise<readonly string[]> {
  const components = new Set<string>()
  for (const vulnerability of fixes) {
    const query = { product, vulnerability, withEnded: true, limit: FINDINGS_AT_ONCE }
    const found = await findings.list(query)
    const releases = await findings.releasesOf(found.map(({ id }) => id))
    for (const { id, component } of found) {
      if (releases.get(id)?.some(({ version }) => version === base)) components.add(component)
    }
  }
  return [...components]
}

function compared(question: CompareQuestion): Promise<CompareAnswer> {
  return threadAnswer<CompareAnswer>(THREAD, question, LIMITS)
}
