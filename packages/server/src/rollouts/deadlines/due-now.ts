/** The deadline that a product's policy gives a release, of what is known of the holes that it closes. */
import type { Release } from '@fleetward/shared'
import { RATINGS, type RatingOrUnknown } from '../../findings/finding.ts'
import type { Stores } from '../../stores.ts'
import type { Rollout } from '../rollout.ts'
import { type DueDeadline, dueDeadline, type FixedVulnerability } from './deadline-policy.ts'
import { deadlineSentence, isEarlierNow } from './rollout-terms.ts'

/** Of one hole, in components of one product. */
const FINDINGS_MAX_COUNT = 100

export interface Due {
  readonly due: DueDeadline | undefined
  /** Listed as fixed, and nothing here says how bad it is. */
  readonly unknown: readonly string[]
  /** Of each hole that it is signed to close and that is known here. */
  readonly ratings: readonly RatingOrUnknown[]
}

type Reads = Pick<Stores, 'deadlines' | 'findings' | 'feeds'>

export async function dueNow(
  stores: Reads,
  product: string,
  release: Pick<Release, 'kind' | 'fixes'>,
  startedAt: number,
): Promise<Due> {
  if (release.kind === 'functionality') return { due: undefined, unknown: [], ratings: [] }
  const fixed: FixedVulnerability[] = []
  const unknown: string[] = []
  const listed = await stores.feeds.exploitedAmong(release.fixes)
  for (const name of release.fixes) {
    const known = await vulnerabilityOf(stores, product, name, listed.has(name))
    if (known === undefined) unknown.push(name)
    else fixed.push(known)
  }
  const policy = await stores.deadlines.policy(product)
  return {
    ...{ due: dueDeadline(policy, fixed, startedAt), unknown },
    ratings: fixed.map(({ rating }) => rating),
  }
}

/** As whoever looks at a rollout is told it. */
export async function deadlineNow(stores: Reads & Pick<Stores, 'releases'>, rollout: Rollout) {
  const { product, policy, terms, startedAt } = rollout
  const published = await stores.releases.find(product, rollout.release)
  const { due, unknown } =
    published === undefined
      ? { due: undefined, unknown: [] }
      : await dueNow(stores, product, published.release, startedAt)
  const { deadline } = policy
  return {
    ...{ deadline, due, unknown, isEarlierNow: isEarlierNow(terms, deadline, due) },
    sentence: deadlineSentence(terms, deadline, due),
  }
}

/** The worst of what its findings say, also of those that have ended. */
async function vulnerabilityOf(
  { findings }: Reads,
  product: string,
  name: string,
  isListed: boolean,
): Promise<FixedVulnerability | undefined> {
  const query = { product, vulnerability: name, withEnded: true, limit: FINDINGS_MAX_COUNT }
  const found = await findings.list(query)
  if (found.length === 0 && !isListed) return undefined
  const since = found.flatMap(({ exploitedAt }) => exploitedAt ?? [])
  const rated = found.map(({ rating }) => rating).filter((rating) => rating !== 'unknown')
  const [worst] = rated.toSorted((a, b) => RATINGS.indexOf(a) - RATINGS.indexOf(b))
  return {
    ...{ name, rating: worst ?? 'unknown' },
    isExploited: isListed || found.some(({ isExploited }) => isExploited),
    exploitedAt: since.length === 0 ? undefined : Math.min(...since),
  }
}
