/** The keys of a component as they are looked up in the database. */
import { keysOfComponent, type MatchableComponent } from '@fleetward/vulnerability'
import type { KeyRow } from './feed.ts'

export function keyRowsOf(component: MatchableComponent): readonly KeyRow[] {
  const { packages, products } = keysOfComponent(component)
  return [
    ...packages.map(({ ecosystem: space, name }) => ({ kind: 'package' as const, space, name })),
    ...products.map(({ vendor: space, product: name }) => ({
      ...{ kind: 'product' as const, space, name },
    })),
  ]
}
