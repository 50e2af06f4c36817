/**
 * What strangers are told that a product is called: as in the facts that its public page shows. A name that somebody has
 * written and not published is nobody's business yet, nor is that of a product that shows nothing.
 */
import type { Stores } from '../../stores.ts'
import { PUBLICATION_ID } from './publication.ts'

/** Undefined: it has none for strangers, who know its id where they name it. */
export async function publicNameOf(
  { records, facts }: Pick<Stores, 'records' | 'facts'>,
  product: string,
): Promise<string | undefined> {
  const publication = await records.find(product, 'information', PUBLICATION_ID)
  if (publication?.content.isPublic !== true) return undefined
  return (await facts.find(product, publication.content.facts))?.facts.name
}
