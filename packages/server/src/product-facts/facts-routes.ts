import { type Request, Router } from 'express'
import { permitOf } from '../http/door/permit.ts'
import { sendPage } from '../http/page.ts'
import { parseRequest } from '../http/parse-request.ts'
import { HttpError } from '../http/problem.ts'
import { requestIdOf } from '../http/request-id.ts'
import { requireRevision, sendRevised } from '../http/revision.ts'
import { type ArtifactStore, type Clock, secondsOf } from '../ports.ts'
import type { Database, Stores } from '../stores.ts'
import { inVersion, versionsPage } from './facts-api.ts'
import { factsSchema, type ProductFacts } from './facts-schema.ts'
import type { FactsVersion } from './facts-store.ts'
import { type Flaw, flawOf } from './flaws.ts'
import { gapsOf } from './gaps.ts'
import { knownOf } from './known.ts'
import { signedSupportEnd } from './signed-support-end.ts'
import { passOverOldNotices } from './support-clock.ts'

export interface FactsRoutesNeeds {
  readonly database: Database
  readonly artifacts: ArtifactStore
  readonly clock: Clock
}

export function factsRoutes({ database, artifacts, clock }: FactsRoutesNeeds): Router {
  const routes = Router({ mergeParams: true })
  const now = () => secondsOf(clock)

  routes.get('/facts', async (request, response) => {
    const latest = await database.facts.latest(permitOf(request).product)
    sendRevised(response, { revision: latest?.version ?? 0 }, latest ?? NONE)
  })

  routes.post('/facts', async (request, response) => {
    const facts = parseRequest(factsSchema, request.body)
    const flaw = flawOf(facts)
    if (flaw !== undefined) throw refusalOf(flaw)
    const { added } = await database.transaction((stores) =>
      setFacts(stores, request, facts, now()),
    )
    sendRevised(response, { revision: added.version }, added)
  })

  routes.get('/facts/versions', async (request, response) => {
    const { product } = permitOf(request)
    const { after: before, limit } = parseRequest(versionsPage, request.query)
    const items = await database.facts.list(product, { before, limit: limit + 1 })
    const keyOf = ({ version }: FactsVersion) => String(version)
    sendPage(request, response, { items, limit, keyOf, viewOf: (version) => version })
  })

  routes.get('/facts/versions/:version', async (request, response) => {
    const { product } = permitOf(request)
    const { version } = parseRequest(inVersion, { ...request.params, product })
    const found = await database.facts.find(product, version)
    if (found === undefined) {
      throw new HttpError(404, 'NO_SUCH_VERSION', 'There is no such version')
    }
    response.json(found)
  })

  routes.get('/facts/gaps', async (request, response) => {
    const { product } = permitOf(request)
    const latest = await database.facts.latest(product)
    const known = await knownOf(database, product, now())
    const signed = await signedSupportEnd(database, artifacts, product)
    response.json(gapsOf(latest?.facts ?? {}, { known, now: now(), signedSupportEnd: signed }))
  })

  return routes
}

const NONE = { version: 0, facts: {} }

async function setFacts(stores: Stores, request: Request, facts: ProductFacts, at: number) {
  const { product, actor } = permitOf(request)
  const before = await stores.facts.latest(product)
  const revision = before?.version ?? 0
  requireRevision(request, { revision })
  const added: FactsVersion = { version: revision + 1, at, by: actor.id, facts }
  if (!(await stores.facts.add(product, added))) {
    throw new HttpError(409, 'CHANGED_MEANWHILE', 'The facts changed; look again')
  }
  const ends = facts.supportPeriod?.ends
  if (ends !== undefined && ends !== before?.facts.supportPeriod?.ends) {
    await passOverOldNotices(stores, product, ends, at)
  }
  await stores.audit.append({
    ...{ at, actor, action: 'product.facts-set', product, subject: `product/${product}` },
    ...(before === undefined ? {} : { before: jsonOf(before) }),
    ...{ after: jsonOf(added), outcome: 'done', requestId: requestIdOf(request) },
  })
  return { added }
}

function jsonOf({ version, facts }: FactsVersion) {
  return { version, facts: JSON.parse(JSON.stringify(facts)) }
}

/** One line a code: a test holds the codes and their statuses to the table of the protocol. */
function refusalOf({ code, message, facts }: Flaw): HttpError {
  switch (code) {
    case 'SUPPORT_PERIOD_TOO_SHORT':
      return new HttpError(422, 'SUPPORT_PERIOD_TOO_SHORT', message, { facts })
    case 'CATEGORY_MISMATCH':
      return new HttpError(422, 'CATEGORY_MISMATCH', message, { facts })
    case 'PROCEDURE_NOT_OPEN':
      return new HttpError(422, 'PROCEDURE_NOT_OPEN', message, { facts })
    case 'UPDATE_POLICY_UNJUSTIFIED':
      return new HttpError(422, 'UPDATE_POLICY_UNJUSTIFIED', message)
    case 'FACT_CONTRADICTS':
      return new HttpError(422, 'FACT_CONTRADICTS', message, { facts })
  }
}
