/** What the gaps of a product hang on that nobody writes by hand. */
import type { Stores } from '../stores.ts'
import type { KnownFact } from './sheets.ts'

export async function knownOf(
  { releases }: Pick<Stores, 'releases'>,
  product: string,
  _now: number,
): Promise<Readonly<Record<KnownFact, boolean>>> {
  const published = await releases.ofProduct(product)
  return { release: published.length > 0, assessment: false, evidence: false }
}
