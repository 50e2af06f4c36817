/** Records of the law, with what is missing of each. */
import type { KeptRecord, RecordKind } from '../law/record.ts'
import type { NamedKind } from '../law/record-routes.ts'
import type { DossierSource } from './section.ts'

const AT_ONCE = 500

export type RecordWithGaps<Kind extends RecordKind> = KeptRecord<Kind> & {
  readonly gaps: readonly string[]
}

export async function everyRecord<Kind extends RecordKind>(
  { stores, product, now }: Pick<DossierSource, 'stores' | 'product' | 'now'>,
  { kind, gapsOf }: NamedKind<Kind>,
): Promise<readonly RecordWithGaps<Kind>[]> {
  const around = { now, risks: new Set((await stores.risks.all(product)).map(({ id }) => id)) }
  const all: RecordWithGaps<Kind>[] = []
  for (;;) {
    const page = { after: all.at(-1)?.id, limit: AT_ONCE }
    const some = await stores.records.list(product, kind, page)
    all.push(...some.map((one) => ({ ...one, gaps: gapsOf(one.content, around) })))
    if (some.length < AT_ONCE) return all
  }
}
