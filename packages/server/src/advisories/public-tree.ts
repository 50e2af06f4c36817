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
import type { Stores } from '../stores.ts'
import type { CsafFile, PublishedCsaf } from './advisory.ts'
import type { OpenPgpKeys, PublicOpenPgpKey } from './openpgp-keys.ts'
import { folderPage } from './pages/folder-page.ts'
import { type AdvisorySite, findSite } from './publisher.ts'
import { documentPath } from './tree-paths.ts'

export interface TreeFile {
  readonly type: string
  readonly text: string
}

export interface TreeNeeds {
  readonly database: Pick<Stores, 'disclosure' | 'advisories' | 'serverKeys'>
  readonly keys: OpenPgpKeys
  readonly publicBase: string
}

export interface PublicTree {
  readonly site: AdvisorySite
  /** The newest first; nothing is public before there is one. */
  readonly documents: readonly PublishedCsaf[]
  readonly keys: readonly PublicOpenPgpKey[]
}

const JSON_TYPE = 'application/json'
const PLAIN = 'text/plain; charset=utf-8'
const KEY_TYPE = 'application/pgp-keys'
const SIGNATURE_TYPE = 'application/pgp-signature'
export const PAGE_TYPE = 'text/html; charset=utf-8'

/** Undefined while nothing is published. */
export async function openTree({
  database,
  keys,
  publicBase,
}: TreeNeeds): Promise<PublicTree | undefined> {
  const site = await findSite(database, publicBase)
  if (site === undefined) return undefined
  const documents = await database.advisories.current()
  if (documents.length === 0) return undefined
  return { site, documents, keys: await keys.publicKeys(database) }
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
