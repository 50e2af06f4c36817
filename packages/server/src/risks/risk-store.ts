import type { Assessment, AssessmentHead } from './assessment.ts'
import type { KeptRisk } from './risk.ts'

export interface RiskStore {
  find(product: string, id: string): Promise<KeptRisk | undefined>
  /** By id. */
  all(product: string): Promise<readonly KeptRisk[]>
  /** By id, from the one after `after`. */
  list(
    product: string,
    page: { readonly after: string | undefined; readonly limit: number },
  ): Promise<readonly KeptRisk[]>
  /** False when there is one of this id already. */
  add(product: string, risk: KeptRisk): Promise<boolean>
  /** False: somebody changed it since that revision. */
  replace(product: string, revision: number, risk: KeptRisk): Promise<boolean>
  remove(product: string, id: string): Promise<boolean>

  latestAssessment(product: string): Promise<Assessment | undefined>
  findAssessment(product: string, version: number): Promise<Assessment | undefined>
  /** The newest first, from the one before `before`. */
  assessments(
    product: string,
    page: { readonly before: number | undefined; readonly limit: number },
  ): Promise<readonly AssessmentHead[]>
  /** False when there is such a version already: somebody else was faster. */
  addAssessment(product: string, assessment: Assessment): Promise<boolean>

  /** That it was said that the review after this version is overdue; false when it was already. */
  noteReviewNotice(product: string, version: number, at: number): Promise<boolean>
}
