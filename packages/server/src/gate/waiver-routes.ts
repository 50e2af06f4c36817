import { randomUUID } from 'node:crypto'
import { Router } from 'express'
import type { Actor } from '../accounts/actor.ts'
import { permitOf } from '../http/door/permit.ts'
import { sendPage } from '../http/page.ts'
import { parseRequest } from '../http/parse-request.ts'
import { HttpError } from '../http/problem.ts'
import { requestIdOf } from '../http/request-id.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database, Stores } from '../stores.ts'
import { isInForce, NEVER_WAIVED, WAIVER_MAX_SECONDS, type Waiver, waives } from './waiver.ts'
import { inWaiver, newWaiverSchema, waiverQuery } from './waiver-api.ts'

export interface WaiverRoutesNeeds {
  readonly database: Database
  readonly clock: Clock
}

export function waiverRoutes({ database, clock }: WaiverRoutesNeeds): Router {
  const routes = Router({ mergeParams: true })
  const now = () => secondsOf(clock)

  routes.get('/gate-waivers', async (request, response) => {
    const { product } = permitOf(request)
    const { version, after, limit } = parseRequest(waiverQuery, request.query)
    const query = { product, version, before: after, limit: limit + 1 }
    sendPage(request, response, {
      ...{ items: await database.gate.waivers(query), limit },
      ...{ keyOf: ({ id }: Waiver) => id, viewOf: (waiver: Waiver) => viewOf(waiver, now()) },
    })
  })

  routes.post('/gate-waivers', async (request, response) => {
    const { product, actor } = permitOf(request)
    const wanted = parseRequest(newWaiverSchema, request.body)
    const at = now()
    const waiver: Waiver = {
      ...{ ...wanted, id: randomUUID(), product, at },
      ...{ finding: wanted.finding, about: wanted.about },
      ...{ ...personOf(actor), endedAt: undefined, endedBy: undefined },
    }
    requireWaivable(waiver)
    await database.transaction(async (stores) => {
      await requireSaidByGate(stores, waiver)
      await stores.gate.addWaiver(waiver)
      const { id, version, code, finding, about, reason, until } = waiver
      const data = { waiver: id, version, code, until }
      await stores.audit.append({
        ...{ at, actor, action: 'release.gate-waived', product, subject: `release/${version}` },
        ...{ outcome: 'done', requestId: requestIdOf(request) },
        after: { ...data, finding: finding ?? '', about: about ?? '', reason },
      })
      await stores.events.add({ at, type: 'release.gate-waived', product, data })
    })
    response.status(201).json(viewOf(waiver, at))
  })

  routes.post('/gate-waivers/:waiver/end', async (request, response) => {
    const { product, actor } = permitOf(request)
    const { waiver: id } = parseRequest(inWaiver, { ...request.params, product })
    const at = now()
    const ended = await database.transaction(async (stores) => {
      const waiver = await stores.gate.findWaiver(product, id)
      if (waiver === undefined) {
        throw new HttpError(404, 'NO_SUCH_WAIVER', 'The product has no such waiver')
      }
      const { version, code, until } = waiver
      if (await stores.gate.endWaiver(product, id, { at, by: personOf(actor).by })) {
        const data = { waiver: id, version, code, until }
        await stores.audit.append({
          ...{ at, actor, action: 'release.gate-waiver-ended', product },
          ...{ subject: `release/${version}`, outcome: 'done', after: data },
          requestId: requestIdOf(request),
        })
        await stores.events.add({ at, type: 'release.gate-waiver-ended', product, data })
      }
      return (await stores.gate.findWaiver(product, id)) ?? waiver
    })
    response.json(viewOf(ended, at))
  })

  return routes
}

function requireWaivable({ code, at, until }: Waiver): void {
  if (NEVER_WAIVED.includes(code)) {
    const message = `${code} cannot be waived: nobody may ship what is exploited, or what nobody looked at`
    throw new HttpError(409, 'NEVER_WAIVED', message)
  }
  if (until <= at || until > at + WAIVER_MAX_SECONDS) {
    throw new HttpError(422, 'WAIVER_INVALID', 'A waiver ends in the next 90 days')
  }
}

/** Nobody waives what may come: only what stands there, in the words of the gate. */
async function requireSaidByGate({ gate }: Stores, waiver: Waiver): Promise<void> {
  const [newest] = await gate.results(waiver.product, waiver.version, 1)
  const said = newest === undefined ? [] : [...newest.result.reasons, ...newest.result.waived]
  if (said.some((reason) => waives(waiver, reason))) return
  const message = `The gate does not name this reason for ${waiver.version}: ask it, and waive a reason that it gives`
  throw new HttpError(409, 'NO_SUCH_GATE_REASON', message)
}

/** The permission is one of persons alone: somebody answers. */
function personOf({ person, name }: Actor): Pick<Waiver, 'by' | 'name'> {
  if (person === undefined) throw new Error('a waiver by nobody')
  return { by: person, name }
}

function viewOf({ product: _, ...waiver }: Waiver, at: number) {
  return { ...waiver, isInForce: isInForce(waiver as Waiver, at) }
}
