import type { ProductFacts } from './facts-schema.ts'

/** Facts as somebody left them; those before stay. */
export interface FactsVersion {
  /** From 1, without holes. */
  readonly version: number
  /** Seconds since 1970. */
  readonly at: number
  /** Account id. */
  readonly by: string
  readonly facts: ProductFacts
}

export interface FactsStore {
  latest(product: string): Promise<FactsVersion | undefined>
  find(product: string, version: number): Promise<FactsVersion | undefined>
  /** The newest first, from the one before `before`. */
  list(
    product: string,
    page: { readonly before: number | undefined; readonly limit: number },
  ): Promise<readonly FactsVersion[]>
  /** False when there is such a version already: somebody else was faster. */
  add(product: string, version: FactsVersion): Promise<boolean>

  /** That the end of support in `ends` (a month) was said so many months before; false when it was already. */
  noteSupportNotice(
    product: string,
    notice: { readonly ends: string; readonly monthsBefore: number; readonly at: number },
  ): Promise<boolean>
}
