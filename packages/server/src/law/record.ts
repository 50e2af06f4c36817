/**
 * What somebody writes down about a product beside its facts and risks: answers to requirements, reviews of components
 * and the like. Every revision stays; what is removed is a revision without content. Pure.
 */
import type { DeclarationPublication } from '../dossier/declaration-publication.ts'
import type { ComponentReview } from './components/component-review.ts'
import type { DataUse } from './data-inventory/data-use.ts'
import type { Publication } from './information/publication.ts'
import type { RequirementAnswer } from './requirements/answer.ts'
import type { Standard } from './standards/standard.ts'
import type { UpstreamReport } from './upstream/upstream-report.ts'

export interface RecordKinds {
  readonly requirement: RequirementAnswer
  readonly component: ComponentReview
  readonly 'upstream-report': UpstreamReport
  readonly standard: Standard
  readonly 'data-use': DataUse
  readonly information: Publication
  readonly 'public-declaration': DeclarationPublication
}
export type RecordKind = keyof RecordKinds

export interface RecordRevision<Kind extends RecordKind> {
  readonly id: string
  /** From 1, without holes, also over a removal. */
  readonly revision: number
  /** Seconds since 1970. */
  readonly at: number
  /** Account id. */
  readonly by: string
  /** Undefined: it was removed. */
  readonly content: RecordKinds[Kind] | undefined
}

export interface KeptRecord<Kind extends RecordKind> extends RecordRevision<Kind> {
  readonly content: RecordKinds[Kind]
}
