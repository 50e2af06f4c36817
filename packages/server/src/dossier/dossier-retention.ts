/**
 * How long a dossier has to stay: ten years after the product was placed on the market, or until its support ends if
 * that is later (Art. 13(13), CRA P-026). Pieces of it are placed on the market as long as it is sold, so it counts from
 * the dossier. Pure; seconds.
 */
import type { ProductFacts } from '../product-facts/facts-schema.ts'
import { retainedUntil } from '../releases/retained-until.ts'

export function dossierRetainedUntil(
  { supportPeriod }: Pick<ProductFacts, 'supportPeriod'>,
  builtAt: number,
): number {
  const starts = supportPeriod === undefined ? 0 : Date.parse(supportPeriod.starts) / 1000
  const from = Math.max(builtAt, starts)
  return retainedUntil('dossier', from, supportPeriod?.ends) ?? from
}
