/** The products that the viewer may see, for the whole page. */
import { signal } from '@preact/signals'
import { call } from '../api/call.ts'
import type { Product } from '../api/operator-api.gen.ts'

/** Undefined until they are known. */
export const products = signal<readonly Product[] | undefined>(undefined)

const PAGE_COUNT = 500

export async function loadProducts(): Promise<void> {
  const all: Product[] = []
  let after: string | undefined
  do {
    const page = await call('GET /products', { query: { limit: PAGE_COUNT, after } })
    all.push(...page.value)
    after = page.next
  } while (after !== undefined)
  products.value = all
}
