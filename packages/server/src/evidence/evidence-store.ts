import type { Evidence } from './evidence.ts'

/** Nothing is ever changed or taken away: what a gate was shown stays. */
export interface EvidenceStore {
  /** The one that is there already, when the same file was brought for the same subject under the same name. */
  add(evidence: Omit<Evidence, 'number'>): Promise<Evidence>
  find(product: string, number: number): Promise<Evidence | undefined>
  /** The newest first, from the one before `before`. */
  list(query: {
    readonly product: string
    readonly subjects?: readonly string[] | undefined
    readonly before?: number | undefined
    readonly limit: number
  }): Promise<readonly Evidence[]>
}
