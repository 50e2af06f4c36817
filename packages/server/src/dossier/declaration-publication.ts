/** Which of the signed declarations the public may read: none before somebody of the manufacturer says so. */
export interface DeclarationPublication {
  readonly isPublic: boolean
  /** Of the signed declaration that is shown. */
  readonly number: number
}

/** A product has one. */
export const PUBLIC_DECLARATION_ID = 'page'

/** On the public listener; it stays the same whichever declaration stands there (Art. 13(20)). */
export function declarationPath(product: string): string {
  return `/products/${product}/declaration`
}
