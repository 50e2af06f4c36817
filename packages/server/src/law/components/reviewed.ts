/** The components of a product beside what somebody wrote down of each. */
import type { Stores } from '../../stores.ts'
import type { KeptRecord } from '../record.ts'
import { type Built, type BuiltIn, builtIn } from './built-in.ts'
import { type ComponentReview, type ReviewState, reviewState } from './component-review.ts'

const REVIEWS_READ_COUNT = 20_000

export interface Reviewed extends BuiltIn {
  readonly kept: KeptRecord<'component'> | undefined
  readonly state: ReviewState
}

export async function reviewedIn(
  stores: Pick<Stores, 'releases' | 'sboms' | 'facts' | 'records'>,
  product: string,
  now: number,
): Promise<Omit<Built, 'components'> & { readonly components: readonly Reviewed[] }> {
  const built = await builtIn(stores, product)
  const reviews = new Map(
    (await stores.records.list(product, 'component', { limit: REVIEWS_READ_COUNT })).map(
      (one) => [one.id, one] as const,
    ),
  )
  const components = built.components.map((each): Reviewed => {
    const kept = reviews.get(each.component)
    return { ...each, kept, state: stateOf(each, kept?.content, now) }
  })
  return { ...built, components }
}

/** Of several versions in one product the one that is worst off counts. */
function stateOf({ versions }: BuiltIn, review: ComponentReview | undefined, now: number) {
  const states = versions.map((version) => reviewState(review, version, now))
  return states.find((state) => state !== 'current') ?? reviewState(review, versions[0], now)
}
