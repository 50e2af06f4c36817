/** Filters that are kept under a name. */
import { createHash } from 'node:crypto'
import { Router } from 'express'
import { permitOf } from '../../http/door/permit.ts'
import { sendPage } from '../../http/page.ts'
import { parseRequest } from '../../http/parse-request.ts'
import { HttpError } from '../../http/problem.ts'
import { requireRevision, sendRevised } from '../../http/revision.ts'
import { type Clock, secondsOf } from '../../ports.ts'
import type { Database, Stores } from '../../stores.ts'
import {
  filterChangeSchema,
  inFilter,
  nameQuerySchema,
  newFilterSchema,
} from '../cohorts/cohort-api.ts'
import { doing } from '../device-routes.ts'
import { noSuchFilter, readFilter } from './asked-filter.ts'
import { SAVED_FILTERS_MAX_COUNT, type SavedFilter } from './saved-filter-store.ts'

export interface SavedFilterRoutesNeeds {
  readonly stores: Database
  readonly clock: Clock
}

export function savedFilterRoutes({ stores, clock }: SavedFilterRoutesNeeds): Router {
  const { savedFilters } = stores
  const routes = Router({ mergeParams: true })
  const now = () => secondsOf(clock)

  routes.get('/filters', async (request, response) => {
    const { product } = permitOf(request)
    const { after, limit } = parseRequest(nameQuerySchema, request.query)
    const items = await savedFilters.list(product, { after, limit: limit + 1 })
    sendPage(request, response, { items, limit, keyOf: ({ name }) => name, viewOf: (it) => it })
  })

  routes.post('/filters', async (request, response) => {
    const { product, actor } = permitOf(request)
    const { name, filter, description } = parseRequest(newFilterSchema, request.body)
    readFilter(filter)
    const saved = { name, filter, description, savedAt: now(), savedBy: actor.id }
    const { requestId } = doing(request)
    await stores.transaction(async (within) => {
      await requireFreeName(within, product, name)
      if ((await within.savedFilters.count(product)) >= SAVED_FILTERS_MAX_COUNT) {
        throw new HttpError(
          409,
          'TOO_MANY_FILTERS',
          `A product has at most ${SAVED_FILTERS_MAX_COUNT} saved filters; delete some first`,
        )
      }
      await within.savedFilters.save(product, saved)
      await within.audit.append({
        ...{ at: now(), actor, action: 'filter.saved', product, subject: `filter/${name}` },
        ...{ after: { filter, description }, outcome: 'done', requestId },
      })
    })
    response.status(201)
    sendRevised(response, revisionOf(saved), saved)
  })

  routes.get('/filters/:filter', async (request, response) => {
    const { product } = permitOf(request)
    const { filter } = parseRequest(inFilter, request.params)
    const found = await savedFilters.find(product, filter)
    if (found === undefined) throw noSuchFilter()
    sendRevised(response, revisionOf(found), found)
  })

  routes.patch('/filters/:filter', async (request, response) => {
    const { product, actor } = permitOf(request)
    const { filter: name } = parseRequest(inFilter, request.params)
    const change = parseRequest(filterChangeSchema, request.body)
    if (change.filter !== undefined) readFilter(change.filter)
    const { requestId } = doing(request)
    const saved = await stores.transaction(async (within) => {
      const before = await within.savedFilters.find(product, name)
      if (before === undefined) throw noSuchFilter()
      requireRevision(request, revisionOf(before))
      const { filter = before.filter, description = before.description } = change
      const said = { name: change.name ?? name, filter, description }
      if (said.name !== name) {
        await requireFreeName(within, product, said.name)
        await within.savedFilters.remove(product, name)
      }
      const after = { ...said, savedAt: now(), savedBy: actor.id }
      await within.savedFilters.save(product, after)
      await within.audit.append({
        ...{ at: now(), actor, action: 'filter.changed', product, subject: `filter/${name}` },
        before: { name, filter: before.filter, description: before.description },
        ...{ after: said, outcome: 'done', requestId },
      })
      return after
    })
    sendRevised(response, revisionOf(saved), saved)
  })

  routes.delete('/filters/:filter', async (request, response) => {
    const { product, actor } = permitOf(request)
    const { filter: name } = parseRequest(inFilter, request.params)
    const { requestId } = doing(request)
    await stores.transaction(async (within) => {
      const before = await within.savedFilters.find(product, name)
      if (before === undefined) throw noSuchFilter()
      requireRevision(request, revisionOf(before))
      await within.savedFilters.remove(product, name)
      await within.audit.append({
        ...{ at: now(), actor, action: 'filter.deleted', product, subject: `filter/${name}` },
        ...{ before: { filter: before.filter }, outcome: 'done', requestId },
      })
    })
    response.status(204).end()
  })

  return routes
}

async function requireFreeName({ savedFilters }: Stores, product: string, name: string) {
  if ((await savedFilters.find(product, name)) === undefined) return
  throw new HttpError(409, 'FILTER_EXISTS', `A filter is saved under ${name} already`)
}

/** Which it is, is what it says. */
function revisionOf({ filter, description }: SavedFilter): { revision: number } {
  const said = JSON.stringify([filter, description])
  return { revision: createHash('sha256').update(said).digest().readUIntBE(0, 6) }
}
