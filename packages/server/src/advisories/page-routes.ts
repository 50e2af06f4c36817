/** Pages and feeds for people. A stranger asks: nothing he sends is kept. */
import { isName } from '@fleetward/shared'
import { DISCLOSURE_DEFAULTS, type DisclosureSettings } from '../disclosure/disclosure-settings.ts'
import { nothingHere } from '../http/problem.ts'
import type { Exchange, Route } from '../http/routing.ts'
import type { Markup } from '../pages/markup.ts'
import { problemPage } from '../public-pages/problem.ts'
import { send, sendForAll } from '../public-pages/public-answers.ts'
import { type Say, sayFor } from '../public-pages/say.ts'
import { whatWentWrong } from '../public-pages/what-went-wrong.ts'
import type { KeptTree, StandingTree } from './kept-tree.ts'
import { advisoriesOf, advisoryPage, listPage } from './pages/advisory-pages.ts'
import { atomFeed } from './pages/atom.ts'
import type { PublicAdvisoryNeeds } from './public-routes.ts'
import { ATOM_TYPE, PAGE_TYPE, type PublicTree } from './public-tree.ts'
import { ADVISORIES_PATH } from './publisher.ts'
import { sendFile } from './send-file.ts'

export function advisoryPageRoutes(
  kept: KeptTree,
  { log }: Pick<PublicAdvisoryNeeds, 'log'>,
): Route[] {
  /** Without an advisory there is still a page that says so. */
  const standing = async (): Promise<StandingTree> => {
    const tree = await kept.now()
    if (tree === undefined) throw nothingHere()
    return tree
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
        const found = await standing()
        settings = found.tree.site.settings
        // All that a page is made of: whatever else stands in the address is not looked at.
        const name = JSON.stringify([
          ...[say.language, say.isChosen, say.place, path, exchange.params],
        ])
        const { body } = found.rendered(name, () => ({
          ...{ type: PAGE_TYPE, text: work(say, found.tree, exchange).toString() },
        }))
        sendForAll(request, response, body)
      } catch (error) {
        const problem = whatWentWrong(exchange, error, log)
        if (problem === undefined) return
        const markup = problemPage(say, settings, { problem, path: undefined })
        send(request, response, problem.status, markup.toString())
      }
    },
  })
  const feed = (path: string): Route => ({
    ...{ method: 'GET', path },
    handle: async ({ request, response, params }) => {
      const found = await standing()
      const { product } = params
      if (product !== undefined) requireKnown(found.tree, product)
      const name = `${path} ${product ?? ''}`
      const file = found.rendered(name, () => ({
        ...{ type: ATOM_TYPE, text: atomFeed(found.tree, product) },
      }))
      sendFile(request, response, file)
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
      if (found === undefined) throw nothingHere()
      return advisoryPage(say, tree, found)
    }),
  ]
}

/** Which other products there are is nobody's business here. */
function requireKnown(tree: PublicTree, product: string): void {
  if (!isName(product) || advisoriesOf(tree, product).length === 0) throw nothingHere()
}
