/** Shows the public a declaration of conformity that was signed, or takes it away (Art. 13(20), CRA L-09). */
import { Router } from 'express'
import { permitOf } from '../http/door/permit.ts'
import { parseRequest } from '../http/parse-request.ts'
import { HttpError } from '../http/problem.ts'
import { requireRevision, sendRevised } from '../http/revision.ts'
import { PUBLICATION_ID } from '../law/information/publication.ts'
import { RecordChanges } from '../law/record-changes.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database } from '../stores.ts'
import {
  type DeclarationPublication,
  declarationPath,
  PUBLIC_DECLARATION_ID,
} from './declaration-publication.ts'
import { declarationPublicationSchema } from './dossier-api.ts'

const KIND = 'public-declaration'

export interface DeclarationPublicationNeeds {
  readonly database: Database
  readonly clock: Clock
  /** Origin of the public listener, where the settings name none. */
  readonly publicBase: string
}

export function declarationPublicationRoutes(needs: DeclarationPublicationNeeds): Router {
  const { database, clock, publicBase } = needs
  const routes = Router({ mergeParams: true })
  const changes = new RecordChanges({ database, now: () => secondsOf(clock) })
  const keptOf = (product: string) => database.records.find(product, KIND, PUBLIC_DECLARATION_ID)

  const viewOf = async (product: string) => {
    const kept = await keptOf(product)
    const latest = await database.declarations.latest(product)
    const set = (await database.disclosure.settings())?.settings.publicUrl
    const { isPublic = false, number } = kept?.content ?? {}
    const view = {
      ...{ isPublic, revision: kept?.revision ?? 0, changedAt: kept?.at },
      ...{ number: isPublic ? number : undefined, newest: latest?.number ?? 0 },
      address: `${set || publicBase}${declarationPath(product)}`,
    }
    return { view, revision: view.revision }
  }

  routes.get('/declaration/publication', async (request, response) => {
    const { view, revision } = await viewOf(permitOf(request).product)
    sendRevised(response, { revision }, view)
  })

  routes.post('/declaration/publication', async (request, response) => {
    const { isPublic, number } = parseRequest(declarationPublicationSchema, request.body)
    const { product } = permitOf(request)
    const kept = await keptOf(product)
    requireRevision(request, { revision: kept?.revision ?? 0 })
    const content: DeclarationPublication = isPublic
      ? { isPublic, number: await requireSigned(product, number) }
      : { isPublic, number: kept?.content.number ?? 0 }
    await changes.set(request, KIND, { id: PUBLIC_DECLARATION_ID, before: kept, content })
    const { view, revision } = await viewOf(product)
    sendRevised(response, { revision }, view)
  })

  /** The number of a declaration that was signed, of a product that the public may know. */
  async function requireSigned(product: string, number: number | undefined): Promise<number> {
    const information = await database.records.find(product, 'information', PUBLICATION_ID)
    if (information?.content.isPublic !== true) {
      throw new HttpError(
        409,
        'PRODUCT_NOT_PUBLIC',
        'The declaration stands beside the product’s information: publish that first',
      )
    }
    const latest = await database.declarations.latest(product)
    const chosen = number ?? latest?.number ?? 0
    if (chosen > 0 && chosen <= (latest?.number ?? 0)) return chosen
    throw new HttpError(409, 'DECLARATION_NOT_SIGNED', 'Nobody has signed this declaration', {
      facts: { newest: latest?.number ?? 0 },
    })
  }

  return routes
}
