/**
 * Every file that the public finds of the advisories, by its path: what the public listener answers, and what is taken
 * to a site elsewhere. All of it follows from what is stored; documents and signatures are stored as they are.
 */
import {
  CSAF_PATH,
  changesText,
  documentText,
  FEED_PATH,
  hashText,
  indexText,
  keyPath,
  PROVIDER_PATH,
  type Provider,
  type PublishedDocument,
  providerMetadata,
  rolieFeed,
  rolieService,
  SERVICE_PATH,
  WHITE_PATH,
} from '@fleetward/vulnerability'
import { STYLE_PATH } from '../disclosure/security-text.ts'
import { publicNameOf } from '../law/information/public-name.ts'
import type { Markup } from '../pages/markup.ts'
import { style } from '../public-pages/public-answers.ts'
import { sayFor } from '../public-pages/say.ts'
import type { Stores } from '../stores.ts'
import type { CsafFile, PublishedCsaf } from './advisory.ts'
import type { OpenPgpKeys, PublicOpenPgpKey } from './openpgp-keys.ts'
import {
  advisoriesOf,
  advisoryPage,
  feedPath,
  listPage,
  productPath,
} from './pages/advisory-pages.ts'
import { atomFeed } from './pages/atom.ts'
import { folderPage } from './pages/folder-page.ts'
import { ADVISORIES_PATH, type AdvisorySite, findSite } from './publisher.ts'
import { documentPath } from './tree-paths.ts'

export interface TreeFile {
  readonly type: string
  readonly text: string
}

export interface TreeNeeds {
  readonly database: Pick<Stores, 'disclosure' | 'advisories' | 'serverKeys' | 'facts' | 'records'>
  readonly keys: Pick<OpenPgpKeys, 'publicKeys'>
  readonly publicBase: string
}

export interface PublicTree {
  readonly site: AdvisorySite
  /** The newest first; nothing is public before there is one. */
  readonly documents: readonly PublishedCsaf[]
  readonly keys: readonly PublicOpenPgpKey[]
  /** Under which they are sold, of those that show it. */
  readonly productNames: ReadonlyMap<string, string>
}

const JSON_TYPE = 'application/json'
const PLAIN = 'text/plain; charset=utf-8'
const KEY_TYPE = 'application/pgp-keys'
const SIGNATURE_TYPE = 'application/pgp-signature'
export const PAGE_TYPE = 'text/html; charset=utf-8'
export const ATOM_TYPE = 'application/atom+xml; charset=utf-8'

/** Undefined while nothing is published. */
export async function openTree(needs: TreeNeeds): Promise<PublicTree | undefined> {
  const tree = await readTree(needs)
  return tree?.documents.length === 0 ? undefined : tree
}

/** Undefined until somebody has said who publishes; without a document there is nothing but a page that says so. */
export async function readTree({
  database,
  keys,
  publicBase,
}: TreeNeeds): Promise<PublicTree | undefined> {
  const site = await findSite(database, publicBase)
  if (site === undefined) return undefined
  const documents = await database.advisories.current()
  const productNames = await namesOf(database, documents)
  return { site, documents, productNames, keys: await keys.publicKeys(database) }
}

/** Small files, each made when it is asked for. */
export function filesOf(tree: PublicTree): ReadonlyMap<string, () => TreeFile> {
  const { documents, keys } = tree
  const provider = providerOf(tree)
  const listed = documents.map(listedDocument)
  const json = (document: () => object) => (): TreeFile => ({
    ...{ type: JSON_TYPE, text: documentText(document()) },
  })
  const years = [...new Set(documents.map(({ file }) => file.split('/')[0] ?? ''))]
  const inYear = (year: string) =>
    listed
      .filter(({ file }) => file.startsWith(`${year}/`))
      .flatMap(({ file }) => HASHED.map((suffix) => `${file.slice(year.length + 1)}${suffix}`))
  return new Map<string, () => TreeFile>([
    [PROVIDER_PATH, json(() => providerMetadata(provider))],
    [SERVICE_PATH, json(() => rolieService(provider))],
    [FEED_PATH, json(() => rolieFeed(provider, listed))],
    [`${WHITE_PATH}index.txt`, () => ({ type: PLAIN, text: indexText(listed) })],
    [
      `${WHITE_PATH}changes.csv`,
      () => ({ type: 'text/csv; charset=utf-8', text: changesText(listed) }),
    ],
    // Requirement 14: folders can be looked into.
    ...[
      [CSAF_PATH, ['provider-metadata.json', 'service.json', 'white/']] as const,
      [
        WHITE_PATH,
        [
          'changes.csv',
          FEED_PATH.slice(WHITE_PATH.length),
          'index.txt',
          ...years.map((y) => `${y}/`),
        ],
      ] as const,
      ...years.map((year) => [`${WHITE_PATH}${year}/`, inYear(year)] as const),
    ].map(([path, names]): [string, () => TreeFile] => [
      path,
      () => ({ type: PAGE_TYPE, text: folderPage(path, names) }),
    ]),
    ...keys.map(({ id, armored }): [string, () => TreeFile] => [
      keyPath(id),
      () => ({ type: KEY_TYPE, text: armored }),
    ]),
  ])
}

/** The pages as well, for a site elsewhere: in English, and each without what this server has beside it. */
export function siteFilesOf(tree: PublicTree): ReadonlyMap<string, () => TreeFile> {
  const say = sayFor('', 'en')
  const page = (markup: () => Markup) => (): TreeFile => ({
    ...{ type: PAGE_TYPE, text: markup().toString() },
  })
  const feed = (product?: string) => (): TreeFile => ({
    ...{ type: ATOM_TYPE, text: atomFeed(tree, product) },
  })
  const advisories = advisoriesOf(tree)
  const products = [...new Set(advisories.map(({ product }) => product))]
  const css = style().toString()
  return new Map<string, () => TreeFile>([
    ...filesOf(tree),
    [`${ADVISORIES_PATH}/`, page(() => listPage(say, tree, { isAlone: true }))],
    [feedPath(), feed()],
    ...products.flatMap((product): [string, () => TreeFile][] => [
      [`${productPath(product)}/`, page(() => listPage(say, tree, { product, isAlone: true }))],
      [feedPath(product), feed(product)],
    ]),
    ...advisories.map((one): [string, () => TreeFile] => [
      `${ADVISORIES_PATH}/${one.trackingId}/`,
      page(() => advisoryPage(say, tree, one, { isAlone: true })),
    ]),
    [STYLE_PATH, () => ({ type: 'text/css; charset=utf-8', text: css })],
  ])
}

async function namesOf(
  stores: Pick<Stores, 'facts' | 'records'>,
  documents: readonly PublishedCsaf[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>()
  for (const product of new Set(documents.map((one) => one.product))) {
    const name = await publicNameOf(stores, product)
    if (name !== undefined) names.set(product, name)
  }
  return names
}

/** What stands beside a document. */
const HASHED = ['', '.asc', '.sha256', '.sha512'] as const

/** The paths of a document and of what stands beside it. */
export function documentPaths({ file }: Pick<PublishedCsaf, 'file'>): readonly string[] {
  return HASHED.map((suffix) => documentPath(file) + suffix)
}

/** `2026/x.json.asc` is the signature of `2026/x.json`. */
export function ofDocument(name: string): { readonly file: string; readonly suffix: string } {
  const suffix = HASHED.find((one) => one !== '' && name.endsWith(`.json${one}`)) ?? ''
  return { file: name.slice(0, name.length - suffix.length), suffix }
}

export function documentFile(stored: CsafFile, suffix: string): TreeFile {
  switch (suffix) {
    case '.sha256':
      return { type: PLAIN, text: hashText(stored.sha256, stored.file) }
    case '.sha512':
      return { type: PLAIN, text: hashText(stored.sha512, stored.file) }
    case '.asc':
      return { type: SIGNATURE_TYPE, text: stored.signature }
    default:
      return { type: JSON_TYPE, text: stored.document }
  }
}

function providerOf({ site, documents, keys }: PublicTree): Provider {
  const times = [...documents.map(({ at }) => at), ...keys.map(({ createdAt }) => createdAt)]
  return {
    ...{ base: site.base, publisher: site.publisher, keys: keys.map(({ id }) => id) },
    updatedAt: Math.max(...times),
  }
}

function listedDocument(document: PublishedCsaf): PublishedDocument {
  const { trackingId, file, title, summary, firstAt, at } = document
  return { trackingId, file, title, summary, firstAt, at }
}
