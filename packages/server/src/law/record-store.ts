import type { KeptRecord, RecordKind, RecordRevision } from './record.ts'

export interface RecordStore {
  /** As it is now; undefined also when it was removed. */
  find<Kind extends RecordKind>(
    product: string,
    kind: Kind,
    id: string,
  ): Promise<KeptRecord<Kind> | undefined>
  /** By id, from the one after `after`; those that were removed are not among them. */
  list<Kind extends RecordKind>(
    product: string,
    kind: Kind,
    page: { readonly after?: string | undefined; readonly limit: number },
  ): Promise<readonly KeptRecord<Kind>[]>
  count(product: string, kind: RecordKind): Promise<number>
  /** Of all products: it grows with every change of one of them. */
  countRevisions(kind: RecordKind): Promise<number>
  /** Of one id, the newest first, from the one before `before`. */
  revisions<Kind extends RecordKind>(
    product: string,
    kind: Kind,
    id: string,
    page: { readonly before?: number | undefined; readonly limit: number },
  ): Promise<readonly RecordRevision<Kind>[]>
  /** False when there is such a revision already: somebody else was faster. */
  add<Kind extends RecordKind>(
    product: string,
    kind: Kind,
    revision: RecordRevision<Kind>,
  ): Promise<boolean>
}
