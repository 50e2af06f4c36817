import type { ProductDirectory } from '../ports.ts'

export interface Product {
  readonly id: string
  /** Seconds since 1970. */
  readonly createdAt: number
}

export interface ProductStore extends ProductDirectory {
  find(product: string): Promise<Product | undefined>
  all(): Promise<readonly Product[]>
  /** False when there is one already. */
  add(product: Product): Promise<boolean>
}
