import { Router } from 'express'
import { EVERYWHERE } from '../accounts/rights.ts'
import { fleetReads } from '../devices/fleet-reads.ts'
import { inFinding } from '../findings/finding-api.ts'
import { permitOf } from '../http/door/permit.ts'
import { parseRequest } from '../http/parse-request.ts'
import { HttpError } from '../http/problem.ts'
import { answerQueued } from '../http/queued-answer.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database } from '../stores.ts'
import type { Exposure } from './exposure.ts'
import { exposureQuery, inVulnerability } from './exposure-api.ts'
import { exposureOf, findingsOf } from './exposure-of.ts'

export interface ExposureRoutesNeeds {
  readonly database: Database
  readonly clock: Clock
}

/** Below /api/1. */
export function exposureRoutes({ database, clock }: ExposureRoutesNeeds): Router {
  const routes = Router()

  routes.get('/vulnerabilities/:name/exposure', async (request, response) => {
    const { name } = parseRequest(inVulnerability, { name: request.params.name })
    const { offlineAfter } = parseRequest(exposureQuery, request.query)
    const permitted = permitOf(request).productsWith('finding.read')
    await answerQueued(fleetReads, { request, response }, async (signal) => {
      const products: Exposure[] = []
      for (const { id: product } of await database.products.all()) {
        if (permitted !== EVERYWHERE && !permitted.includes(product)) continue
        signal.throwIfAborted()
        const findings = await findingsOf(database, product, name)
        if (findings.length === 0) continue
        const asked = { product, findings, ...when(clock, offlineAfter) }
        products.push(await exposureOf(database, asked))
      }
      if (products.length === 0) throw noSuchVulnerability()
      const sum = (figure: 'total' | 'exposed') =>
        products.reduce((all, product) => all + product[figure], 0)
      return {
        vulnerability: products[0]?.vulnerability ?? name,
        ...{ total: sum('total'), exposed: sum('exposed'), products },
      }
    })
  })

  return routes
}

/** Below /api/1/products/:product. */
export function findingExposureRoutes({ database, clock }: ExposureRoutesNeeds): Router {
  const routes = Router({ mergeParams: true })

  routes.get('/findings/:finding/exposure', async (request, response) => {
    const { product } = permitOf(request)
    const { finding: id } = parseRequest(inFinding, { ...request.params, product })
    const { offlineAfter } = parseRequest(exposureQuery, request.query)
    const finding = await database.findings.find(product, id)
    if (finding === undefined) {
      throw new HttpError(404, 'NO_SUCH_FINDING', 'The product has no such finding')
    }
    await answerQueued(fleetReads, { request, response }, () =>
      exposureOf(database, { product, findings: [finding], ...when(clock, offlineAfter) }),
    )
  })

  return routes
}

function noSuchVulnerability(): HttpError {
  return new HttpError(
    404,
    'NO_SUCH_VULNERABILITY',
    'No finding in your products has this name. What could not be looked up is not in findings: see the coverage of each release',
  )
}

function when(clock: Clock, offlineAfter: number | undefined) {
  const now = secondsOf(clock)
  return { now, ...(offlineAfter === undefined ? {} : { offlineAfterSeconds: offlineAfter }) }
}
