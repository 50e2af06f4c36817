/**
 * Every file of the site that `fleetward site export` writes: how it is asked for at the public listener, and where it
 * lies then. Only what the public listener answers to anybody is named, so nothing else can get into the folder.
 */

import type { StandingTree } from '../advisories/kept-tree.ts'
import {
  advisoriesOf,
  advisoryPath,
  feedPath,
  productPath,
} from '../advisories/pages/advisory-pages.ts'
import { documentPaths, filesOf } from '../advisories/public-tree.ts'
import { ADVISORIES_PATH } from '../advisories/publisher.ts'
import { type DisclosureSettings, isSetUp } from '../disclosure/disclosure-settings.ts'
import {
  FORM_PATH,
  KEY_PATH,
  POLICY_PATH,
  SECURITY_TEXT_PATH,
  STYLE_PATH,
  THANKS_PATH,
} from '../disclosure/security-text.ts'
import { declarationPath } from '../dossier/declaration-publication.ts'
import { informationPath } from '../law/information/publication.ts'
import { START_PATH } from '../public-pages/layout.ts'
import { LANGUAGE_NAMES } from '../public-pages/say.ts'
import { asFile, fileOf, fileOfPage, type Place } from '../public-pages/site-place.ts'
import { declarationPdfPath, declarationTextPath } from '../public-products/declaration-page.ts'
import { type Download, sumsPath } from '../public-products/downloads.ts'
import { downloadsPath } from '../public-products/product-head.ts'
import type { PublicProduct } from '../public-products/public-product.ts'

export interface SiteFile {
  /** At the public listener, with its query. */
  readonly path: string
  /** In the folder. */
  readonly file: string
  /** Of what is named by its digest. */
  readonly sha256?: string
  readonly length?: number
}

export interface SiteFacts {
  readonly place: Exclude<Place, 'server'>
  readonly settings: DisclosureSettings
  /** Undefined until somebody has said who publishes. */
  readonly advisories: StandingTree | undefined
  readonly products: readonly {
    readonly product: PublicProduct
    /** Undefined: artifacts are not for everybody. */
    readonly downloads: readonly Download[] | undefined
  }[]
}

/** In the order of their files. */
export function siteFiles(facts: SiteFacts): readonly SiteFile[] {
  const pages = [START_PATH, ...disclosurePages(facts), ...advisoryPages(facts)]
  const files = [STYLE_PATH, ...disclosureFiles(facts), ...advisoryFiles(facts)]
  for (const { product, downloads } of facts.products) {
    const { id, declaration } = product
    pages.push(informationPath(id), downloadsPath(product))
    if (downloads !== undefined) files.push(sumsPath(product))
    if (declaration === undefined) continue
    pages.push(declarationPath(id))
    files.push(declarationTextPath(product))
    if (declaration.document !== undefined) files.push(declarationPdfPath(product))
  }
  return [
    ...pages.flatMap((path) =>
      LANGUAGE_NAMES.map(([language]) => ({
        path: asFile(path, language, facts.place),
        file: fileOfPage(path, language),
      })),
    ),
    ...files.map((path) => ({ path, file: fileOf(path) })),
    ...(facts.place === 'files-with-artifacts' ? artifactFiles(facts) : []),
  ].toSorted((a, b) => (a.file < b.file ? -1 : 1))
}

function disclosurePages({ settings }: SiteFacts): readonly string[] {
  return isSetUp(settings) ? [POLICY_PATH, FORM_PATH, THANKS_PATH] : []
}

function disclosureFiles({ settings }: SiteFacts): readonly string[] {
  if (!isSetUp(settings)) return []
  return [SECURITY_TEXT_PATH, ...(settings.publicKey === '' ? [] : [KEY_PATH])]
}

function advisoryPages({ advisories }: SiteFacts): readonly string[] {
  if (advisories === undefined) return []
  const all = advisoriesOf(advisories.tree)
  return [
    ADVISORIES_PATH,
    ...new Set(all.map(({ product }) => productPath(product))),
    ...all.map(({ trackingId }) => advisoryPath(trackingId)),
  ]
}

function advisoryFiles({ advisories }: SiteFacts): readonly string[] {
  if (advisories === undefined) return []
  const { tree } = advisories
  const products = new Set(advisoriesOf(tree).map(({ product }) => product))
  const feeds = [feedPath(), ...[...products].map((product) => feedPath(product))]
  if (tree.documents.length === 0) return feeds
  return [...feeds, ...filesOf(tree).keys(), ...tree.documents.flatMap(documentPaths)]
}

function artifactFiles({ products }: SiteFacts): readonly SiteFile[] {
  return products.flatMap(({ downloads = [] }) =>
    downloads.map(({ path, release: { sha256, length } }) => ({
      ...{ path, file: decodeURIComponent(path.slice(1)), sha256, length },
    })),
  )
}
