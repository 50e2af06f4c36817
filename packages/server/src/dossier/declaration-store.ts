import type { SignedDeclaration } from './declaration.ts'

/** What was signed stays; a later one stands beside it. */
export interface DeclarationStore {
  latest(product: string): Promise<SignedDeclaration | undefined>
  /** The newest first, from the one before `before`. */
  list(
    product: string,
    page: { readonly before: number | undefined; readonly limit: number },
  ): Promise<readonly SignedDeclaration[]>
  /** False when there is one of this number already: somebody else was faster. */
  add(product: string, declaration: SignedDeclaration): Promise<boolean>
}
