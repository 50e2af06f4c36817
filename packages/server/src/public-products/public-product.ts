/**
 * What anybody may know of a product, once its manufacturer has published its information: nothing else of the server
 * reaches a page for the public but through here. Strangers may ask as often as they like: each thing is read once for all
 * who ask together.
 */

import { compareVersions } from '@fleetward/shared'
import type { SignedDeclaration } from '../dossier/declaration.ts'
import { PUBLIC_DECLARATION_ID } from '../dossier/declaration-publication.ts'
import { entitlementFor, mendsSecurity } from '../entitlements/entitlement.ts'
import { nothingHere } from '../http/problem.ts'
import { informationPath, PUBLICATION_ID } from '../law/information/publication.ts'
import type { ProductFacts } from '../product-facts/facts-schema.ts'
import { SharedReads } from '../public-pages/shared-reads.ts'
import type { PublishedRelease } from '../releases/release-store.ts'
import type { Stores } from '../stores.ts'

export interface PublicProduct {
  readonly id: string
  readonly facts: ProductFacts
  /** BCP 47, of the facts. */
  readonly written: string
  /** The one that is public, with what was signed. */
  readonly declaration: SignedDeclaration | undefined
  /** Changes with whatever of it is shown. */
  readonly revision: string
}

export type PublicStores = Pick<
  Stores,
  'products' | 'records' | 'facts' | 'declarations' | 'releases'
>

const DECLARATIONS_AT_ONCE = 1

export class PublicProducts {
  readonly #stores: PublicStores
  readonly #all = new SharedReads<readonly PublicProduct[]>()
  readonly #found = new SharedReads<PublicProduct | undefined>()
  readonly #releases = new SharedReads<readonly PublishedRelease[]>()

  constructor(stores: PublicStores) {
    this.#stores = stores
  }

  /** By their names. */
  async all(): Promise<readonly PublicProduct[]> {
    return this.#all.read('', () => this.#read())
  }

  /** 404: of a product that shows nothing nobody learns that it is there. */
  async require(id: string): Promise<PublicProduct> {
    const found = await this.#found.read(id, () => this.#find(id))
    if (found !== undefined) return found
    throw nothingHere()
  }

  /**
   * Those that a device could verify now, that were not withdrawn and that nobody has to be entitled to: the newest that
   * mends security first, then by version.
   */
  releases({ id }: Pick<PublicProduct, 'id'>): Promise<readonly PublishedRelease[]> {
    return this.#releases.read(id, () => this.#releasesOf(id))
  }

  async #releasesOf(id: string): Promise<readonly PublishedRelease[]> {
    const all = (await this.#stores.releases.ofProduct(id))
      .filter(({ listed, withdrawnAt }) => listed && withdrawnAt === undefined)
      .filter((one) => entitlementFor(one) === undefined)
      .toSorted((a, b) => compareVersions(b.release.version, a.release.version))
    const fix = all.find(({ release }) => mendsSecurity(release))
    return fix === undefined ? all : [fix, ...all.filter((one) => one !== fix)]
  }

  async #read(): Promise<readonly PublicProduct[]> {
    const found: PublicProduct[] = []
    for (const { id } of await this.#stores.products.all()) {
      const product = await this.#find(id)
      if (product !== undefined) found.push(product)
    }
    const nameOf = ({ facts, id }: PublicProduct) => facts.name ?? id
    return found.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  }

  async #find(id: string): Promise<PublicProduct | undefined> {
    const { records, facts } = this.#stores
    const kept = await records.find(id, 'information', PUBLICATION_ID)
    if (kept?.content.isPublic !== true) return undefined
    const shown = await facts.find(id, kept.content.facts)
    if (shown === undefined) return undefined
    const released = await records.find(id, 'public-declaration', PUBLIC_DECLARATION_ID)
    return {
      ...{ id, facts: shown.facts, written: kept.content.language },
      declaration: await this.#declaration(id, released?.content),
      revision: `${kept.revision}.${released?.revision ?? 0}`,
    }
  }

  async #declaration(
    id: string,
    released: { readonly isPublic: boolean; readonly number: number } | undefined,
  ): Promise<SignedDeclaration | undefined> {
    if (released?.isPublic !== true) return undefined
    const page = { before: released.number + 1, limit: DECLARATIONS_AT_ONCE }
    const [signed] = await this.#stores.declarations.list(id, page)
    return signed?.number === released.number ? signed : undefined
  }
}

export function productPath({ id }: Pick<PublicProduct, 'id'>): string {
  return informationPath(id)
}

export function nameOf({ facts, id }: Pick<PublicProduct, 'facts' | 'id'>): string {
  return facts.name ?? id
}
