/** `/site.json`: what `fleetward site export` fetches to make a folder for any web host. For everybody, like all of it. */
import { createHash } from 'node:crypto'
import type { Logger } from 'pino'
import type { KeptTree } from '../advisories/kept-tree.ts'
import { DISCLOSURE_DEFAULTS } from '../disclosure/disclosure-settings.ts'
import { type Route, sendJson } from '../http/routing.ts'
import { downloadsOf } from '../public-products/downloads.ts'
import { PublicProducts } from '../public-products/public-product.ts'
import type { Database } from '../stores.ts'
import { type SiteFacts, siteFiles } from './site-list.ts'

export const SITE_LIST_PATH = '/site.json'
const WITH_ARTIFACTS = `${SITE_LIST_PATH}?with=artifacts`

export interface PublicSiteNeeds {
  readonly database: Database
  readonly log: Logger
  readonly advisories: KeptTree
  /** Origin of the public listener, where the settings name none. */
  readonly base: () => string
  readonly publicDownload: boolean
}

export function publicSiteRoutes(needs: PublicSiteNeeds): Route[] {
  const { database, advisories, publicDownload } = needs
  const products = new PublicProducts(database)

  const factsFor = async (url: string) => {
    const kept = (await database.disclosure.settings()) ?? DISCLOSURE_DEFAULTS
    const found = await products.all()
    const shown: SiteFacts['products'][number][] = []
    for (const product of found) {
      const releases = publicDownload ? await products.releases(product) : undefined
      shown.push({ product, downloads: releases && downloadsOf(product, releases) })
    }
    const facts: SiteFacts = {
      place: url === WITH_ARTIFACTS ? 'files-with-artifacts' : 'files',
      ...{ settings: kept.settings, advisories: await advisories.now(), products: shown },
    }
    return { kept, facts }
  }

  return [
    {
      ...{ method: 'GET', path: SITE_LIST_PATH },
      handle: async ({ request, response }) => {
        const { kept, facts } = await factsFor(request.url ?? '')
        const files = siteFiles(facts)
        // Of all that the pages are made of: whoever finds another one at the end has fetched a mixture.
        const madeOf = [
          ...[kept.revision, kept.expiresAt, await database.advisories.lastPublication()],
          ...[await database.facts.count(), files],
          facts.products.map(({ product: { id, revision }, downloads = [] }) => [
            ...[id, revision, downloads.map(({ release }) => release.sha256)],
          ]),
        ]
        const state = createHash('sha256').update(JSON.stringify(madeOf)).digest('hex')
        const { publicUrl } = kept.settings
        sendJson(response, 200, {
          ...{ format: 'fleetward-site/1', state, publicUrl: publicUrl || needs.base(), files },
        })
      },
    },
  ]
}
