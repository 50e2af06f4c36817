/** Whether the page of Annex II is public, and with which version of the facts. */
export interface Publication {
  readonly isPublic: boolean
  /** Version of the facts that the page shows. */
  readonly facts: number
}

/** A product has one. */
export const PUBLICATION_ID = 'page'
