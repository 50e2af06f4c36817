/** Whether the page of Annex II is public, and with which version of the facts. */
export interface Publication {
  readonly isPublic: boolean
  /** Version of the facts that the page shows. */
  readonly facts: number
  /** BCP 47, of what the manufacturer wrote; the frame around it has languages of its own. */
  readonly language: string
}

/** A product has one. */
export const PUBLICATION_ID = 'page'

/** Of the page, on the public listener. */
export function informationPath(product: string): string {
  return `/products/${product}/information`
}
