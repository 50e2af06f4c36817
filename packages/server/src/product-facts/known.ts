/** What the gaps of a product hang on that nobody writes by hand. */
import { statusOf } from '../risks/assessment.ts'
import type { Stores } from '../stores.ts'
import type { KnownFact } from './sheets.ts'

export async function knownOf(
  { releases, risks }: Pick<Stores, 'releases' | 'risks'>,
  product: string,
  now: number,
): Promise<Readonly<Record<KnownFact, boolean>>> {
  const published = await releases.ofProduct(product)
  const all = await risks.all(product)
  const status = statusOf(all, await risks.latestAssessment(product), now)
  return {
    release: published.length > 0,
    assessment: !status.isOverdue && !status.isChangedSince,
    evidence: all.length > 0 && status.highWithoutEvidence.length === 0,
  }
}
