/** Pages and feeds for people. A stranger asks: nothing he sends is kept. */
import { isName } from '@fleetward/shared'
import { DISCLOSURE_DEFAULTS, type DisclosureSettings } from '../disclosure/disclosure-settings.ts'
import { HttpError, logFailure, problemOf, RETRY_AFTER_SECONDS } from '../http/problem.ts'
import type { Exchange, Route } from '../http/routing.ts'
import type { Markup } from '../pages/markup.ts'
import { problemPage } from '../public-pages/problem.ts'
import { send } from '../public-pages/public-answers.ts'
import { type Say, sayFor } from '../public-pages/say.ts'
import { advisoriesOf, advisoryPage, listPage } from './pages/advisory-pages.ts'
import { atomFeed } from './pages/atom.ts'
import type { PublicAdvisoryNeeds } from './public-routes.ts'
import { ATOM_TYPE, openTree, type PublicTree } from './public-tree.ts'
import { ADVISORIES_PATH, findSite } from './publisher.ts'
import { sendFile } from './send-file.ts'

export function advisoryPageRoutes({ database, keys, base, log }: PublicAdvisoryNeeds): Route[] {
  /** Without an advisory there is still a page that says so. */
  const treeOrEmpty = async (): Promise<PublicTree> => {
    const tree = await openTree({ database, keys, publicBase: base() })
    if (tree !== undefined) return tree
    const site = await findSite(database, base())
    if (site === undefined) throw notThere()
    return { site, documents: [], keys: [], productNames: new Map() }
  }
  const page = (
    path: string,
    work: (say: Say, tree: PublicTree, exchange: Exchange) => Markup,
  ): Route => ({
    ...{ method: 'GET', path },
    handle: async (exchange) => {
      const { request, response } = exchange
      const say = sayFor(request.url ?? '', request.headers['accept-language'])
      let settings: DisclosureSettings = DISCLOSURE_DEFAULTS.settings
      try {
        const tree = await treeOrEmpty()
        settings = tree.site.settings
        send(request, response, 200, work(say, tree, exchange).toString())
      } catch (error) {
        if (request.socket.destroyed) return
        const problem = problemOf(error)
        logFailure(log, problem, error, request.method)
        if (problem.code === 'DATABASE_AWAY') response.setHeader('Retry-After', RETRY_AFTER_SECONDS)
        const markup = problemPage(say, settings, { problem, path: undefined })
        send(request, response, problem.status, markup.toString())
      }
    },
  })
  const feed = (path: string): Route => ({
    ...{ method: 'GET', path },
    handle: async ({ request, response, params }) => {
      const tree = await treeOrEmpty()
      const { product } = params
      if (product !== undefined) requireKnown(tree, product)
      sendFile(request, response, { type: ATOM_TYPE, text: atomFeed(tree, product) })
    },
  })
  return [
    {
      ...{ method: 'GET', path: `${ADVISORIES_PATH}/` },
      handle: async ({ response }) => {
        response.writeHead(308, { Location: ADVISORIES_PATH, 'Content-Length': 0 }).end()
      },
    },
    page(ADVISORIES_PATH, (say, tree) => listPage(say, tree)),
    feed(`${ADVISORIES_PATH}/atom.xml`),
    feed(`${ADVISORIES_PATH}/products/:product/atom.xml`),
    page(`${ADVISORIES_PATH}/products/:product`, (say, tree, { params: { product = '' } }) => {
      requireKnown(tree, product)
      return listPage(say, tree, { product })
    }),
    page(`${ADVISORIES_PATH}/:advisory`, (say, tree, { params }) => {
      const found = advisoriesOf(tree).find(({ trackingId }) => trackingId === params.advisory)
      if (found === undefined) throw notThere()
      return advisoryPage(say, tree, found)
    }),
  ]
}

/** Which other products there are is nobody's business here. */
function requireKnown(tree: PublicTree, product: string): void {
  if (!isName(product) || advisoriesOf(tree, product).length === 0) throw notThere()
}

const notThere = () => new HttpError(404, 'NOT_FOUND', 'There is nothing at this address')
