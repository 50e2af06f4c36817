/** The advisories as the public reads them: the tree of a trusted CSAF provider, pages for people, Atom. Without a script. */
import { CSAF_PATH, WHITE_PATH } from '@fleetward/vulnerability'
import type { Logger } from 'pino'
import { nothingHere } from '../http/problem.ts'
import type { Exchange, Route } from '../http/routing.ts'
import { type KeptTree, renderedFile } from './kept-tree.ts'
import type { OpenPgpKeys } from './openpgp-keys.ts'
import { advisoryPageRoutes } from './page-routes.ts'
import { documentFile, ofDocument, type TreeNeeds } from './public-tree.ts'
import { sendFile } from './send-file.ts'

export interface PublicAdvisoryNeeds {
  readonly database: TreeNeeds['database']
  readonly keys: OpenPgpKeys
  readonly log: Logger
}

export function publicAdvisoryRoutes(kept: KeptTree, needs: PublicAdvisoryNeeds): Route[] {
  const { database, keys } = needs

  const small = async ({ request, response }: Exchange, path: string) => {
    const standing = await kept.now()
    const file = standing?.files.get(path)
    if (standing === undefined || file === undefined) throw nothingHere()
    sendFile(request, response, standing.rendered(path, file))
  }
  const at = (path: string): Route => ({
    ...{ method: 'GET', path },
    handle: (exchange) => small(exchange, path),
  })
  return [
    ...['provider-metadata.json', 'service.json', ''].map((name) => at(CSAF_PATH + name)),
    ...['', 'index.txt', 'changes.csv', 'csaf-feed-tlp-white.json'].map((name) =>
      at(WHITE_PATH + name),
    ),
    {
      ...{ method: 'GET', path: `${WHITE_PATH}:year/` },
      handle: (exchange) => small(exchange, `${WHITE_PATH}${exchange.params.year}/`),
    },
    {
      ...{ method: 'GET', path: `${CSAF_PATH}openpgp/:file` },
      handle: async ({ request, response, params }) => {
        // Also before anything is published: security.txt is signed with it.
        const all = await keys.publicKeys(database)
        const key = all.find(({ id }) => `${id}.asc` === params.file)
        if (key === undefined) throw nothingHere()
        const type = 'application/pgp-keys'
        sendFile(request, response, renderedFile({ type, text: key.armored }))
      },
    },
    {
      ...{ method: 'GET', path: `${WHITE_PATH}:year/:file` },
      handle: async ({ request, response, params }) => {
        const { file, suffix } = ofDocument(`${params.year}/${params.file}`)
        const stored = await database.advisories.file(file)
        if (stored === undefined) throw nothingHere()
        sendFile(request, response, renderedFile(documentFile(stored, suffix)))
      },
    },
    ...advisoryPageRoutes(kept, needs),
  ]
}
