/**
 * Some records as the matcher asks for them: what the database found by the keys of some components, and which
 * ecosystems are fed at all, whether or not one of these records is of them.
 */
import {
  CandidateIndex,
  type Candidates,
  type Ecosystem,
  findEcosystem,
  type Vulnerability,
} from '@fleetward/vulnerability'
import type { Cover } from '../feeds/feed.ts'

export function candidatesOf(
  records: readonly Vulnerability[],
  covers: readonly Cover[],
): Candidates {
  const index = new CandidateIndex()
  for (const record of records) index.add(record)
  return candidatesIn(index, covers)
}

export function candidatesIn(index: CandidateIndex, covers: readonly Cover[]): Candidates {
  const ecosystems = covers.filter(({ kind }) => kind === 'package').map(({ name }) => name)
  const byEcosystem = Map.groupBy(ecosystems, (name) => findEcosystem(name)?.name)
  return {
    ofPackage: (ecosystem, name) => index.ofPackage(ecosystem, name),
    ofProduct: (vendor, product) => index.ofProduct(vendor, product),
    ecosystems: ({ name }: Ecosystem) => byEcosystem.get(name) ?? [],
    hasProducts: covers.some(({ kind }) => kind === 'product'),
  }
}
