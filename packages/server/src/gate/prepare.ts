/** What the gate has to know of a release that is to be published, and takes its time: outside of any transaction. */
import type { Release } from '@fleetward/shared'
import { type MatchNowNeeds, matchNow } from '../findings/match-now.ts'
import { stagedReleases } from '../releases/staged-releases.ts'
import type { Stores } from '../stores.ts'
import { baseOf, differenceOf } from './compare-releases.ts'
import { isMatched } from './gate-facts.ts'
import type { Prepared } from './gatekeeper.ts'

export async function prepared(
  needs: MatchNowNeeds,
  product: string,
  release: Release,
  isLastTry: boolean,
): Promise<Prepared> {
  const { database } = needs
  const sbom = release.sbom.sha256
  const trouble = await matchNow(needs, product, release, isStaged(product, release))
  if (release.kind === 'security') await matchBase(needs, product, release)
  const difference = await differenceOf({ ...needs, database }, product, release)
  return { sbom, difference, isFinal: isLastTry || trouble !== undefined }
}

function isStaged(product: string, { version, sbom }: Release) {
  return async (stores: Stores) =>
    (await stagedReleases(stores, product)).some(
      (one) => one.version === version && one.sbom.sha256 === sbom.sha256,
    )
}

/** In which of its components the fixed vulnerabilities are is known once it was matched. */
async function matchBase(needs: MatchNowNeeds, product: string, release: Release): Promise<void> {
  const { database } = needs
  const base = (await baseOf(database, product, release))?.release
  if (base === undefined || (await isMatched(database, product, base))) return
  await matchNow(needs, product, base, async ({ releases }) => {
    const found = await releases.find(product, base.version)
    return found !== undefined && found.withdrawnAt === undefined
  })
}
