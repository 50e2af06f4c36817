/** `/site.json`: what `fleetward site export` fetches to make a folder for any web host. For everybody, like all of it. */
import { createHash } from 'node:crypto'
import type { KeptTree, StandingTree } from '../advisories/kept-tree.ts'
import { DISCLOSURE_DEFAULTS } from '../disclosure/disclosure-settings.ts'
import type { Route } from '../http/routing.ts'
import { SharedReads } from '../public-pages/shared-reads.ts'
import type { Place } from '../public-pages/site-place.ts'
import { downloadsOf } from '../public-products/downloads.ts'
import { PublicProducts } from '../public-products/public-product.ts'
import type { Database } from '../stores.ts'
import { type SiteFacts, siteFiles } from './site-list.ts'

const SITE_LIST_PATH = '/site.json'
const WITH_ARTIFACTS = `${SITE_LIST_PATH}?with=artifacts`

export interface PublicSiteNeeds {
  readonly database: Database
  readonly advisories: KeptTree
  /** Origin of the public listener, where the settings name none. */
  readonly base: () => string
  readonly publicDownload: boolean
}

/** Strangers may ask as often as they like: a list is made once for all that it is made of. */
interface KeptList {
  readonly madeOf: string
  readonly tree: StandingTree | undefined
  readonly body: Buffer
  readonly etag: string
}

export function publicSiteRoutes(needs: PublicSiteNeeds): Route[] {
  const { database, advisories, publicDownload } = needs
  const products = new PublicProducts(database)
  const lists = new Map<Place, KeptList>()

  const reads = new SharedReads<KeptList>()

  const listFor = async (place: SiteFacts['place']): Promise<KeptList> => {
    const disclosure = (await database.disclosure.settings()) ?? DISCLOSURE_DEFAULTS
    const { settings, revision, expiresAt } = disclosure
    const tree = await advisories.now()
    const publicUrl = settings.publicUrl || needs.base()
    const shown: SiteFacts['products'][number][] = []
    for (const product of await products.all()) {
      const releases = publicDownload ? await products.releases(product) : undefined
      shown.push({ product, downloads: releases && downloadsOf(product, releases) })
    }
    const madeOf = JSON.stringify([
      ...[place, publicUrl, revision, expiresAt, await database.advisories.lastPublication()],
      ...shown.map(({ product: { id, revision: of }, downloads = [] }) => [
        ...[id, of, downloads.map(({ release }) => release.sha256)],
      ]),
    ])
    const known = lists.get(place)
    if (known?.madeOf === madeOf && known.tree === tree) return known
    const files = siteFiles({ place, settings, advisories: tree, products: shown })
    // Whoever finds another state at the end has fetched a mixture.
    const state = createHash('sha256').update(madeOf).update(JSON.stringify(files)).digest('hex')
    const list = { format: 'fleetward-site/1', state, publicUrl, files }
    const body = Buffer.from(JSON.stringify(list))
    const kept = { madeOf, tree, body, etag: `"${state}"` }
    lists.set(place, kept)
    return kept
  }

  return [
    {
      ...{ method: 'GET', path: SITE_LIST_PATH },
      handle: async ({ request, response }) => {
        const place = request.url === WITH_ARTIFACTS ? 'files-with-artifacts' : 'files'
        const { body, etag } = await reads.read(place, () => listFor(place))
        response.setHeader('ETag', etag)
        // Asked for anew each time: what was withdrawn must not live on anywhere.
        response.setHeader('Cache-Control', 'no-cache')
        if (request.headers['if-none-match'] === etag) {
          response.writeHead(304).end()
          return
        }
        const type = { 'Content-Type': 'application/json', 'Content-Length': body.length }
        response.writeHead(200, type).end(body)
      },
    },
  ]
}
