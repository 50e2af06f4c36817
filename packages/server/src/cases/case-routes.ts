import { type Request, type Response, Router } from 'express'
import { EVERYWHERE } from '../accounts/rights.ts'
import { notPermitted, permitOf } from '../http/door/permit.ts'
import { sendPage } from '../http/page.ts'
import { parseRequest } from '../http/parse-request.ts'
import { HttpError } from '../http/problem.ts'
import { sendRevised } from '../http/revision.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database } from '../stores.ts'
import { actSchema, caseQuery, inCase, newCaseSchema, readQuery, sheetQuery } from './case-api.ts'
import { type Changed, noSuchCase, notADrill, openCase, record } from './case-changes.ts'
import type { CaseFile } from './case-file.ts'
import { sheetNow } from './case-sheet.ts'
import { inFull, summaryOf, timeIn } from './case-view.ts'
import { reporting } from './reporting.ts'

export interface CaseRoutesNeeds {
  readonly database: Database
  readonly clock: Clock
}

/** A sheet is shown and printed; nothing in it runs, and nothing comes from elsewhere. */
const SHEET_POLICY = [
  ...["default-src 'none'", "style-src 'unsafe-inline'", "base-uri 'none'"],
  ...["form-action 'none'", "frame-ancestors 'none'", 'sandbox'],
].join('; ')

export function caseRoutes({ database, clock }: CaseRoutesNeeds): Router {
  const routes = Router()
  const now = () => secondsOf(clock)

  const find = async (request: Request, permission: 'case.read' | 'case.manage') => {
    const { id } = parseRequest(inCase, { id: request.params.id })
    const file = await database.cases.find(id)
    if (file === undefined || !permitOf(request).mayIn(file.product, permission)) throw noSuchCase()
    return { file, events: await database.cases.events(id) }
  }
  const send = async (response: Response, { file, events }: Changed, at?: number) => {
    sendRevised(response, file, await inFull(file, events, at ?? timeIn(file, events, now())))
  }

  routes.get('/cases', async (request, response) => {
    const { after: before, limit, state } = parseRequest(caseQuery, request.query)
    const items = await database.cases.list({
      products: permitOf(request).productsWith('case.read'),
      isOpen: state === undefined ? undefined : state === 'open',
      ...{ before, limit: limit + 1 },
    })
    sendPage(request, response, {
      items,
      limit,
      keyOf: ({ id }: CaseFile) => id,
      viewOf: summaryOf,
    })
  })

  routes.post('/cases', async (request, response) => {
    const wanted = parseRequest(newCaseSchema, request.body)
    if (!permitOf(request).mayIn(wanted.product, 'case.manage')) throw noSuchProduct()
    const opened = await database.transaction(async (stores) => {
      if ((await stores.products.find(wanted.product)) === undefined) throw noSuchProduct()
      return openCase(stores, request, wanted, now())
    })
    response.status(201)
    await send(response, opened)
  })

  routes.get('/cases/:id', async (request, response) => {
    const { at } = parseRequest(readQuery, request.query)
    const found = await find(request, 'case.read')
    if (at !== undefined && !found.file.isDrill) throw notADrill()
    await send(response, found, at)
  })

  routes.post('/cases/:id/events', async (request, response) => {
    const act = parseRequest(actSchema, request.body)
    const { file } = await find(request, 'case.manage')
    const isToAll = act.type === 'usersTold' && act.audience === 'all'
    if (isToAll && !permitOf(request).mayIn(EVERYWHERE, 'case.manage')) {
      throw notPermitted('case.manage', EVERYWHERE)
    }
    await send(response, await record(database, request, file, act, now()))
  })

  routes.get('/cases/:id/sheet', async (request, response) => {
    const { stage, format } = parseRequest(sheetQuery, request.query)
    const { file, events } = await find(request, 'case.read')
    const core = await reporting()
    const at = timeIn(file, events, now())
    const wanted = { file, events, stage, now: at, given: undefined }
    const { sheet, kept } = await sheetNow(core, database, wanted)
    response.set('Cache-Control', 'no-store')
    if (format === 'json') {
      response.json({ case: file.id, ...sheet, text: kept.text })
    } else if (format === 'text') {
      response.type('text/plain').send(kept.text)
    } else {
      response.set('Content-Security-Policy', SHEET_POLICY).type('html').send(core.sheetHtml(sheet))
    }
  })

  return routes
}

function noSuchProduct(): HttpError {
  return new HttpError(404, 'NO_SUCH_PRODUCT', 'There is no such product')
}
