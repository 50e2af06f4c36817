/**
 * Matches one release with the feeds as they are, now: one that waits to be published, for whose gate nobody can wait
 * until the next look of the leader (finding-watch.ts).
 */
import type { Release } from '@fleetward/shared'
import { type ArtifactStore, type Clock, secondsOf } from '../ports.ts'
import { indexSbom } from '../sboms/index-sbom.ts'
import type { Database, Stores } from '../stores.ts'
import { keepFindings } from './keep-findings.ts'
import { Matcher, matchSbom, TooMuchToMatchError } from './match-release.ts'

export interface MatchNowNeeds {
  readonly database: Database
  readonly artifacts: ArtifactStore
  readonly clock: Clock
}

/**
 * Resolves with why it cannot be matched at all. What it found is kept only while the release still `isThere` and no
 * other feed came in meanwhile: whoever goes on asks what it was matched with.
 */
export async function matchNow(
  needs: MatchNowNeeds,
  product: string,
  { version, sbom: { sha256: sbom } }: Release,
  isThere: (stores: Stores) => Promise<boolean>,
): Promise<string | undefined> {
  const { database, clock } = needs
  const trouble = await troubleOfIndex(needs, sbom)
  if (trouble !== undefined) return trouble
  const generation = await database.feeds.revision()
  const before = await database.findings.matched(product, version)
  if (before?.generation === generation && before.sbom === sbom) return undefined
  const matcher = new Matcher()
  try {
    const known = { revision: generation, covers: await database.feeds.covers() }
    const answer = await matchSbom(database, matcher, sbom, known)
    if (answer === undefined) return undefined
    const { holes, coverage } = answer
    await database.transaction(async (stores) => {
      if ((await stores.feeds.revision()) !== generation || !(await isThere(stores))) return
      const at = secondsOf(clock)
      await keepFindings(stores, product, { version, sbom, generation, at, coverage }, holes)
    })
  } catch (error) {
    if (!(error instanceof TooMuchToMatchError)) throw error
    return error.message
  } finally {
    await matcher.stop()
  }
  return undefined
}

async function troubleOfIndex(needs: MatchNowNeeds, sbom: string): Promise<string | undefined> {
  const { sboms } = needs.database
  const found = await sboms.find(sbom)
  if (found?.indexedAt !== undefined) return undefined
  if (found?.trouble === undefined && !(await indexSbom(needs, sbom))) return 'it is not here'
  const after = await sboms.find(sbom)
  if (after?.trouble !== undefined) return after.trouble
  // Another server began to index it too: one of both completes it.
  return after?.indexedAt === undefined ? 'it is being read, ask again' : undefined
}

/** What waited under this version does not wait any more, or is something else. */
export async function leaveRelease(
  { findings }: Pick<Stores, 'findings'>,
  product: string,
  version: string,
  at: number,
): Promise<void> {
  if ((await findings.matched(product, version)) === undefined) return
  const ended = await findings.endUnseen({ product, version }, undefined, at)
  await findings.endWithoutReleases(ended, at)
  await findings.forgetMatched(product, version)
}
