/** Reads what all sections need once. */
import { gapsOf } from '../product-facts/gaps.ts'
import { knownOf } from '../product-facts/known.ts'
import { signedSupportEnd } from '../product-facts/signed-support-end.ts'
import { standingOf } from './declaration.ts'
import type { DossierSource } from './section.ts'

export type SourceNeeds = Pick<
  DossierSource,
  'stores' | 'artifacts' | 'auditKeys' | 'settings' | 'publicBase' | 'product' | 'now'
>

export async function dossierSource(needs: SourceNeeds): Promise<DossierSource> {
  const { stores, artifacts, publicBase, product, now } = needs
  const latest = await stores.facts.latest(product)
  const facts = latest?.facts ?? {}
  const known = await knownOf(stores, product, now)
  const signed = await signedSupportEnd(stores, artifacts, product)
  const about = (await stores.disclosure.settings())?.settings
  return {
    ...needs,
    ...{ facts, factsVersion: latest?.version ?? 0 },
    gaps: gapsOf(facts, { known, now, signedSupportEnd: signed }),
    releases: await stores.releases.ofProduct(product),
    declaration: standingOf(product, facts, await stores.declarations.latest(product)),
    publisher: {
      name: about?.organisation || product,
      namespace: about?.publicUrl || publicBase,
    },
  }
}
