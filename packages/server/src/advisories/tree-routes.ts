/** Every file that the public finds, for `fleetward advisories export`: a site elsewhere serves the same. */
import { Router } from 'express'
import { sendPage } from '../http/page.ts'
import { parseRequest } from '../http/parse-request.ts'
import { treePage } from './advisory-api.ts'
import {
  documentFile,
  documentPaths,
  openTree,
  siteFilesOf,
  type TreeNeeds,
} from './public-tree.ts'

export function treeRoutes(needs: TreeNeeds): Router {
  const { database } = needs
  const routes = Router()

  routes.get('/advisories/tree', async (request, response) => {
    const { after, limit } = parseRequest(treePage, request.query)
    const tree = await openTree(needs)
    const small = tree === undefined ? new Map() : siteFilesOf(tree)
    const stored = new Map(
      (tree?.documents ?? []).flatMap((document) =>
        documentPaths(document).map((path, at) => [path, { document, at }] as const),
      ),
    )
    const all = [...small.keys(), ...stored.keys()].toSorted()
    const from = after === undefined ? 0 : all.findIndex((path) => path > after)
    const paths = from < 0 ? [] : all.slice(from, from + limit + 1)
    const items = await Promise.all(
      paths.map(async (path) => {
        const known = stored.get(path)
        if (known === undefined) return { path, ...small.get(path)?.() }
        const file = await database.advisories.file(known.document.file)
        const suffix = path.slice(documentPaths(known.document)[0]?.length)
        return { path, ...(file && documentFile(file, suffix)) }
      }),
    )
    const keyOf = ({ path }: { readonly path: string }) => path
    sendPage(request, response, { items, limit, keyOf, viewOf: (one) => one })
  })

  return routes
}
