import { Router } from 'express'
import { permitOf } from '../../http/door/permit.ts'
import { parseRequest } from '../../http/parse-request.ts'
import { HttpError } from '../../http/problem.ts'
import { requireRevision, sendRevised } from '../../http/revision.ts'
import { type ArtifactStore, type Clock, secondsOf } from '../../ports.ts'
import { signedSupportEnd } from '../../product-facts/signed-support-end.ts'
import type { Database } from '../../stores.ts'
import { RecordChanges } from '../record-changes.ts'
import { informationGaps, informationOf } from './annex-2.ts'
import { publicationSchema } from './information-api.ts'
import { informationPath, PUBLICATION_ID, type Publication } from './publication.ts'
import { INFORMATION_WORDS } from './words.ts'

export interface InformationRoutesNeeds {
  readonly database: Database
  readonly artifacts: ArtifactStore
  readonly clock: Clock
  /** Origin of the public listener. */
  readonly publicBase: string
}

const KIND = 'information'

export function informationRoutes(needs: InformationRoutesNeeds): Router {
  const { database, artifacts, clock, publicBase } = needs
  const routes = Router({ mergeParams: true })
  const now = () => secondsOf(clock)
  const changes = new RecordChanges({ database, now })

  const standing = async (product: string) => {
    const newest = await database.facts.latest(product)
    const signed = await signedSupportEnd(database, artifacts, product)
    return {
      kept: await database.records.find(product, KIND, PUBLICATION_ID),
      ...{ newest, missing: informationGaps(newest?.facts ?? {}, signed) },
    }
  }

  const viewOf = async (product: string) => {
    const { kept, newest, missing } = await standing(product)
    const { items, labels } = INFORMATION_WORDS.en
    const set = (await database.disclosure.settings())?.settings.publicUrl
    const revision = kept?.revision ?? 0
    const view = {
      ...{ isPublic: kept?.content.isPublic ?? false, revision },
      ...{ changedAt: kept?.at, language: kept?.content.language },
      ...{ publishedFacts: kept?.content.isPublic === true ? kept.content.facts : undefined },
      newestFacts: newest?.version ?? 0,
      address: `${set || publicBase}${informationPath(product)}`,
      ...{ missing, isWhole: missing.length === 0 },
      items: informationOf(newest?.facts ?? {}).map(({ number, parts, because }) => ({
        ...{ number, title: items[number], because },
        parts: parts.map(({ label, text }) => ({ id: label, label: labels[label], text })),
      })),
    }
    return { revision, view }
  }

  routes.get('/information', async (request, response) => {
    const { revision, view } = await viewOf(permitOf(request).product)
    sendRevised(response, { revision }, view)
  })

  routes.post('/information', async (request, response) => {
    const { isPublic, language } = parseRequest(publicationSchema, request.body)
    const { product } = permitOf(request)
    const { kept, newest, missing } = await standing(product)
    requireRevision(request, { revision: kept?.revision ?? 0 })
    if (isPublic && (newest === undefined || missing.length > 0)) {
      throw new HttpError(
        422,
        'INFORMATION_INCOMPLETE',
        'The page is published when it is whole: write the facts that are missing',
        { facts: { missing: missing.flatMap((item) => item.missing).join(', ') } },
      )
    }
    const facts = isPublic ? (newest?.version ?? 0) : (kept?.content.facts ?? 0)
    const content: Publication = { isPublic, facts, language }
    await changes.set(request, KIND, { id: PUBLICATION_ID, before: kept, content })
    const { revision, view } = await viewOf(product)
    sendRevised(response, { revision }, view)
  })

  return routes
}
