/** Every finding of a product, also those that ended. */
import type { Finding } from '../findings/finding.ts'
import type { DossierSource } from './section.ts'

const AT_ONCE = 500

export async function everyFinding({
  stores,
  product,
}: Pick<DossierSource, 'stores' | 'product'>): Promise<readonly Finding[]> {
  const all: Finding[] = []
  for (;;) {
    const page = { withEnded: true, after: all.at(-1)?.id, limit: AT_ONCE }
    const some = await stores.findings.list({ product, ...page })
    all.push(...some)
    if (some.length < AT_ONCE) return all
  }
}
