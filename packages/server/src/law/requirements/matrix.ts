/** The 22 rows of a product, with everything that they hang on. */
import type { RetentionSettings } from '../../retention/retention-settings.ts'
import type { Stores } from '../../stores.ts'
import { isSuperseded } from '../standards/standard.ts'
import { REQUIREMENTS, type RequirementId } from './annex-1.ts'
import { liveProduct } from './live-product.ts'
import { type RequirementRow, rowOf } from './row.ts'
import { suggestionsFor } from './suggestions.ts'

/** No product has more; the store refuses them. */
const ALL_COUNT = 500

export interface MatrixNeeds {
  readonly retention: RetentionSettings
  /** Of the public listener. */
  readonly base: string
  /** Seconds. */
  readonly now: number
}

export async function matrixOf(
  stores: Pick<Stores, 'records' | 'risks' | 'releases' | 'facts' | 'disclosure' | 'feeds'>,
  product: string,
  { retention, base, now }: MatrixNeeds,
): Promise<readonly RequirementRow[]> {
  const all = { limit: ALL_COUNT }
  const kept = new Map(
    (await stores.records.list(product, 'requirement', all)).map((one) => [one.id, one]),
  )
  const standards = await stores.records.list(product, 'standard', all)
  const risks = new Set((await stores.risks.all(product)).map(({ id }) => id))
  const live = await liveProduct(stores, product, { retention, base })
  const covering = (requirement: RequirementId) =>
    standards
      .filter(({ content }) => content.covers.includes(requirement))
      .map(({ id, content }) => ({ id, isSuperseded: isSuperseded(content, now) }))
  return REQUIREMENTS.map((requirement) =>
    rowOf(requirement, kept.get(requirement.id), {
      ...{ suggested: suggestionsFor(requirement.id, live), risks, now },
      standards: covering(requirement.id),
    }),
  )
}
