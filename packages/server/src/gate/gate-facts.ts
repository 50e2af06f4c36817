/** What the gate asks of the stores about one release, published or waiting to be. */
import type { Release } from '@fleetward/shared'
import { mendsSecurity } from '../entitlements/entitlement.ts'
import { type PaidStep, paidWayTo } from '../entitlements/paid-way.ts'
import { answersOf } from '../findings/answers.ts'
import type { Finding, MatchedRelease } from '../findings/finding.ts'
import { versionsInTheField } from '../rollouts/in-the-field.ts'
import type { Stores } from '../stores.ts'
import type { Difference } from './difference.ts'
import type { GateInput } from './gate.ts'
import type { GatePolicy } from './policy.ts'

const FINDINGS_AT_ONCE = 500
/** As many there may be for one artifact and its SBOM (evidence-routes.ts). */
export const EVIDENCE_MAX_COUNT = 1_000

export async function factsOf(
  stores: Stores,
  product: string,
  release: Release,
  {
    now,
    policy,
    difference,
  }: {
    readonly now: Date
    readonly policy: GatePolicy
    readonly difference: Difference | undefined
  },
): Promise<GateInput> {
  const { version, fixes, sha256, sbom } = release
  const at = Math.floor(now.getTime() / 1000)
  const said = await stores.statements.ofPersons(product)
  const here = [{ version, endedAt: undefined }]
  const findings = await findingsIn(stores, product, version)
  const subjects = [...new Set([sha256, sbom.sha256])]
  return {
    ...{ version, policy, fixes, difference, now },
    feeds: await stores.feeds.list(),
    paidStep: await paidStepTo(stores, product, release),
    matched: await matchedOf(stores, product, release),
    findings: findings.map((finding) => ({
      finding,
      answer: answersOf(finding, here, said, at)[0],
    })),
    evidence: await stores.evidence.list({ product, subjects, limit: 2 * EVIDENCE_MAX_COUNT }),
    nextReviewOn: (await stores.risks.assessments(product, { before: undefined, limit: 1 }))[0]
      ?.nextReviewOn,
    waivers: await stores.gate.waiversInForce(product, version, at),
  }
}

/** Whether what is known of the release was found with the feeds as they are, and in this SBOM. */
export async function isMatched(
  { feeds, findings }: Pick<Stores, 'feeds' | 'findings'>,
  product: string,
  { version, sbom }: Pick<Release, 'version' | 'sbom'>,
): Promise<boolean> {
  const matched = await findings.matched(product, version)
  return matched?.generation === (await feeds.revision()) && matched.sbom === sbom.sha256
}

async function matchedOf(
  stores: Stores,
  product: string,
  release: Release,
): Promise<GateInput['matched']> {
  const { version, sbom } = release
  const matched = await stores.findings.matched(product, version)
  if (matched === undefined || matched.sbom !== sbom.sha256) {
    const trouble = (await stores.sboms.find(sbom.sha256))?.trouble
    return trouble === undefined ? undefined : { trouble }
  }
  return { isCurrent: await isMatched(stores, product, release), ...openCounts(matched) }
}

async function paidStepTo(
  stores: Stores,
  product: string,
  release: Release,
): Promise<PaidStep | undefined> {
  if (!mendsSecurity(release) || release.minimumVersion === undefined) return undefined
  const published = await stores.releases.ofProduct(product)
  return paidWayTo(release, published, await versionsInTheField(stores, product))
}

async function findingsIn(
  { findings }: Stores,
  product: string,
  version: string,
): Promise<readonly Finding[]> {
  const open: Finding[] = []
  let after: string | undefined
  for (;;) {
    const query = { product, release: version, withEnded: false, after, limit: FINDINGS_AT_ONCE }
    const some = await findings.list(query)
    open.push(...some)
    after = some.at(-1)?.id
    if (some.length < FINDINGS_AT_ONCE) return open
  }
}

function openCounts({ coverage }: MatchedRelease) {
  const { componentCount, lookedUpCount, undecidedCounts } = coverage
  const undecidedCount = Object.values(undecidedCounts).reduce((sum, count) => sum + count, 0)
  return { notLookedUpCount: componentCount - lookedUpCount, undecidedCount }
}
