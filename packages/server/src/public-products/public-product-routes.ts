/** The start page and the pages of products on the public listener. Without a script; nothing a stranger sends is kept. */
import { namesInAdvisory } from '@fleetward/vulnerability'
import type { Logger } from 'pino'
import type { KeptTree } from '../advisories/kept-tree.ts'
import { advisoriesOf } from '../advisories/pages/advisory-pages.ts'
import { declarationPath } from '../dossier/declaration-publication.ts'
import { addressOf } from '../http/address.ts'
import { nothingHere } from '../http/problem.ts'
import type { Route } from '../http/routing.ts'
import { informationSections, informationTitle } from '../law/information/information-page.ts'
import { informationPath } from '../law/information/publication.ts'
import type { FileResponses } from '../listeners/file-response.ts'
import { html, type Markup } from '../pages/markup.ts'
import { type ArtifactStore, type Clock, secondsOf } from '../ports.ts'
import { document, START_PATH } from '../public-pages/layout.ts'
import { type AskedPage, pageRoute, redirectRoute } from '../public-pages/page-route.ts'
import { sendText } from '../public-pages/public-answers.ts'
import type { Database } from '../stores.ts'
import { type Declared, declarationContent, declarationTextFile } from './declaration-page.ts'
import { downloadsOf, RELEASES_MAX_COUNT, sumsText } from './downloads.ts'
import { downloadsContent, insteadContent } from './downloads-page.ts'
import { downloadsPath, type ProductAround, productHead } from './product-head.ts'
import { nameOf, type PublicProduct, PublicProducts } from './public-product.ts'
import { startPage } from './start-page.ts'

export interface PublicProductNeeds {
  readonly database: Database
  readonly clock: Clock
  readonly log: Logger
  readonly advisories: KeptTree
  readonly artifacts: ArtifactStore
  readonly responses: FileResponses
  /** Origin of the public listener, where the settings name none. */
  readonly base: () => string
  /** Whether everybody may have artifacts. */
  readonly publicDownload: boolean
  readonly canSubscribe: boolean
}

/** A proxy asks anew each time: a declaration that was taken back must not live on in it. */
const FRESH = 'no-cache'

export function publicProductRoutes(needs: PublicProductNeeds): Route[] {
  const { database, clock, advisories, artifacts, responses, publicDownload, canSubscribe } = needs
  const products = new PublicProducts(database)
  const around = async (): Promise<(product: PublicProduct) => ProductAround> => {
    const tree = (await advisories.now())?.tree
    return ({ id }) => ({
      ...{ now: secondsOf(clock), canSubscribe },
      hasAdvisories: tree !== undefined && advisoriesOf(tree, id).length > 0,
    })
  }
  const baseOf = ({ publicUrl }: AskedPage['settings']) => publicUrl || needs.base()

  const productPage = (
    path: (product: string) => string,
    work: (asked: AskedPage, product: PublicProduct) => Promise<{ title: string; content: Markup }>,
  ) =>
    pageRoute(needs, path(':product'), async (asked) => {
      const { say, settings, params } = asked
      const product = await products.require(params.product ?? '')
      const { title, content } = await work(asked, product)
      return document(say, {
        ...{ title, settings, path: path(product.id) },
        organisation: product.facts.manufacturer?.name,
        content: html`${productHead(say, product, (await around())(product))}${content}`,
      })
    })

  const declared = async (id = ''): Promise<Declared> => {
    const product = await products.require(id)
    const { declaration } = product
    if (declaration === undefined) throw nothingHere()
    return { ...product, declaration }
  }

  return [
    pageRoute(needs, START_PATH, async ({ say, settings }) => {
      const aroundOf = await around()
      const all = await products.all()
      return startPage(
        say,
        settings,
        all.map((product) => ({ product, around: aroundOf(product) })),
      )
    }),
    redirectRoute('/products', () => START_PATH),
    redirectRoute('/products/:product', ({ product = '' }) => informationPath(product)),
    productPage(informationPath, async ({ say: { language } }, { facts, written }) => ({
      title: informationTitle(facts, language),
      content: informationSections(facts, { language, written }),
    })),
    productPage(
      (id) => downloadsPath({ id }),
      async ({ say, settings }, product) => {
        const title = say('downloads.title', { name: nameOf(product) })
        if (!publicDownload) return { title, content: insteadContent(say, product) }
        const releases = await products.releases(product)
        const tree = (await advisories.now())?.tree
        const known = tree === undefined ? [] : advisoriesOf(tree, product.id)
        const content = downloadsContent(say, {
          ...{ product, downloads: downloadsOf(product, releases), base: baseOf(settings) },
          isCut: releases.length > RELEASES_MAX_COUNT,
          advisories: new Set(known.map(({ trackingId }) => trackingId)),
          known: new Set(known.flatMap(({ content }) => (content ? namesInAdvisory(content) : []))),
        })
        return { title, content }
      },
    ),
    {
      ...{ method: 'GET', path: '/products/:product/downloads/SHA256SUMS' },
      handle: async ({ response, params }) => {
        const product = await products.require(params.product ?? '')
        if (!publicDownload) throw nothingHere()
        sendText(response, sumsText(downloadsOf(product, await products.releases(product))), FRESH)
      },
    },
    productPage(declarationPath, async ({ say, settings }, { id }) => {
      const product = await declared(id)
      const title = say('declaration.title', { name: nameOf(product) })
      return { title, content: declarationContent(say, product, baseOf(settings)) }
    }),
    {
      ...{ method: 'GET', path: '/products/:product/declaration.txt' },
      handle: async ({ response, params }) => {
        const product = await declared(params.product)
        const settings = (await database.disclosure.settings())?.settings
        const base = settings?.publicUrl || needs.base()
        sendText(response, declarationTextFile(product, base), FRESH)
      },
    },
    {
      ...{ method: 'GET', path: '/products/:product/declaration.pdf' },
      handle: async ({ request, response, params }) => {
        const { document: signed } = (await declared(params.product)).declaration
        const stored = signed && (await artifacts.find(signed.sha256))
        if (signed === undefined || stored === undefined) throw nothingHere()
        const peer = addressOf(request)
        const file = { ...stored, sha256: signed.sha256, cacheControl: FRESH }
        await responses.send(request, response, peer, file)
      },
    },
  ]
}
